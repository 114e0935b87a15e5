import type { Labels } from "../reading.ts";

export type GpioLevel = 0 | 1;
/** Changes of the logical level: with `activeLow`, "rising" is what the wire does when it falls, as in the kernel. */
export type GpioEdges = "rising" | "falling" | "both";
export type GpioBias = "pull-up" | "pull-down" | "disabled";

/** Where a line is: an offset on a chip found by label or name, or a bare sysfs number. */
export type GpioAddress =
  | { readonly line: number; readonly chip?: string | undefined }
  | { readonly sysfs: number };

export interface GpioRequest {
  readonly address: GpioAddress;
  readonly edges: GpioEdges;
  readonly activeLow: boolean;
  readonly bias?: GpioBias | undefined;
  /** After an accepted edge, further ones are ignored for this long. 0 accepts all. */
  readonly debounceMs: number;
  /** Also open lines of a Raspberry Pi's header that belong to its buses. */
  readonly allowReserved: boolean;
  /** One accepted edge; `level` is logical, after `activeLow`. */
  readonly onEdge: (edge: { readonly level: GpioLevel; readonly atMs: number }) => void;
  /** The line is lost (chip removed, gpiomon gone); it must be closed and opened again. */
  readonly onFailure: (error: unknown) => void;
}

/** An input line that is being watched. */
export interface GpioLine {
  /**
   * Logical level, after `activeLow`. It is that of now, but for one case: watched by gpiomon for one kind of edge, a
   * line shows nothing of the other kind, and this is the level after the latest edge.
   */
  readonly level: () => Promise<GpioLevel>;
  /** Chip, offset and backend, for `sensor_info`. */
  readonly info: Labels;
  readonly close: () => Promise<void>;
}

/** One way to reach GPIO lines: sysfs through onoff, or the character device through gpiomon. */
export interface GpioBackend {
  readonly name: "sysfs" | "chardev";
  /** Why it cannot be used on this machine, as a clause; undefined if it can. */
  readonly unusable: () => Promise<string | undefined>;
  /**
   * Edges may be reported before it resolves. The signal ends the opening, not the open line; an opening that fails or
   * is ended leaves nothing behind.
   */
  readonly open: (request: GpioRequest, signal: AbortSignal) => Promise<GpioLine>;
}
