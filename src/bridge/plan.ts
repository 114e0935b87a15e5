import type { Device } from "./device.ts";
import type { Gate, Presence } from "./gate.ts";
import type { Meaning, Refusal } from "./meaning.ts";
import type { Message } from "./message.ts";
import type { Payload } from "./payload.ts";

/** What was found instead of a value: it stays as it is, or why there is none. */
export type NotFound = { readonly notFound: "unchanged" | "missing" | Refusal | (string & {}) };

/** True for what is no value. */
export const isNotFound = (found: unknown): found is NotFound =>
  typeof found === "object" && found !== null && "notFound" in found;

/** How the readings of a plan are kept. */
export interface Keeping {
  /** Time until a reading ends; the dialect's own if left out. */
  readonly expiresMs?: number | undefined;
  /** Lets readings through; the device's own gate if left out. */
  readonly gate?: Gate | undefined;
  /** Drops retained messages: where their age matters more than to have a value at once. */
  readonly ignoresRetained?: boolean | undefined;
}

/** One reading of a topic: its payload, or what `extract` finds in it. */
export interface ReadingPlan extends Keeping {
  readonly kind: "reading";
  readonly device: Device;
  readonly meaning: Meaning;
  /** What to look at, for `explain`: a path, a template. */
  readonly from?: string | undefined;
  /** Left out, the payload itself is the value. */
  readonly extract?: ((payload: Payload) => unknown) | undefined;
}

/** What a scalar at a path of a JSON payload means, or why it is no reading. */
export type Interpret = (
  path: readonly string[],
  value: string | number | boolean,
  root: unknown,
) => Meaning | readonly Meaning[] | string;

/** Every field of a JSON payload that means something; a path is interpreted once, not for each message. */
export interface FieldsPlan extends Keeping {
  readonly kind: "fields";
  readonly device: Device;
  readonly interpret: Interpret;
  /** Decodes what is not JSON into objects and scalars; undefined, and counted, if it cannot be decoded. */
  readonly decode?: ((payload: Payload) => unknown) | undefined;
  /** The part of the payload to look at; all of it if left out. */
  readonly within?: readonly string[] | undefined;
  /** What the interpretation hangs on besides the path, such as a unit beside it; interpreted anew when it changes. */
  readonly signature?: ((root: unknown) => string) | undefined;
}

/** A topic that says whether something is there. */
export interface AvailabilityPlan {
  readonly kind: "availability";
  readonly from?: string | undefined;
  /** The word; the payload's text if left out. */
  readonly extract?: ((payload: Payload) => unknown) | undefined;
  /** Words in lower case; others are ignored. */
  readonly words: Readonly<Record<string, Presence>>;
  /** Told `unknown` when the topic is emptied or no longer looked at. */
  readonly told: (presence: Presence) => void;
}

/** A topic that configures a dialect: a list of devices, an announcement. */
export interface NoticePlan {
  readonly kind: "notice";
  /** Returns what it was, in a few words. An empty payload removes. */
  readonly take: (payload: Payload, message: Message) => string;
}

/** Topics of several devices: which one is in the payload. */
export interface SortedPlan {
  readonly kind: "sorted";
  /** What tells the devices apart; undefined if the payload belongs to none. */
  readonly key: (payload: Payload) => string | undefined;
  readonly plans: (key: string, payload: Payload) => readonly TopicPlan[];
}

/** A topic that is known to have no readings. */
export interface IgnoredPlan {
  readonly kind: "ignored";
  readonly why: string;
}

/** What to do with the messages of a topic. */
export type TopicPlan =
  | ReadingPlan
  | FieldsPlan
  | AvailabilityPlan
  | NoticePlan
  | SortedPlan
  | IgnoredPlan;

/** True if a plan takes the topic for itself: of those only the first one is carried out. */
export const isExclusive = ({ kind }: TopicPlan): boolean =>
  kind !== "availability" && kind !== "notice";

/** True if no reading can come of these plans, whose devices are refused, and they say nothing of who is there. */
export const areRefused = (plans: readonly TopicPlan[]): boolean => {
  const isOfRefused = (plan: TopicPlan) =>
    (plan.kind === "reading" || plan.kind === "fields") && plan.device.isRefused;
  return (
    plans.some(isOfRefused) && plans.every((plan) => plan.kind === "notice" || isOfRefused(plan))
  );
};
