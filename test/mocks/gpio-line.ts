import type { GpioLevel } from "../../src/buses/gpio.ts";

/** A line of a chip: its wire, and its export if it has one. */
export interface SimulatedLine {
  /** Settings of `edge` that the chip's interrupts can do; none, and there is no such file. */
  readonly triggers: readonly string[];
  level: GpioLevel;
  /** A driver of the kernel has the line. */
  claimed: boolean;
  /** Errno with which the level cannot be read. */
  fault: string | undefined;
  node: LineNode | undefined;
  /** `value` files of it that are open, whichever export they belong to. */
  openFiles: number;
}

/** The export of a line: struct gpiod_data of drivers/gpio/gpiolib-sysfs.c, and the kernfs node of its `value`. */
export interface LineNode {
  direction: string;
  edge: string;
  activeLow: boolean;
  readonly exportedAtMs: number;
  /** One more for each interrupt. A reader remembers it from its latest read, so events in between become one. */
  events: number;
  removed: boolean;
  readonly wakers: Set<() => void>;
}

/** An open `value` file of an exported line. */
export interface ValueFile {
  readonly read: () => GpioLevel;
  /** Calls back on a later turn of the event loop, and again on each one, while there are events since the latest read. */
  readonly poll: (callback: () => void) => void;
  readonly stopPolling: () => void;
  readonly close: () => void;
}

/** An error as a system call fails with. */
export const systemError = (errno: string, path: string): Error =>
  Object.assign(new Error(`${errno}: '${path}'`), { code: errno });

/** A line as the kernel exports it: input, without interrupts. */
export const newNode = (exportedAtMs: number): LineNode => ({
  direction: "in",
  edge: "none",
  activeLow: false,
  exportedAtMs,
  events: 0,
  removed: false,
  wakers: new Set(),
});

/** Names of the attribute files; gpio_is_visible leaves out `edge` where there is no interrupt. */
export const attributeNames = ({ triggers }: SimulatedLine): readonly string[] =>
  triggers.length === 0
    ? ["active_low", "direction", "value"]
    : ["active_low", "direction", "edge", "value"];

const logicalLevel = ({ level }: SimulatedLine, { activeLow }: LineNode): GpioLevel =>
  (level === 1) === activeLow ? 0 : 1;

/** What an attribute file holds, without the newline. */
export const readAttribute = (line: SimulatedLine, node: LineNode, path: string): string => {
  if (path.endsWith("/direction")) return node.direction;
  if (path.endsWith("/edge")) return node.edge;
  if (path.endsWith("/active_low")) return node.activeLow ? "1" : "0";
  if (line.fault !== undefined) throw systemError(line.fault, path);
  return String(logicalLevel(line, node));
};

/** Does what writing to an attribute file does. */
export const writeAttribute = (
  line: SimulatedLine,
  node: LineNode,
  path: string,
  text: string,
): void => {
  if (path.endsWith("/value")) throw systemError("EPERM", path); // value_store, of an input
  if (path.endsWith("/direction")) node.direction = text;
  else if (path.endsWith("/active_low")) node.activeLow = text === "1";
  else writeEdge(line, node, path, text);
};

const writeEdge = (line: SimulatedLine, node: LineNode, path: string, text: string): void => {
  // edge_store frees the interrupt before it asks for the new one, and is left without if that fails.
  node.edge = "none";
  if (node.direction !== "in") throw systemError("EIO", path);
  if (text !== "none" && !line.triggers.includes(text)) throw systemError("EINVAL", path);
  node.edge = text;
};

/** Changes the level on the wire. Raises an interrupt if `edge`, as `active_low` turns it, asks for that change. */
export const driveLine = (line: SimulatedLine, level: GpioLevel): void => {
  if (line.level === level) return;
  line.level = level;
  const { node } = line;
  if (node === undefined) return;
  const change = logicalLevel(line, node) === 1 ? "rising" : "falling";
  if (node.edge !== "both" && node.edge !== change) return;
  node.events += 1;
  for (const wake of node.wakers) wake();
};

/** Opens the `value` file of an exported line. */
export const openValueFile = (line: SimulatedLine, node: LineNode, path: string): ValueFile => {
  line.openFiles += 1;
  let seenEvents = -1;
  let callback: (() => void) | undefined;
  let scheduled = false;
  // kernfs answers EPOLLERR | EPOLLPRI for a file that is gone.
  const isPending = () => node.removed || seenEvents !== node.events;
  const wake = (): void => {
    if (scheduled || callback === undefined || !isPending()) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      if (isPending()) callback?.();
      wake();
    });
  };
  return {
    read: () => {
      if (node.removed) throw systemError("ENODEV", path);
      seenEvents = node.events;
      if (line.fault !== undefined) throw systemError(line.fault, path);
      return logicalLevel(line, node);
    },
    poll: (listener) => {
      callback = listener;
      node.wakers.add(wake);
      wake();
    },
    stopPolling: () => {
      callback = undefined;
      node.wakers.delete(wake);
    },
    close: () => {
      line.openFiles -= 1;
    },
  };
};
