import type { Device } from "./device.ts";
import type { Gate } from "./gate.ts";
import { compileMeasure, isRefusal, type Meaning } from "./meaning.ts";
import { isNotFound } from "./plan.ts";
import type { Arrival } from "./slot.ts";
import { countRefusal, type Tally } from "./tally.ts";
import { shown, type Trace } from "./trace.ts";

/** The last step of a plan: a published value to a slot. */
export interface Leaf {
  readonly write: (published: unknown, arrival: Arrival, trace: Trace | undefined) => void;
  readonly close: () => void;
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
  const measure = compileMeasure(meaning);
  const slot = device.slot(meaning, tally, meaning.device === undefined ? place.gate : undefined);

  const refuse = (reason: string, published: unknown, trace: Trace | undefined) => {
    trace?.({ kind: "refused", from, reason, published: shown(published) });
  };
  const writeNumber = (value: number, arrival: Arrival, trace: Trace | undefined) => {
    const written = slot.write(value, arrival);
    if (!arrival.isRetained) device.heard(arrival);
    trace?.({
      kind: "reading",
      from,
      metric: slot.metric(),
      labels: slot.labels(),
      value,
      written,
    });
  };

  return {
    write: (published, arrival, trace) => {
      if (isNotFound(published)) {
        const { notFound } = published;
        if (notFound === "missing") trace?.({ kind: "missing", from });
        else refuse(notFound, undefined, trace);
        if (isRefusal(notFound)) countRefusal(tally, notFound);
        return;
      }
      const value = measure(published);
      if (typeof value === "number") {
        writeNumber(value, arrival, trace);
        return;
      }
      refuse(value, published, trace);
      // "No value" is an answer: what was known is over. Anything else is a defect, and what was known expires.
      if (value === "no-value") slot.clear();
      else countRefusal(tally, value);
    },
    close: () => slot.release(),
  };
};
