import { createGate, type Gate, type Presence } from "../gate.ts";
import type { AvailabilityPlan } from "../plan.ts";
import { compileTemplate, type Template } from "../template.ts";
import { createMatcher } from "../topic.ts";
import type { AnnouncedAvailability, AvailabilityTopic } from "./availability-config.ts";
import { textOfState } from "./extract.ts";
import { createFilterIndex } from "./topics.ts";

/** Whether a part of a device is available, as several topics say together. */
export interface Availability {
  /** Closed until it is known to be available. */
  readonly gate: Gate;
  readonly filters: readonly string[];
  /** Given up by one of those who acquired it; the last one ends it, and is told so. */
  readonly release: () => boolean;
}

/** The topics that say whether something is available; each is looked at once, however many entities name it. */
export interface Availabilities {
  /** Shared by all entities of the device that say the same. */
  readonly acquire: (request: {
    readonly deviceId: string;
    readonly announced: AnnouncedAvailability;
    /** True if being offline says nothing of its readings. */
    readonly isSleeping: boolean;
    /** Told when it has something new to say. */
    readonly said: (gate: Gate) => void;
  }) => Availability;
  readonly plansAt: (topic: string) => readonly AvailabilityPlan[];
  /** Nothing that plans made before say of topics of that filter counts any longer. */
  readonly retire: (filter: string) => void;
}

/** One topic with one reading of it. */
interface Source {
  readonly topic: AvailabilityTopic;
  readonly template: Template | undefined;
  readonly users: Set<Combined>;
  presence: Presence;
}

interface Combined extends Availability {
  readonly hear: (source: Source) => void;
}

/** The presence that several sources make together; `latest` is the one that spoke last. */
const combine = (
  { mode }: AnnouncedAvailability,
  presences: readonly Presence[],
  latest: Presence,
): Presence => {
  if (mode === "latest") return latest;
  const [one, other]: readonly [Presence, Presence] =
    mode === "all" ? ["offline", "online"] : ["online", "offline"];
  if (presences.includes(one)) return one;
  return presences.every((each) => each === other) ? other : "unknown";
};

const wordsOf = ({ available, notAvailable }: AvailabilityTopic) =>
  Object.fromEntries<Presence>([
    [notAvailable.trim().toLowerCase(), "offline"],
    [available.trim().toLowerCase(), "online"],
  ]);

const templateOf = ({ template }: AvailabilityTopic): Template | undefined => {
  const compiled = template === undefined ? undefined : compileTemplate(template);
  return compiled === undefined || "unsupported" in compiled ? undefined : compiled;
};

/** No availability yet; `changed` is told of topics of which there is another plan now. */
export const createAvailabilities = (changed: (topic: string) => void): Availabilities => {
  const sources = new Map<string, Source>();
  const index = createFilterIndex<Source>();
  const shared = new Map<string, Combined & { hold: () => void }>();
  // Which plans of a topic are the current ones: those before them may not have the last word when they end.
  const current = new Map<string, object>();

  const sourceOf = (topic: AvailabilityTopic): Source => {
    const key = JSON.stringify(topic);
    const known = sources.get(key);
    if (known !== undefined) return known;
    const source: Source = {
      topic,
      template: templateOf(topic),
      users: new Set(),
      presence: "unknown",
    };
    sources.set(key, source);
    index.add(topic.topic, source);
    changed(topic.topic);
    return source;
  };
  const leave = (source: Source, user: Combined) => {
    source.users.delete(user);
    if (source.users.size > 0) return;
    sources.delete(JSON.stringify(source.topic));
    index.remove(source.topic.topic, source);
    changed(source.topic.topic);
  };

  const create = (
    key: string,
    { announced, isSleeping, said }: Parameters<Availabilities["acquire"]>[0],
  ) => {
    const gate = createGate({ isOpenUnknown: isSleeping });
    const own = announced.topics.map(sourceOf);
    let users = 0;
    let latest: Presence =
      own.map(({ presence }) => presence).find((presence) => presence !== "unknown") ?? "unknown";
    const settle = () => {
      const presences = own.map(({ presence }) => presence);
      const presence = combine(announced, presences, latest);
      const before = gate.presence();
      gate.set(isSleeping && presence === "offline" ? "unknown" : presence);
      if (gate.presence() !== before) said(gate);
    };
    const combined = {
      gate,
      filters: announced.topics.map(({ topic }) => topic),
      hold: () => {
        users += 1;
      },
      hear: ({ presence }: Source) => {
        latest = presence;
        settle();
      },
      release: () => {
        users -= 1;
        if (users > 0) return false;
        shared.delete(key);
        for (const source of own) leave(source, combined);
        gate.close();
        return true;
      },
    };
    for (const source of own) source.users.add(combined);
    shared.set(key, combined);
    settle();
    said(gate);
    return combined;
  };

  const planOf = (source: Source, topic: string, token: object): AvailabilityPlan => {
    const { template } = source;
    return {
      kind: "availability",
      from: source.topic.template,
      words: wordsOf(source.topic),
      extract: template === undefined ? undefined : (payload) => textOfState(payload, template),
      told: (presence) => {
        if (current.get(topic) !== token) return;
        source.presence = presence;
        for (const user of [...source.users]) user.hear(source);
      },
    };
  };

  return {
    acquire: (request) => {
      const { deviceId, announced, isSleeping } = request;
      const key = JSON.stringify([deviceId, isSleeping, announced]);
      const combined = shared.get(key) ?? create(key, request);
      combined.hold();
      return combined;
    },
    plansAt: (topic) => {
      const found = index.at(topic);
      if (found.length === 0) return [];
      const token = {};
      current.set(topic, token);
      return found.map((source) => planOf(source, topic, token));
    },
    retire: (filter) => {
      current.delete(filter);
      if (!/[+#]/u.test(filter)) return;
      const matches = createMatcher(filter);
      for (const topic of [...current.keys()]) if (matches(topic)) current.delete(topic);
    },
  };
};
