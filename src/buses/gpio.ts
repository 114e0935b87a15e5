import type { Labels } from "../reading.ts";

export type GpioLevel = 0 | 1;
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
  readonly allowReserved: boolean;
  /** One accepted edge; `level` is logical, after `activeLow`. */
  readonly onEdge: (edge: { readonly level: GpioLevel; readonly atMs: number }) => void;
  /** The line is lost (chip removed, gpiomon gone); it must be closed and opened again. */
  readonly onFailure: (error: unknown) => void;
}

/** An input line that is being watched. */
export interface GpioLine {
  /** Logical level now, after `activeLow`. */
  readonly level: () => Promise<GpioLevel>;
  /** Chip, offset and backend, for `sensor_info`. */
  readonly info: Labels;
  readonly close: () => Promise<void>;
}

/** One way to reach GPIO lines: sysfs through onoff, or the character device through gpiomon. */
export interface GpioBackend {
  readonly name: "sysfs" | "chardev";
  readonly open: (request: GpioRequest) => Promise<GpioLine>;
}
