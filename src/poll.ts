import type { Clock } from "./clock.ts";
import type { SensorConfig } from "./config/config.ts";
import { asSensorError, type ErrorCode, SensorError } from "./errors.ts";
import type { Close } from "./lifecycle.ts";
import type { Log } from "./log.ts";
import { backOffMs, createRhythm, createWaker } from "./pacing.ts";
import type { Publisher } from "./sensors/publish.ts";
import type { Sensor } from "./sensors/sensor.ts";
import type { VitalSigns } from "./sensors/vital-signs.ts";

/** What a poll loop works with; everything that can fail is behind `sensor`. */
export interface PollContext {
  readonly sensor: Sensor;
  readonly config: SensorConfig;
  readonly publisher: Publisher;
  readonly vitalSigns: VitalSigns;
  readonly clock: Clock;
  readonly log: Log;
  /** A number from 0 up to 1, for jitter. */
  readonly random: () => number;
  /** Told how long it may take, at most, until the loop says something again. */
  readonly onStep?: ((longestMs: number) => void) | undefined;
}

/** After so many failures in a row the chip may have lost power or been replaced: identify and set it up again. */
const failuresBeforeSetUp = 3;
/** A line that is lost counts nothing until it is opened again. */
const failuresBeforeSetUpOfLine = 1;
// Edges may come faster than readings are worth taking.
const shortestGapMs = 50;
// A file in /sys can hang in the kernel for ever. Longer than a turn at a shared bus is waited for (sensors/turns.ts).
const longestPollMs = 60_000;

// Any kind of sensor can hang: the remedy of the code speaks of I2C.
const hanging = (message: string): SensorError =>
  new SensorError("bus-timeout", message, {
    remedy: "Check wiring and supply; the kernel's log (`dmesg`) may say what hangs.",
  });

/** Runs one attempt at a time; one that takes too long fails, and none is started until it has settled. */
const createAttempts = (clock: Clock) => {
  let isRunning = false;
  return async (attempt: () => Promise<void>): Promise<void> => {
    if (isRunning) throw hanging("the poll before this one has not ended");
    isRunning = true;
    const running = attempt().finally(() => {
      isRunning = false;
    });
    const settled = new AbortController();
    const overdue = clock.sleep(longestPollMs, settled.signal).then(
      () => true,
      () => false,
    );
    const isOverdue = await Promise.race([running.then(() => false), overdue]).finally(() =>
      settled.abort(),
    );
    if (isOverdue) throw hanging(`no answer within ${longestPollMs / 1000} s`);
  };
};

/** One sensor's polls, one after the other; remembers what the next one must know of those before. */
export const createPolls = ({
  sensor,
  config,
  publisher,
  vitalSigns,
  clock,
  log,
}: Omit<PollContext, "random" | "onStep">) => {
  let isSetUp = false;
  let failures = 0;
  let lastCode: ErrorCode | undefined;
  const attempt = createAttempts(clock);
  const patience =
    config.connection.kind === "gpio" ? failuresBeforeSetUpOfLine : failuresBeforeSetUp;

  const readOnce = async (signal: AbortSignal): Promise<void> => {
    if (!isSetUp) {
      const { measurements, info } = await sensor.setUp(signal);
      // One that was overdue may end after the series were closed; nobody would close them again.
      signal.throwIfAborted();
      publisher.open(measurements);
      vitalSigns.identified(info);
      isSetUp = true;
    }
    if (publisher.publish(await sensor.read(signal), clock.nowMs())) vitalSigns.measured();
  };

  const succeeded = (durationMs: number) => {
    vitalSigns.succeeded(durationMs);
    if (failures > 0) log.info("up", { sensor: config.name, failures });
    failures = 0;
    lastCode = undefined;
  };

  const failed = (cause: unknown, durationMs: number) => {
    const error = asSensorError(cause);
    failures += 1;
    if (failures % patience === 0) isSetUp = false;
    vitalSigns.failed(error, durationMs);
    const fields = { sensor: config.name, code: error.code, error: error.message };
    if (error.code === lastCode) log.debug("poll_failed", { ...fields, failures });
    else log.warn("down", { ...fields, remedy: error.remedy });
    lastCode = error.code;
  };

  /** Polls once; resolves with the number of failures in a row. Never rejects. */
  const poll = async (signal: AbortSignal): Promise<number> => {
    const startedMs = clock.nowMs();
    try {
      await attempt(() => readOnce(signal));
      succeeded(clock.nowMs() - startedMs);
    } catch (cause) {
      // What was interrupted by the stop has not failed.
      if (!signal.aborted) failed(cause, clock.nowMs() - startedMs);
    }
    return failures;
  };
  return { poll, isSetUp: () => isSetUp };
};

type Polls = ReturnType<typeof createPolls>;

const pollForEver = async (
  { sensor, config, clock, random, onStep = () => {} }: PollContext,
  polls: Polls,
  signal: AbortSignal,
): Promise<void> => {
  const waker = createWaker(clock, signal);
  const rhythm = createRhythm(clock, config.intervalMs);
  sensor.onChange?.(() => {
    if (polls.isSetUp()) waker.wake();
  });
  for (;;) {
    onStep(longestPollMs);
    const failures = await polls.poll(signal);
    if (failures > 0) rhythm.delay(backOffMs(config.intervalMs, failures, random));
    await clock.sleep(Math.min(shortestGapMs, config.intervalMs), signal);
    const restMs = rhythm.untilNextMs();
    onStep(restMs);
    await waker.sleep(restMs);
  }
};

/**
 * Polls one sensor until closed. Whatever fails is counted, logged once per change of state, and tried again with
 * back-off. Closing takes a last reading of a GPIO line, so that no pulse counted so far is lost.
 */
export const startPolling = (context: PollContext): Close => {
  const { sensor, config, publisher, vitalSigns } = context;
  const stop = new AbortController();
  const polls = createPolls(context);
  // Rejects only with the reason of the stop: poll() catches all else.
  const loop = pollForEver(context, polls, stop.signal).catch(() => {});
  return async () => {
    stop.abort();
    await loop;
    if (config.connection.kind === "gpio" && polls.isSetUp()) {
      await polls.poll(new AbortController().signal);
    }
    try {
      await sensor.close();
    } finally {
      publisher.close();
      vitalSigns.close();
    }
  };
};
