import type { Labels } from "../../reading.ts";
import { isObject } from "../payload.ts";
import type { Interpret } from "../plan.ts";
import { propertiesOf, textAt } from "./exposes.ts";
import { interpretUnlisted } from "./unlisted.ts";

type Json = Readonly<Record<string, unknown>>;

/** A device as the list of the bridge describes it. */
export interface Listed {
  readonly address: string;
  readonly name: string;
  readonly info: Labels;
  readonly interpret: Interpret;
  /** Equal as long as nothing about it has changed. */
  readonly signature: string;
}

/** More than a Zigbee network has. */
const maximumDevices = 2000;

const infoOf = (device: Json, definition: Json): Labels => {
  const labels: Record<string, string> = {};
  const tell = (label: string, text: string | undefined) => {
    if (text !== undefined) labels[label] = text.slice(0, 100);
  };
  tell("manufacturer", textAt(definition, "vendor"));
  tell("model", textAt(definition, "model") ?? textAt(device, "model_id"));
  tell("version", textAt(device, "software_build_id"));
  tell("power_source", textAt(device, "power_source"));
  tell("address", textAt(device, "ieee_address"));
  return labels;
};

const interpreter = (definition: Json, isBattery: boolean): Interpret => {
  const properties = propertiesOf(definition["exposes"], isBattery);
  // Nothing is said of a device that is not supported, or that is listed by an old version.
  if (properties.size === 0) return interpretUnlisted;
  return (path) => properties.get(path.join("/")) ?? "not among what the device exposes";
};

const readDevice = (device: Json): Listed | undefined => {
  const address = textAt(device, "ieee_address");
  const name = textAt(device, "friendly_name");
  if (address === undefined || name === undefined || /[+#]/u.test(name)) return undefined;
  if (textAt(device, "type") === "Coordinator") return undefined;
  const definition = isObject(device["definition"]) ? device["definition"] : {};
  const info = infoOf(device, definition);
  const isBattery = /^battery$/iu.test(info["power_source"] ?? "");
  return {
    address,
    name,
    info,
    interpret: interpreter(definition, isBattery),
    signature: JSON.stringify([name, info, definition["exposes"]]),
  };
};

/** The devices of a bridge by their address; undefined if that is no list. */
export const readDevices = (json: unknown): ReadonlyMap<string, Listed> | undefined => {
  if (!Array.isArray(json)) return undefined;
  const devices = json
    .slice(0, maximumDevices)
    .filter(isObject)
    .map(readDevice)
    .filter((device) => device !== undefined);
  return new Map(devices.map((device) => [device.address, device]));
};

/** The names of the groups of a bridge; undefined if that is no list. */
export const readGroups = (json: unknown): ReadonlySet<string> | undefined => {
  if (!Array.isArray(json)) return undefined;
  const names = json
    .slice(0, maximumDevices)
    .filter(isObject)
    .map((group) => textAt(group, "friendly_name"))
    .filter((name) => name !== undefined && !/[+#]/u.test(name));
  return new Set(names.filter((name) => name !== undefined));
};
