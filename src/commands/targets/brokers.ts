import { parseBrokerUrl, usualName } from "../../config/bridge/connection-schema.ts";
import type { MqttConnectionConfig } from "../../config/mqtt-config.ts";
import { StartError } from "../../errors.ts";
import { loadOrComplain } from "../configuration.ts";
import { chooseBrokers, plainConnection } from "../mqtt/brokers.ts";
import { asGuest } from "../mqtt/guest.ts";
import type { System } from "../system.ts";
import { type TargetsOptions, wantsBrokers } from "./options.ts";

const named = (url: string): MqttConnectionConfig => {
  if (parseBrokerUrl(url) === undefined || url.includes("@")) {
    throw new StartError("--url: must be the address of a broker: mqtt://localhost:1883");
  }
  return plainConnection(usualName(url), url);
};

/** The brokers to look on, or undefined if the configuration that names them is wrong, which then has been said. */
export const connectionsOf = async (
  system: System,
  options: TargetsOptions,
): Promise<readonly MqttConnectionConfig[] | undefined> => {
  if (!wantsBrokers(options)) return [];
  if (options.url !== undefined) return [asGuest(named(options.url), "targets", options)];
  const loaded = await loadOrComplain(system, options["config.file"]);
  if (loaded === undefined) return undefined;
  return chooseBrokers(loaded.config, options.broker).map(({ connection }) =>
    asGuest(connection, "targets", options),
  );
};
