import type { GpioEdges, GpioLevel, GpioLine, GpioRequest } from "../buses/gpio.ts";
import type { Connection } from "../config/config.ts";
import type { Edge } from "../drivers/driver.ts";
import { SensorError } from "../errors.ts";

/** Which line to watch, and whom to tell. */
export interface LineWatchParts {
  /** Name of the sensor, for messages. */
  readonly name: string;
  readonly connection: Extract<Connection, { readonly kind: "gpio" }>;
  readonly edges: GpioEdges;
  readonly openLine: (request: GpioRequest, signal: AbortSignal) => Promise<GpioLine>;
  readonly onEdge: (edge: Edge) => void;
  /** The line was lost: `level` rejects from now on, until the line is opened again. */
  readonly onFailure: () => void;
}

/** One line as it is opened, lost and opened again. */
export interface LineWatch {
  /** Opens the line; after that, or after a failure of it, `close` comes before the next `open`. */
  readonly open: (signal: AbortSignal) => Promise<GpioLine>;
  /** Logical level now; rejects with the reason once the line is lost. */
  readonly level: () => Promise<GpioLevel>;
  /** Gives the line back. Nothing that it still says is listened to. */
  readonly close: () => Promise<void>;
}

/** A line from the request for it until it is given back. */
interface Opening {
  line?: GpioLine;
  failure?: SensorError;
  latestEdge?: Edge;
}

/** A watch that has not opened its line yet. */
export const createLineWatch = (parts: LineWatchParts): LineWatch => {
  const { name } = parts;
  let current: Opening | undefined;

  const requestFor = (opening: Opening): GpioRequest => {
    const { kind: _, ...wiring } = parts.connection;
    return {
      ...wiring,
      edges: parts.edges,
      onEdge: (edge) => {
        // Once given back, the line may be somebody else's, or ours under a new opening that counts it again.
        if (current !== opening) return;
        opening.latestEdge = edge;
        parts.onEdge(edge);
      },
      onFailure: (cause) => {
        opening.failure ??= lostLine(name, cause);
        if (current === opening) parts.onFailure();
      },
    };
  };

  return {
    open: async (signal) => {
      signal.throwIfAborted();
      const opening: Opening = {};
      current = opening;
      const line = await parts.openLine(requestFor(opening), signal);
      opening.line = line;
      if (current === opening) return line;
      await closeLine(opening);
      throw closedMeanwhile(name);
    },

    level: async () => {
      const opening = current;
      if (opening?.line === undefined) {
        throw new SensorError("internal", `${name} was read before it was set up`);
      }
      throwIfLost(opening);
      const edgeBefore = opening.latestEdge;
      const level = await opening.line.level();
      throwIfLost(opening);
      // An edge that came while the level was being read is newer than it.
      const { latestEdge } = opening;
      return latestEdge === undefined || latestEdge === edgeBefore ? level : latestEdge.level;
    },

    close: async () => {
      const opening = current;
      current = undefined;
      if (opening !== undefined) await closeLine(opening);
    },
  };
};

const throwIfLost = ({ failure }: Opening): void => {
  if (failure !== undefined) throw failure;
};

const closeLine = async ({ line, failure }: Opening): Promise<void> => {
  try {
    await line?.close();
  } catch (cause) {
    // A lost line may be beyond closing. Whatever is still in the way, opening it again will say.
    if (failure === undefined) throw cause;
  }
};

const lostLine = (name: string, cause: unknown): SensorError =>
  cause instanceof SensorError
    ? cause
    : new SensorError("line-unavailable", `the line of ${name} was lost`, {
        remedy: "It is opened again by itself; if it is lost again, check what else uses its chip.",
        cause,
      });

const closedMeanwhile = (name: string): SensorError =>
  new SensorError("line-unavailable", `${name} was closed while its line was being opened`, {
    remedy: "None is needed: the exporter is stopping, or its configuration has changed.",
  });
