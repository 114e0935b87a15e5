import { type Claimant, chosen, lastingMs } from "./claims.ts";
import { type CompiledPlan, compilePlan } from "./compile.ts";
import type { Message } from "./message.ts";
import { createPayload } from "./payload.ts";
import { areRefused, isExclusive } from "./plan.ts";
import type { Tally } from "./tally.ts";
import { createMatcher, isFilter, type Levels } from "./topic.ts";
import type { Trace } from "./trace.ts";

/** A topic and what is done with its messages. */
interface Route {
  readonly topic: string;
  /** Undefined if nobody knows what it means. */
  readonly owner: Tally | undefined;
  readonly plans: readonly CompiledPlan[];
  /** Those of them that have told what must be remembered: a route with any is not forgotten when it is silent. */
  readonly witnesses: readonly CompiledPlan[];
  /** True if its latest message is to be heard again when the topic is thought about anew: it says who is there. */
  readonly keepsLatest: boolean;
  /** True if that is so of what the broker had kept, which it does not send again. */
  readonly keepsRetained: boolean;
  /** True if its devices are: there is no end of topics that are made up, and each costs as much as a good one. */
  readonly isRefused: boolean;
  /** Time until the last of its readings ends. */
  readonly lastsMs: number;
  lastMs: number;
}

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
  readonly close: () => void;
}

/** Topics that nobody knows are remembered too, or each of their messages would be thought about; but not for long. */
const maximumUnknown = 10_000;
/** Those of refused devices weigh more. */
const maximumRefused = 1000;

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
  const routes = new Map<string, Route>();
  const unknown = new Map<string, Route>();
  const turnedAway = new Map<string, Route>();
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

  const rememberAmong = (others: Map<string, Route>, route: Route, maximum: number) => {
    others.set(route.topic, route);
    if (others.size <= maximum) return;
    const [oldest] = others.values();
    if (oldest !== undefined) drop(oldest);
  };
  const remember = (route: Route) => {
    if (route.owner === undefined) rememberAmong(unknown, route, maximumUnknown);
    else if (route.isRefused) rememberAmong(turnedAway, route, maximumRefused);
    else routes.set(route.topic, route);
  };
  const knownRoute = (topic: string): Route | undefined =>
    routes.get(topic) ?? unknown.get(topic) ?? turnedAway.get(topic);
  const allRoutes = (): readonly Route[] =>
    [routes, unknown, turnedAway].flatMap((each) => [...each.values()]);

  const routeOf = (topic: string, nowMs: number): Route | undefined => {
    const known = knownRoute(topic);
    if (known !== undefined) return known;
    if (routes.size >= maximumTopics) {
      refused();
      return undefined;
    }
    const route = createRoute(topic, topic.split("/"), nowMs);
    remember(route);
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
    routes.delete(route.topic);
    unknown.delete(route.topic);
    turnedAway.delete(route.topic);
    endRetired(route.topic);
    if (isRefined) retired.set(route.topic, route);
    else for (const plan of route.plans) plan.close();
  };
  const matching = (filter: string): readonly Route[] => {
    if (!isFilter(filter)) return [];
    if (/[+#]/u.test(filter)) {
      const matches = createMatcher(filter);
      return allRoutes().filter(({ topic }) => matches(topic));
    }
    const route = knownRoute(filter);
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
      for (const route of allRoutes().filter(isOver)) {
        if (route.witnesses.length === 0) drop(route);
      }
      for (const route of [...retired.values()].filter(isOver)) endRetired(route.topic);
    },
    topics: () => routes.size,
    close: () => {
      for (const route of allRoutes()) drop(route);
      for (const topic of [...retired.keys()]) endRetired(topic);
    },
  };
};
