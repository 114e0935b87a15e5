import type { DialectContext } from "../dialect.ts";
import type { TopicPlan } from "../plan.ts";
import type { AnnouncedEntity } from "./announcement.ts";
import { type Availability, createAvailabilities } from "./availability.ts";
import { type Definition, definitionOf, type PreparedReading, prepare } from "./definition.ts";
import { createKnownDevices } from "./devices.ts";
import { type Entity, type EntityDevice, type EntityReading, planOf, switchOff } from "./entity.ts";
import { createRoster } from "./roster.ts";
import { createFilterIndex } from "./topics.ts";

/** All entities that were announced on a broker. */
export interface Entities {
  /** What one topic announces now, in place of what it announced before. Returns that in a few words. */
  readonly announce: (topic: string, announced: readonly AnnouncedEntity[]) => string;
  readonly plansAt: (topic: string) => readonly TopicPlan[];
}

/** Entities that one broker may have. */
const maximumEntities = 10_000;

/** No entities yet. */
export const createEntities = (context: DialectContext): Entities => {
  const announcements = new Map<string, Map<string, Entity>>();
  const devices = createKnownDevices<Entity>();
  const index = createFilterIndex<EntityReading>();
  const changedTopics = new Set<string>();
  const changed = (topic: string) => {
    changedTopics.add(topic);
  };
  const availabilities = createAvailabilities(changed);
  const roster = createRoster(changed);
  let count = 0;
  let isFull = false;

  const availabilityOf = (
    device: EntityDevice,
    { availability: announced }: Definition,
  ): Availability | undefined => {
    if (announced === undefined) return undefined;
    const { id, name } = device.identity();
    return availabilities.acquire({
      deviceId: id,
      announced,
      isSleeping: context.sleeps(name),
      // The device may have been forgotten meanwhile.
      said: (gate) => context.device(device.identity()).addGate(gate),
    });
  };

  const add = (
    { key, objectId }: AnnouncedEntity,
    device: EntityDevice,
    definition: Definition,
    prepared: readonly PreparedReading[],
  ): Entity => {
    const readings: EntityReading[] = [];
    const availability = prepared.length === 0 ? undefined : availabilityOf(device, definition);
    const entity: Entity = {
      key,
      text: definition.text,
      device,
      readings,
      availability,
    };
    device.members.add(entity);
    for (const each of prepared) {
      const reading: EntityReading = { ...each, entity, member: undefined, switch: undefined };
      const { topic, meaning } = each.announced;
      readings.push(reading);
      index.add(topic, reading);
      changedTopics.add(topic);
      if (typeof meaning === "string" || typeof meaning.quantity !== "string") continue;
      const { name, deviceClass, identity } = definition;
      roster.join(reading, { name, objectId, deviceClass, quantity: meaning.quantity }, identity);
    }
    count += 1;
    return entity;
  };

  const remove = (entity: Entity) => {
    const { device, readings, availability } = entity;
    for (const reading of readings) {
      switchOff(reading);
      index.remove(reading.announced.topic, reading);
      changedTopics.add(reading.announced.topic);
      roster.part(reading);
    }
    device.members.delete(entity);
    count -= 1;
    if (availability?.release() === true && device.members.size > 0) {
      context.device(device.identity()).removeGate(availability.gate);
    }
  };

  const reject = (announced: AnnouncedEntity, why: string) => {
    context.unsupported(announced.key, why);
    return [];
  };
  const prepareOrReject = (
    announced: AnnouncedEntity,
    definition: Definition,
  ): readonly PreparedReading[] => {
    if (definition.problem !== undefined) return reject(announced, definition.problem);
    const prepared = prepare(definition);
    return "unsupported" in prepared
      ? reject(announced, `template: ${prepared.unsupported}`)
      : prepared;
  };

  const meet = ({ device: announced }: AnnouncedEntity): EntityDevice => {
    const { device, isRenamed, isDescribed } = devices.meet(announced);
    if (isRenamed) roster.rename(device);
    if (isDescribed && device.members.size > 0) context.device(device.identity());
    return device;
  };
  const isOneTooMany = (key: string): boolean => {
    if (count < maximumEntities) return false;
    if (!isFull) context.unsupported(key, `more than ${maximumEntities} entities`);
    isFull = true;
    return true;
  };
  /** The entity as it is announced now: the same one if nothing about it has changed. */
  const take = (announced: AnnouncedEntity, known: Entity | undefined): Entity | undefined => {
    const definition = definitionOf(announced);
    if (known === undefined && isOneTooMany(announced.key)) return undefined;
    const device = meet(announced);
    if (known?.text === definition.text && known.device === device) return known;
    const added = add(announced, device, definition, prepareOrReject(announced, definition));
    if (known !== undefined) remove(known);
    return added;
  };

  const forgetEmpty = (touched: ReadonlySet<EntityDevice>) => {
    for (const device of touched) {
      if (device.members.size > 0) continue;
      roster.forget(device);
      devices.forget(device);
      context.removeDevice(device.identity().id);
    }
  };
  const rerouteChanged = () => {
    const topics = [...changedTopics];
    changedTopics.clear();
    for (const topic of topics) {
      availabilities.retire(topic);
      // What is over has ended by its switch; the others on the same topic go on.
      context.reroute(topic, "refined");
    }
  };

  return {
    announce: (topic, announced) => {
      const before = announcements.get(topic) ?? new Map<string, Entity>();
      const now = new Map<string, Entity>();
      for (const each of announced) {
        const entity = take(each, before.get(each.key));
        if (entity !== undefined) now.set(each.key, entity);
      }
      const gone = [...before.values()].filter(({ key }) => !now.has(key));
      for (const entity of gone) remove(entity);
      if (now.size > 0) announcements.set(topic, now);
      else announcements.delete(topic);
      const all = [...now.values()];
      context.subscribe(
        `home-assistant ${topic}`,
        all.flatMap(({ readings, availability }) => [
          ...readings.map(({ announced: { topic: state } }) => state),
          ...(availability?.filters ?? []),
        ]),
      );
      rerouteChanged();
      forgetEmpty(new Set([...before.values()].map(({ device }) => device)));
      return `${now.size} announced, ${gone.length} removed`;
    },
    plansAt: (topic) => [
      ...availabilities.plansAt(topic),
      ...index.at(topic).map((reading) => planOf(reading, roster.labelsOf(reading), context)),
    ],
  };
};
