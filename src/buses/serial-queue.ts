import type { Clock } from "../clock.ts";

/** Why a task did not run, or why its caller was not kept waiting for its end. */
export interface QueueRefusal {
  readonly reason: "closed" | "full" | "no-turn" | "no-end";
  readonly lane: number;
  /** Lane of the task that the queue is busy with; undefined if there is none. */
  readonly occupant: number | undefined;
}

export interface SerialQueueOptions {
  readonly clock: Pick<Clock, "sleep">;
  /** How long a task waits for its turn, and how long its caller waits for its end, in milliseconds. */
  readonly limitMs: number;
  /** Tasks that may wait at once, over all lanes. */
  readonly capacity: number;
  readonly refusal: (refusal: QueueRefusal) => Error;
}

/** Runs tasks strictly one after the other. */
export interface SerialQueue {
  /**
   * Runs a task in its turn: lanes take turns, a lane's tasks keep their order. The caller is told
   * of a task that takes too long, but the next one starts only when that one has really ended.
   * A task that was refused is never run.
   */
  readonly run: <Result>(lane: number, task: () => Promise<Result>) => Promise<Result>;
  /** Refuses whatever waits and whatever comes, and resolves once the running task has ended. */
  readonly close: () => Promise<void>;
}

interface Waiter {
  readonly ticket: symbol;
  readonly lane: number;
  readonly grant: () => void;
  readonly refuse: (error: Error) => void;
}

/** Those who wait, by lane; the first lane of the map is the one whose turn is next. */
const createLanes = () => {
  const lanes = new Map<number, readonly Waiter[]>();

  const all = (): readonly Waiter[] => [...lanes.values()].flat();

  const add = (waiter: Waiter): void => {
    lanes.set(waiter.lane, [...(lanes.get(waiter.lane) ?? []), waiter]);
  };

  /** Takes the next one out and sends the rest of its lane to the end. */
  const take = (): Waiter | undefined => {
    const [waiters = []] = lanes.values();
    const [next, ...rest] = waiters;
    if (next === undefined) return undefined;
    lanes.delete(next.lane);
    if (rest.length > 0) lanes.set(next.lane, rest);
    return next;
  };

  /** False if that one was not waiting. */
  const remove = (lane: number, ticket: symbol): boolean => {
    const waiters = lanes.get(lane) ?? [];
    const rest = waiters.filter((waiter) => waiter.ticket !== ticket);
    if (rest.length > 0) lanes.set(lane, rest);
    else lanes.delete(lane);
    return rest.length < waiters.length;
  };

  return { all, add, take, remove };
};

const createLimit =
  ({ clock, limitMs }: Pick<SerialQueueOptions, "clock" | "limitMs">) =>
  async <Result>(work: Promise<Result>, expired: () => Error): Promise<Result> => {
    const timer = new AbortController();
    const expiry = clock.sleep(limitMs, timer.signal).then(() => {
      throw expired();
    });
    try {
      return await Promise.race([work, expiry]);
    } finally {
      timer.abort();
    }
  };

/** A queue that is idle and open. */
export const createSerialQueue = (options: SerialQueueOptions): SerialQueue => {
  const withinLimit = createLimit(options);
  const lanes = createLanes();
  let occupant: number | undefined;
  let isClosed = false;
  let ended: Promise<void> = Promise.resolve();

  const refusal = (reason: QueueRefusal["reason"], lane: number): Error =>
    options.refusal({ reason, lane, occupant });

  const passOn = (): void => {
    const next = lanes.take();
    occupant = next?.lane;
    next?.grant();
  };

  const turn = async (lane: number): Promise<void> => {
    if (lanes.all().length >= options.capacity) throw refusal("full", lane);
    const ticket = Symbol("turn");
    const granted = new Promise<void>((grant, refuse) => {
      lanes.add({ ticket, lane, grant, refuse });
    });
    try {
      await withinLimit(granted, () => refusal("no-turn", lane));
    } catch (error) {
      // Who waits no more was granted the turn in the very moment of giving up.
      if (!lanes.remove(lane, ticket)) passOn();
      throw error;
    }
  };

  const run = async <Result>(lane: number, task: () => Promise<Result>): Promise<Result> => {
    if (isClosed) throw refusal("closed", lane);
    if (occupant === undefined) occupant = lane;
    else await turn(lane);
    if (isClosed) {
      passOn();
      throw refusal("closed", lane);
    }
    const work = (async () => await task())();
    ended = work.then(passOn, passOn);
    return await withinLimit(work, () => refusal("no-end", lane));
  };

  const close = async (): Promise<void> => {
    isClosed = true;
    for (const waiter of lanes.all()) waiter.refuse(refusal("closed", waiter.lane));
    await ended;
  };

  return { run, close };
};
