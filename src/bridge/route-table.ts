import type { CompiledPlan } from "./compile.ts";
import type { Tally } from "./tally.ts";

/** A topic and what is done with its messages. */
export interface Route {
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

/** The routes of a broker by topic. */
export interface RouteTable {
  readonly find: (topic: string) => Route | undefined;
  /** True if the topic has an owner and a device. */
  readonly follows: (topic: string) => boolean;
  readonly all: () => readonly Route[];
  readonly add: (route: Route) => void;
  /** What a topic is worth may only turn out by its messages, and change with them: looks at it after one. */
  readonly settle: (route: Route) => void;
  readonly remove: (route: Route) => void;
  /** How many have an owner and a device. */
  readonly count: () => number;
}

/** Topics that nobody knows are remembered too, or each of their messages would be thought about; but not for long. */
const maximumUnknown = 10_000;
/** Those of refused devices weigh more. */
const maximumRefused = 1000;

const isTurnedAway = ({ isRefused, plans }: Route): boolean =>
  isRefused || (plans.length > 0 && plans.every((plan) => plan.isRefused?.() === true));

/** A table of no routes; `crowdedOut` is told of one that has made room for another. */
export const createRouteTable = (crowdedOut: (route: Route) => void): RouteTable => {
  const routes = new Map<string, Route>();
  const unknown = new Map<string, Route>();
  const turnedAway = new Map<string, Route>();

  const addAmong = (others: Map<string, Route>, route: Route, maximum: number) => {
    others.set(route.topic, route);
    if (others.size <= maximum) return;
    const [oldest] = others.values();
    if (oldest !== undefined) crowdedOut(oldest);
  };
  const remove = ({ topic }: Route) => {
    routes.delete(topic);
    unknown.delete(topic);
    turnedAway.delete(topic);
  };
  const add = (route: Route) => {
    if (route.owner === undefined) addAmong(unknown, route, maximumUnknown);
    else if (isTurnedAway(route)) addAmong(turnedAway, route, maximumRefused);
    else routes.set(route.topic, route);
  };
  const find = (topic: string) => routes.get(topic) ?? unknown.get(topic) ?? turnedAway.get(topic);

  return {
    find,
    all: () => [routes, unknown, turnedAway].flatMap((each) => [...each.values()]),
    add,
    settle: (route) => {
      const wasTurnedAway = turnedAway.size > 0 && turnedAway.has(route.topic);
      if (wasTurnedAway === isTurnedAway(route)) return;
      // Its own message may have had it thought about anew.
      if (find(route.topic) !== route) return;
      remove(route);
      add(route);
    },
    remove,
    follows: (topic) => routes.has(topic),
    count: () => routes.size,
  };
};
