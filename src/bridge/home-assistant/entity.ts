import type { Labels } from "../../reading.ts";
import type { DialectContext } from "../dialect.ts";
import { createGate, type Gate } from "../gate.ts";
import type { IgnoredPlan, ReadingPlan } from "../plan.ts";
import type { Availability } from "./availability.ts";
import type { PreparedReading } from "./definition.ts";
import type { KnownDevice } from "./devices.ts";
import { valueOfState } from "./extract.ts";
import type { Member } from "./groups.ts";

/** A device with its entities. */
export type EntityDevice = KnownDevice<Entity>;

/** One value of an entity, at work. */
export interface EntityReading extends PreparedReading {
  readonly entity: Entity;
  /** Undefined if it is no reading. */
  member: Member | undefined;
  /** Makes the reading end at once when it is announced no more, or with other labels. */
  switch: { readonly gate: Gate; readonly parent: Gate; readonly labels: string } | undefined;
}

/** An announced entity, at work. */
export interface Entity {
  readonly key: string;
  readonly text: string;
  readonly device: EntityDevice;
  readonly readings: readonly EntityReading[];
  readonly availability: Availability | undefined;
}

/** Ends what a reading has told. */
export const switchOff = (reading: EntityReading): void => {
  reading.switch?.gate.set("offline");
  reading.switch?.gate.close();
  reading.switch = undefined;
};

/** The switch of a reading below its entity's availability, or below its device if that has none. */
const switchOf = (reading: EntityReading, parent: Gate, labels: Labels): Gate => {
  const text = JSON.stringify(labels);
  const known = reading.switch;
  if (known?.parent === parent && known.labels === text) return known.gate;
  switchOff(reading);
  const gate = createGate({ parents: [parent] });
  reading.switch = { gate, parent, labels: text };
  return gate;
};

// An entity with availability is known to be there, and may have nothing new to say for days: a door.
const attendedMs = 604_800_000;
// Without it, a state may not change for a day, while sensors measure; those with batteries at least every hour.
const unattendedStateMs = 86_400_000;
const unattendedMs = 10_800_000;

const lastingMs = ({ announced, entity }: EntityReading): number => {
  if (announced.expiresMs !== undefined) return announced.expiresMs;
  if (entity.availability !== undefined) return attendedMs;
  return announced.form.kind === "binary" ? unattendedStateMs : unattendedMs;
};

/** What is to be done with messages of a reading's topic. */
export const planOf = (
  reading: EntityReading,
  labels: Labels,
  context: Pick<DialectContext, "device">,
): ReadingPlan | IgnoredPlan => {
  const { announced, template, entity } = reading;
  if (typeof announced.meaning === "string") return { kind: "ignored", why: announced.meaning };
  const device = context.device(entity.device.identity());
  if (entity.availability !== undefined) device.addGate(entity.availability.gate);
  return {
    kind: "reading",
    device,
    meaning: { ...announced.meaning, labels },
    gate: switchOf(reading, entity.availability?.gate ?? device.gate, labels),
    from: announced.template,
    expiresMs: lastingMs(reading),
    extract: (payload) => valueOfState(payload, template, announced.form),
  };
};
