import { type Claimant, chosen, lastingMs } from "./claims.ts";
import { compilePlan } from "./compile.ts";
import type { Message } from "./message.ts";
import { createPayload } from "./payload.ts";
import { areRefused, isExclusive } from "./plan.ts";
import { createRouteTable, type Route } from "./route-table.ts";
import { createMatcher, isFilter, type Levels } from "./topic.ts";
import type { Trace } from "./trace.ts";

/** Finds for each message what is to be done with it; a topic is thought about once. */
export interface Router {
  /** Carries out the plans of the message's topic. Returns who took it, or why nobody did. */
  readonly take: (message: Message, trace?: Trace) => string | undefined;
  /**
   * Topics of that filter are to be thought about anew. What they told ends at once; or, if it is only refined, with
   * the topic's next message, so that what goes on does so without a gap.
   */
  readonly reroute: (filter: string, isRefined?: boolean) => void;
  /** Forgets topics that were silent for so long, and whose readings have ended. */
  readonly sweep: (nowMs: number, silentForMs: number) => void;
  readonly topics: () => number;
  /** True if a rule or a dialect follows that topic already. */
  readonly follows: (topic: string) => boolean;
  readonly close: () => void;
}

/** A router that asks these claimants, the most trusted first. */
export const createRouter = ({
  claimants,
  maximumTopics,
  refused,
  keep,
  failed,
}: {
  readonly claimants: readonly Claimant[];
  readonly maximumTopics: number;
  /** Told of a topic beyond the limit. */
  readonly refused: () => void;
  /** Keeps a message for the time when its topic is thought about anew. */
  readonly keep: (message: Message) => void;
  /** Told of a defect of ours, which must not end the program. */
  readonly failed: (topic: string, error: unknown) => void;
}): Router => {
  const routes = createRouteTable((route) => drop(route));
  const retired = new Map<string, Route>();

  const createRoute = (topic: string, levels: Levels, nowMs: number): Route => {
    const claims = claimants.flatMap((claimant) => {
      const plans = claimant.route(topic, levels);
      return plans === undefined ? [] : [{ claimant, plans }];
    });
    const all = chosen(claims);
    const exclusive = all.find(([, plan]) => isExclusive(plan)) ?? all[0];
    const compiled = all.map(([claimant, plan]) => ({ plan, run: compilePlan(plan, claimant) }));
    return {
      topic,
      owner: exclusive?.[0].tally,
      plans: compiled.map(({ run }) => run),
      witnesses: compiled.filter(({ plan }) => !isExclusive(plan)).map(({ run }) => run),
      isRefused: areRefused(all.map(([, plan]) => plan)),
      keepsLatest: all.some(([, plan]) => plan.kind === "availability"),
      keepsRetained: all.some(([, plan]) => isExclusive(plan)),
      lastsMs: Math.max(0, ...all.map(([claimant, plan]) => lastingMs(claimant, plan))),
      lastMs: nowMs,
    };
  };

  const routeOf = (topic: string, nowMs: number): Route | undefined => {
    const known = routes.find(topic);
    if (known !== undefined) return known;
    if (routes.count() >= maximumTopics) {
      refused();
      return undefined;
    }
    const route = createRoute(topic, topic.split("/"), nowMs);
    routes.add(route);
    return route;
  };

  /** Its last word is that it knows nothing, which must not come after that of the route that follows it. */
  const silence = (route: Route | undefined) => {
    for (const plan of route?.witnesses ?? []) plan.close();
  };
  const closeSilenced = (route: Route | undefined) => {
    for (const plan of route?.plans ?? []) if (!route?.witnesses.includes(plan)) plan.close();
  };
  const endRetired = (topic: string) => {
    const route = retired.get(topic);
    retired.delete(topic);
    silence(route);
    closeSilenced(route);
  };
  const drop = (route: Route, isRefined = false) => {
    routes.remove(route);
    endRetired(route.topic);
    if (isRefined) retired.set(route.topic, route);
    else for (const plan of route.plans) plan.close();
  };
  const matching = (filter: string): readonly Route[] => {
    if (!isFilter(filter)) return [];
    if (/[+#]/u.test(filter)) {
      const matches = createMatcher(filter);
      return routes.all().filter(({ topic }) => matches(topic));
    }
    const route = routes.find(filter);
    return route === undefined ? [] : [route];
  };

  const run = (route: Route, message: Message, trace: Trace | undefined): void => {
    const payload = createPayload(message.payload);
    for (const plan of route.plans) plan.run(payload, message, trace);
  };

  /** The same once the route that it follows, if there is one, has nothing more to say. */
  const runAfter = (route: Route, message: Message, trace: Trace | undefined): void => {
    const previous = retired.get(message.topic);
    retired.delete(message.topic);
    silence(previous);
    run(route, message, trace);
    closeSilenced(previous);
  };

  return {
    take: (message, trace) => {
      try {
        const route = routeOf(message.topic, message.atMs);
        if (route?.owner === undefined) return undefined;
        route.lastMs = message.atMs;
        route.owner.messages += 1;
        if (route.keepsLatest || (message.isRetained && route.keepsRetained)) keep(message);
        if (retired.size === 0) run(route, message, trace);
        else runAfter(route, message, trace);
        routes.settle(route);
        return route.owner.rule;
      } catch (error) {
        failed(message.topic, error);
        return undefined;
      }
    },
    reroute: (filter, isRefined = false) => {
      for (const route of matching(filter)) drop(route, isRefined);
    },
    sweep: (nowMs, silentForMs) => {
      const isOver = ({ lastMs, lastsMs }: Route) =>
        lastMs < nowMs - Math.max(silentForMs, lastsMs);
      for (const route of routes.all().filter(isOver)) {
        if (route.witnesses.length === 0) drop(route);
      }
      for (const route of [...retired.values()].filter(isOver)) endRetired(route.topic);
    },
    topics: routes.count,
    follows: routes.follows,
    close: () => {
      for (const route of routes.all()) drop(route);
      for (const topic of [...retired.keys()]) endRetired(topic);
    },
  };
};
