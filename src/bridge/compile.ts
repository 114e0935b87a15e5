import { sharing } from "../sharing.ts";
import { compileFields } from "./fields.ts";
import { createLeaf, type Leaf, writeLeaf } from "./leaf.ts";
import type { Message } from "./message.ts";
import { type Payload, scalarOf, textOf } from "./payload.ts";
import {
  type AvailabilityPlan,
  areRefused,
  type FieldsPlan,
  isNotFound,
  type Keeping,
  type NoticePlan,
  type ReadingPlan,
  type SortedPlan,
  type TopicPlan,
} from "./plan.ts";
import type { Arrival } from "./slot.ts";
import type { Tally } from "./tally.ts";
import { shown, type Trace } from "./trace.ts";

/** A plan that is ready for messages. */
export interface CompiledPlan {
  readonly run: (payload: Payload, message: Message, trace: Trace | undefined) => void;
  readonly close: () => void;
  /** True if the devices of all messages so far are refused; left out where the plan itself tells. */
  readonly isRefused?: () => boolean;
}

/** What all plans of a rule or dialect have in common. */
export interface CompilePlace {
  readonly tally: Tally;
  /** Time until a reading ends, where the plan says nothing. */
  readonly expiresMs: number;
  /** True if that counts more than what the plan says. */
  readonly overridesExpiry: boolean;
}

const lastingMs = (plan: Keeping, { expiresMs, overridesExpiry }: CompilePlace): number =>
  overridesExpiry ? expiresMs : (plan.expiresMs ?? expiresMs);

/** Devices that a sorted topic may have; those beyond are ignored. */
const maximumKeys = 2000;

const arrivalOf = ({ atMs, isRetained }: Message, expiresMs: number): Arrival => ({
  atMs,
  isRetained,
  expiresMs: atMs + expiresMs,
});

/** A reading that is ready: one plain record, since there are many. */
interface ReadyReading {
  readonly leaf: Leaf;
  readonly extract: (payload: Payload) => unknown;
  readonly lastsMs: number;
  readonly ignoresRetained: boolean;
}

const readingFunctions: CompiledPlan & ThisType<ReadyReading> = {
  run(payload, message, trace) {
    if (message.isRetained && this.ignoresRetained) {
      trace?.({ kind: "ignored", from: this.leaf.from, why: "retained" });
      return;
    }
    // An empty payload removes what the broker had kept, and with it what is known.
    const found = payload.bytes.length === 0 ? null : this.extract(payload);
    writeLeaf(this.leaf, found, arrivalOf(message, this.lastsMs), trace);
  },
  close() {
    this.leaf.slot.release();
  },
};

const compileReading = (plan: ReadingPlan, place: CompilePlace): CompiledPlan => {
  const { device, gate, meaning, extract = scalarOf, from = "payload" } = plan;
  const ready: ReadyReading = {
    leaf: createLeaf(meaning, { device, gate, tally: place.tally }, from),
    extract,
    lastsMs: lastingMs(plan, place),
    ignoresRetained: plan.ignoresRetained === true,
  };
  return sharing(ready, readingFunctions);
};

const compileFieldsPlan = (plan: FieldsPlan, place: CompilePlace): CompiledPlan => {
  const { device, gate } = plan;
  device.hold();
  const fields = compileFields(plan, { device, gate, tally: place.tally });
  const lasts = lastingMs(plan, place);
  return {
    run: (payload, message, trace) => {
      if (message.isRetained && plan.ignoresRetained === true) {
        trace?.({ kind: "ignored", from: "payload", why: "retained" });
        return;
      }
      fields.run(payload, arrivalOf(message, lasts), trace);
    },
    close: () => {
      fields.close();
      device.release();
    },
  };
};

const compileAvailability = ({
  words,
  told,
  extract = textOf,
  from = "payload",
}: AvailabilityPlan): CompiledPlan => ({
  run: (payload, _message, trace) => {
    if (payload.bytes.length === 0) {
      told("unknown");
      trace?.({ kind: "availability", from, word: "", presence: "unknown" });
      return;
    }
    const found = extract(payload);
    if (isNotFound(found) || found === undefined || found === null || typeof found === "object") {
      trace?.({ kind: "missing", from });
      return;
    }
    const word = String(found).trim().toLowerCase();
    const presence = Object.hasOwn(words, word) ? words[word] : undefined;
    if (presence !== undefined) told(presence);
    trace?.({ kind: "availability", from, word: shown(found), presence: presence ?? "ignored" });
  },
  close: () => told("unknown"),
});

const compileNotice = ({ take }: NoticePlan): CompiledPlan => ({
  run: (payload, message, trace) => {
    const what = take(payload, message);
    trace?.({ kind: "notice", what });
  },
  close: () => {},
});

const compileSorted = ({ key, plans }: SortedPlan, place: CompilePlace): CompiledPlan => {
  const byKey = new Map<string, readonly CompiledPlan[]>();
  let hasRefused = false;
  const compiledFor = (name: string, payload: Payload): readonly CompiledPlan[] => {
    const known = byKey.get(name);
    if (known !== undefined) return known;
    if (byKey.size >= maximumKeys) return [];
    const found = plans(name, payload);
    const compiled = found.map((plan) => compilePlan(plan, place));
    // Of names that are made up there is no end.
    if (areRefused(found)) hasRefused = true;
    else byKey.set(name, compiled);
    return compiled;
  };
  return {
    run: (payload, message, trace) => {
      const name = key(payload);
      if (name === undefined) {
        trace?.({ kind: "ignored", from: "payload", why: "it names no device" });
        return;
      }
      const compiled = compiledFor(name, payload);
      for (const plan of compiled) plan.run(payload, message, trace);
      if (!byKey.has(name)) for (const plan of compiled) plan.close();
    },
    close: () => {
      for (const plan of [...byKey.values()].flat()) plan.close();
      byKey.clear();
    },
    isRefused: () => hasRefused && byKey.size === 0,
  };
};

/** Makes a plan ready, so that a message costs no more than its values. */
export const compilePlan = (plan: TopicPlan, place: CompilePlace): CompiledPlan => {
  if (plan.kind === "reading") return compileReading(plan, place);
  if (plan.kind === "fields") return compileFieldsPlan(plan, place);
  if (plan.kind === "availability") return compileAvailability(plan);
  if (plan.kind === "notice") return compileNotice(plan);
  if (plan.kind === "sorted") return compileSorted(plan, place);
  return {
    run: (_payload, _message, trace) => trace?.({ kind: "ignored", from: "topic", why: plan.why }),
    close: () => {},
  };
};
