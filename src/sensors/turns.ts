import { createSerialQueue, type QueueRefusal, type SerialQueue } from "../buses/serial-queue.ts";
import type { Clock } from "../clock.ts";
import { SensorError } from "../errors.ts";

/** Runs a task after those that use the same resource; others do not wait for it. */
export type Turns = <Result>(resource: string, task: () => Promise<Result>) => Promise<Result>;

// Enough for fifty 1-Wire thermometers on one bus, and shorter than a poll may take.
const limitMs = 40_000;
const capacity = 256;

const refusalOf =
  (resource: string) =>
  ({ reason }: QueueRefusal): SensorError => {
    const seconds = limitMs / 1000;
    const message =
      reason === "no-end"
        ? `${resource} has not answered within ${seconds} s`
        : `${resource} was busy with other readings for ${seconds} s`;
    return new SensorError("bus-timeout", message, {
      remedy: "Check the wiring; with many sensors on one bus, poll them less often.",
    });
  };

/** One queue per resource, made when first used; shared by all sensors of the program. */
export const createTurns = (clock: Pick<Clock, "sleep">): Turns => {
  const queues = new Map<string, SerialQueue>();
  return (resource, task) => {
    const queue =
      queues.get(resource) ??
      createSerialQueue({ clock, limitMs, capacity, refusal: refusalOf(resource) });
    queues.set(resource, queue);
    return queue.run(0, task);
  };
};
