import type { Bridge } from "./bridge/bridge.ts";
import type { Roster } from "./sensors/roster.ts";

/** How many there are of what is configured, and how many of those cannot be reached. */
export interface Census {
  readonly sensors: number;
  readonly sensorsDown: number;
  readonly brokers: number;
  readonly brokersDown: number;
}

/** Counts the sensors of this board and the brokers; what they publish is not among them. */
export const takeCensus = (
  roster: Pick<Roster, "entries">,
  bridge: Pick<Bridge, "brokers">,
): Census => {
  const sensors = roster.entries();
  const brokers = bridge.brokers();
  return {
    sensors: sensors.length,
    sensorsDown: sensors.filter(({ status }) => status().state === "down").length,
    brokers: brokers.length,
    brokersDown: brokers.filter(({ isConnected }) => !isConnected).length,
  };
};
