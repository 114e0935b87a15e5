import { type Clock, within } from "../clock.ts";
import { SensorError } from "../errors.ts";
import type { GpioLevel, GpioRequest } from "./gpio.ts";
import { edgesOnTheWire, logicalLevel } from "./gpio-polarity.ts";
import { endError, runTool, type Tools } from "./gpio-process.ts";
import { isMonitored, monitorCall, type ToolLine, usersCall } from "./gpio-tools.ts";
import { createGpiomonParser, type GpiomonEvent, type ToolGeneration } from "./gpiomon-output.ts";

/** A gpiomon that watches a line. */
export interface Monitor {
  /** Level on the wire after the latest edge that was asked for, or else at the start. Throws what ended the monitor, if something did. */
  readonly level: () => GpioLevel;
  /** Ends gpiomon and waits until it is gone. */
  readonly close: () => Promise<void>;
}

/** What a monitor watches, and the level on the wire that it starts from. */
export interface Watch {
  readonly generation: ToolGeneration;
  readonly line: ToolLine;
  readonly level: GpioLevel;
  readonly request: Pick<GpioRequest, "edges" | "activeLow" | "onEdge" | "onFailure">;
}

const startLimitMs = 5000;
const lookEveryMs = 20;

// Kernels before 5.7 stamp events with the wall clock, which is ahead of the monotonic one by decades.
const mostAheadMs = 1000;

/** Starts gpiomon on a line and waits until it has it. */
export const startMonitor = async (
  tools: Tools,
  watch: Watch,
  signal: AbortSignal,
): Promise<Monitor> => {
  const { generation, line, request } = watch;
  const life = createLife(request.onFailure, () => child.kill());
  const receiver = createReceiver(watch, life, tools.clock);
  const edges = edgesOnTheWire(request.edges, request.activeLow);
  const child = tools.spawn(monitorCall(generation, line, edges), receiver.receive);
  const ended = child.ended.then((end) => life.fail(endError("gpiomon", end)));
  const close = async (): Promise<void> => {
    life.end();
    child.kill();
    await ended;
  };
  try {
    await awaitStart[generation](tools, line, life, signal);
    life.open();
  } catch (error) {
    await close();
    signal.throwIfAborted();
    throw error;
  }
  return { level: receiver.level, close };
};

const createReceiver = (
  { generation, line, request, level: firstLevel }: Watch,
  life: Life,
  clock: Clock,
) => {
  const parse = createGpiomonParser(generation);
  const report = createReporter(request, clock);
  let level = firstLevel;
  const take = (event: GpiomonEvent): void => {
    if (event.kind === "ready") life.announce();
    else if (event.kind === "unknown" || event.line !== line.line) life.fail(unknownOutput(event));
    else {
      level = event.level;
      report(event.level, event.atMs);
    }
  };
  return {
    receive: (output: string): void => {
      for (const event of parse(output)) if (!life.isOver()) take(event);
    },
    level: (): GpioLevel => {
      life.check();
      return level;
    },
  };
};

const awaitStart = {
  // Says nothing when it starts, so others are asked whether it has the line.
  1: async (tools: Tools, { chip, line }: ToolLine, life: Life, signal: AbortSignal) => {
    const deadlineMs = tools.clock.nowMs() + startLimitMs;
    while (!life.isOver()) {
      const { output, end } = await runTool(tools, usersCall(chip), signal);
      if (end.status !== 0) throw endError("gpioinfo", end);
      if (isMonitored(output, line)) return;
      if (tools.clock.nowMs() >= deadlineMs) throw silentStart();
      await tools.clock.sleep(lookEveryMs, signal);
    }
  },
  2: async (tools: Tools, _: ToolLine, life: Life, signal: AbortSignal) => {
    const heard = await within(tools.clock, startLimitMs, signal, life.started);
    if (heard === undefined) throw silentStart();
  },
} as const;

/** From gpiomon's start to its end. */
interface Life {
  /** Resolves when gpiomon has the line, or has failed. */
  readonly started: Promise<true>;
  readonly announce: () => void;
  /** Ends it for a reason, once: told to the owner of the line if it is open, else thrown by `open`. */
  readonly fail: (reason: SensorError) => void;
  readonly open: () => void;
  readonly end: () => void;
  readonly isOver: () => boolean;
  /** Throws the reason for which it ended. */
  readonly check: () => void;
}

const createLife = (onFailure: (error: unknown) => void, stop: () => void): Life => {
  let phase: "opening" | "open" | "over" = "opening";
  let failure: SensorError | undefined;
  let announce = () => {};
  const started = new Promise<true>((resolve) => {
    announce = () => resolve(true);
  });
  const check = (): void => {
    if (failure !== undefined) throw failure;
  };
  return {
    started,
    announce,
    fail: (reason) => {
      if (phase === "over") return;
      const wasOpen = phase === "open";
      phase = "over";
      failure = reason;
      stop();
      announce();
      if (wasOpen) onFailure(reason);
    },
    open: () => {
      check();
      phase = "open";
    },
    end: () => {
      phase = "over";
    },
    isOver: () => phase === "over",
    check,
  };
};

const createReporter =
  ({ activeLow, onEdge }: Watch["request"], clock: Clock) =>
  (wireLevel: GpioLevel, kernelMs: number): void => {
    const nowMs = clock.nowMs();
    onEdge({
      level: logicalLevel(wireLevel, activeLow),
      atMs: kernelMs > nowMs + mostAheadMs ? nowMs : kernelMs,
    });
  };

const silentStart = (): SensorError =>
  new SensorError("not-ready", "gpiomon started, but did not take the line within 5 s", {
    remedy: "Run gpiomon by hand; if it hangs there too, see the kernel's log (`dmesg`).",
  });

const unknownOutput = (event: GpiomonEvent): SensorError => {
  const what = event.kind === "unknown" ? `"${event.text}"` : "an event of another line";
  return new SensorError("no-data", `gpiomon printed ${what}, which is no edge of the line`, {
    remedy: "Check that the gpiomon found first in PATH is libgpiod's own, 1.6 or 2.x.",
  });
};
