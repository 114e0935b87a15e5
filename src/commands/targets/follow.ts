import type { MqttConnectionConfig } from "../../config/mqtt-config.ts";
import type { Log } from "../../log.ts";
import type { Admission } from "../../targets/admission.ts";
import { followList } from "../../targets/list-source.ts";
import type { Registry } from "../../targets/registry.ts";
import { rulesOfOwner, rulesOfStrangers } from "../../targets/target.ts";
import type { System } from "../system.ts";

/** Where to look. */
export interface Sources {
  readonly lists: readonly string[];
  /** Addresses of the networks to look through, all if there are none; undefined for not at all. */
  readonly interfaces: readonly string[] | undefined;
  readonly connections: readonly MqttConnectionConfig[];
}

/** Follows every source until the signal aborts; the user's own lists are believed first. */
export const followSources = async (
  { lists, interfaces, connections }: Sources,
  {
    system: { clock, environment },
    log,
    registry,
    admits,
    topic,
    signal,
  }: {
    readonly system: System;
    readonly log: Log;
    readonly registry: Registry;
    readonly admits: Admission;
    readonly topic: string;
    readonly signal: AbortSignal;
  },
): Promise<void> => {
  const shared = { clock, log, signal };
  const strangers = rulesOfStrangers(admits);
  // Opened before anything is waited for, or what has not begun to look would pass for settled.
  const listed = lists.map((file) => ({ file, targets: registry.open(file, rulesOfOwner) }));
  const announced = connections.map((connection) => ({
    connection,
    targets: registry.open(connection.name, strangers),
  }));
  const found = interfaces && { addresses: interfaces, targets: registry.open("mdns", strangers) };
  const following = listed.map((each) => followList({ ...shared, ...each, environment }));
  if (announced.length > 0) {
    // Loaded only if asked for, as the client is.
    const { followBroker } = await import("../../targets/mqtt-source.ts");
    const { random } = Math;
    following.push(...announced.map((each) => followBroker({ ...shared, ...each, topic, random })));
  }
  if (found !== undefined) {
    const { followMdns } = await import("../../targets/mdns-source.ts");
    following.push(followMdns({ ...shared, ...found, admits }));
  }
  await Promise.all(following);
};
