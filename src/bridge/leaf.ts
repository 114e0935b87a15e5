import type { Device } from "./device.ts";
import type { Gate } from "./gate.ts";
import { isRefusal, type Meaning, type Measure } from "./meaning.ts";
import { isNotFound, type NotFound } from "./plan.ts";
import type { Arrival, Slot, Written } from "./slot.ts";
import { countRefusal, type Tally } from "./tally.ts";
import { shown, type Trace } from "./trace.ts";

/** The last step of a plan: a published value to a slot. */
export interface Leaf {
  readonly slot: Slot;
  readonly measure: Measure;
  readonly device: Device;
  readonly tally: Tally;
  readonly from: string;
}

/** What a plan has in common for all its leaves. */
export interface LeafPlace {
  readonly device: Device;
  readonly gate: Gate | undefined;
  readonly tally: Tally;
}

/** Compiles what a value means; `from` is where it stands in the message, in words. */
export const createLeaf = (meaning: Meaning, place: LeafPlace, from: string): Leaf => {
  const { tally } = place;
  const device = meaning.device ?? place.device;
  const measure = tally.measureOf(meaning);
  const slot = device.slot(meaning, tally, meaning.device === undefined ? place.gate : undefined);
  return { slot, measure, device, tally, from };
};

const traceNumber = ({ slot, from }: Leaf, value: number, written: Written, trace: Trace): void =>
  trace({
    kind: "reading",
    from,
    metric: slot.metric(),
    labels: slot.labels(),
    value,
    written,
  });

const writeNothing = (leaf: Leaf, { notFound }: NotFound, trace: Trace | undefined): void => {
  const { from, tally } = leaf;
  if (notFound === "missing") trace?.({ kind: "missing", from });
  else trace?.({ kind: "refused", from, reason: notFound, published: shown(undefined) });
  if (isRefusal(notFound)) countRefusal(tally, notFound);
};

/** Takes a published value. */
export const writeLeaf = (
  leaf: Leaf,
  published: unknown,
  arrival: Arrival,
  trace: Trace | undefined,
): void => {
  if (isNotFound(published)) {
    writeNothing(leaf, published, trace);
    return;
  }
  const value = leaf.measure(published);
  if (typeof value === "number") {
    const written = leaf.slot.write(value, arrival);
    if (!arrival.isRetained) leaf.device.heard(arrival);
    if (trace !== undefined) traceNumber(leaf, value, written, trace);
    return;
  }
  trace?.({ kind: "refused", from: leaf.from, reason: value, published: shown(published) });
  // "No value" is an answer: what was known is over. Anything else is a defect, and what was known expires.
  if (value === "no-value") leaf.slot.clear();
  else countRefusal(leaf.tally, value);
};
