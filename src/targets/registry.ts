import type { TargetRules } from "./target.ts";
import { type Candidate, checkCandidate, type Target, type TargetRefusal } from "./target.ts";

/** What one source knows; keys are the source's own. */
export interface SourceTargets {
  readonly name: string;
  /** Takes the place of what the key had, also if it is refused; undefined for what cannot even be read. */
  readonly offer: (key: string, candidate: Candidate | undefined) => void;
  readonly withdraw: (key: string) => void;
  readonly keys: () => readonly string[];
  /** True once if there is room again, after there was none for something that was offered. */
  readonly canHoldMore: () => boolean;
  /** Says that the source is there, or that what it last knew stands in for it. */
  readonly report: (isUp: boolean) => void;
  /** Says that the source has told all that it knew at the start. */
  readonly settle: () => void;
}

/** How a source is doing. */
interface SourceStatus {
  readonly name: string;
  readonly isUp: boolean;
  readonly isSettled: boolean;
  readonly targets: number;
  readonly refused: ReadonlyMap<TargetRefusal, number>;
}

/** All that sources know. */
export interface Registry {
  /** Of several sources with the same target the one that was opened first is believed. */
  readonly open: (
    name: string,
    rules: TargetRules,
    options?: { readonly isTemporary?: boolean },
  ) => SourceTargets;
  /** Every target once, by URL. */
  readonly targets: () => readonly Target[];
  /** Changes whenever the targets may have. */
  readonly version: () => number;
  readonly isSettled: () => boolean;
  readonly sources: () => readonly SourceStatus[];
  /** Ends what has left for as long as it is kept. */
  readonly sweep: (nowMs: number) => void;
}

/** How much is held, and who hears of what is not. */
export interface RegistryOptions {
  readonly limit: number;
  /** Time that a target stays after it was withdrawn. */
  readonly keepMs: number;
  readonly nowMs: () => number;
  readonly onRefused: (source: string, key: string, reason: TargetRefusal) => void;
}

interface Entry {
  readonly target: Target;
  /** When it was withdrawn, if it is kept after that. */
  leftMs?: number | undefined;
}

interface Held extends SourceTargets {
  readonly entries: Map<string, Entry>;
  readonly isTemporary: boolean;
  readonly status: () => SourceStatus;
}

interface Shared extends RegistryOptions {
  readonly hasRoom: () => boolean;
  readonly touch: () => void;
}

const createHeld = (
  { keepMs, nowMs, onRefused, hasRoom, touch }: Shared,
  name: string,
  rules: TargetRules,
  isTemporary: boolean,
): Held => {
  const entries = new Map<string, Entry>();
  const refused = new Map<TargetRefusal, number>();
  let isUp = false;
  let wasFull = false;
  let isSettled = false;

  const judge = (key: string, candidate: Candidate | undefined): Target | TargetRefusal => {
    if (candidate === undefined) return "malformed";
    return entries.has(key) || hasRoom() ? checkCandidate(candidate, rules) : "limit";
  };
  const remove = (key: string): void => {
    if (entries.delete(key)) touch();
  };
  return {
    name,
    entries,
    isTemporary,
    offer: (key, candidate) => {
      const target = judge(key, candidate);
      if (typeof target !== "string") {
        entries.set(key, { target });
        touch();
        return;
      }
      remove(key);
      wasFull ||= target === "limit";
      refused.set(target, (refused.get(target) ?? 0) + 1);
      onRefused(name, key, target);
    },
    withdraw: (key) => {
      const entry = entries.get(key);
      if (keepMs === 0) remove(key);
      else if (entry !== undefined) entry.leftMs ??= nowMs();
    },
    keys: () => [...entries.keys()],
    canHoldMore: () => {
      const canNow = wasFull && hasRoom();
      if (canNow) wasFull = false;
      return canNow;
    },
    report: (now) => {
      isUp = now;
    },
    settle: () => {
      if (isSettled) return;
      isSettled = true;
      touch();
    },
    status: () => ({ name, isUp, isSettled, targets: entries.size, refused }),
  };
};

const merge = (sources: readonly Held[]): readonly Target[] => {
  const byUrl = new Map<string, Target>();
  for (const { entries } of sources) {
    for (const { target } of entries.values()) {
      if (!byUrl.has(target.url)) byUrl.set(target.url, target);
    }
  }
  return [...byUrl.values()].sort((left, right) => (left.url < right.url ? -1 : 1));
};

/** A registry without sources. */
export const createRegistry = (options: RegistryOptions): Registry => {
  const sources: Held[] = [];
  let version = 0;
  const isSettled = (): boolean =>
    sources.every((source) => source.isTemporary || source.status().isSettled);
  const shared: Shared = {
    ...options,
    hasRoom: () =>
      sources.reduce((sum, each) => sum + (each.isTemporary ? 0 : each.entries.size), 0) <
      options.limit,
    touch: () => {
      version += 1;
    },
  };
  const sweepSource = ({ entries }: Held, nowMs: number): void => {
    for (const [key, { leftMs }] of entries) {
      if (leftMs === undefined || nowMs - leftMs < options.keepMs) continue;
      entries.delete(key);
      shared.touch();
    }
  };
  return {
    open: (name, rules, { isTemporary = false } = {}) => {
      const held = createHeld(shared, name, rules, isTemporary);
      sources.push(held);
      return held;
    },
    targets: () =>
      // What was known before the start stands in for sources that have not spoken yet.
      merge(sources.filter(({ isTemporary }) => !isTemporary || !isSettled())),
    version: () => version,
    isSettled,
    sources: () => sources.filter((each) => !each.isTemporary).map(({ status }) => status()),
    sweep: (nowMs) => {
      for (const source of sources) sweepSource(source, nowMs);
    },
  };
};
