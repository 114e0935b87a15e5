import { asSensorError } from "../errors.ts";

/** Keys of an entry of the configuration besides `driver`, in the order in which they are written. */
export type Settings = Readonly<Record<string, string | number>>;

/** An entry that the configuration could have. */
export interface Suggestion {
  readonly driver: string;
  /** Names for it, the best first; the first that is still free is taken. */
  readonly names: readonly string[];
  readonly settings: Settings;
}

/** How sure it is what was found. */
export type Certainty =
  /** It said what it is, or the kernel did. */
  | "found"
  /** It may be what is suggested. */
  | "possible"
  /** A driver of the kernel has it. */
  | "taken"
  /** It is there, but no driver knows it. */
  | "unknown";

/** One device that is connected. */
export interface Finding {
  /** Bus and address, or where the kernel lists it. */
  readonly place: string;
  /** What it is, in words. */
  readonly what: string;
  readonly certainty: Certainty;
  /** One if it was found, alternatives if it is possible, else none. */
  readonly suggestions: readonly Suggestion[];
  /** Why it is that, and what is not clear. */
  readonly remarks: readonly string[];
}

/** Something that kept from looking, and what to do about it. */
export interface Obstacle {
  readonly place: string;
  readonly message: string;
  readonly remedy: string;
}

/** All that was seen. */
export interface Detection {
  readonly findings: readonly Finding[];
  readonly obstacles: readonly Obstacle[];
}

/** Two detections one after the other. */
export const joinDetections = (parts: readonly Detection[]): Detection => ({
  findings: parts.flatMap(({ findings }) => findings),
  obstacles: parts.flatMap(({ obstacles }) => obstacles),
});

/** What was thrown, as an obstacle. */
export const obstacleOf = (place: string, thrown: unknown): Obstacle => {
  const { message, remedy } = asSensorError(thrown);
  return { place, message, remedy };
};
