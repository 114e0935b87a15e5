import type { Device } from "../device.ts";
import { type DialectContext, defineDialect } from "../dialect.ts";
import type { Meaning } from "../meaning.ts";
import { isObject, jsonOf, type Payload } from "../payload.ts";
import type { Interpret, TopicPlan } from "../plan.ts";
import { everythingBelow, fieldOf, ignored } from "../plans.ts";
import { decodeAdvertisement } from "../ruuvi/advertisement.ts";
import type { Levels } from "../topic.ts";

// Tags send every one to nine seconds, and the gateway passes that on at once, or in an interval of minutes.
const expiresMs = 900_000;

const acceleration = (axis: string): Meaning => ({
  quantity: "accelerationMetersPerSecondSquared",
  // In g.
  scale: 9.80665,
  labels: { channel: axis },
});

const sound = (channel: string): Meaning => ({
  quantity: "soundLevelDecibels",
  labels: { channel },
});

/** By its whole name: `PM1.0` and `PM10.0` differ by a point only. */
const known: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ["rssi", { quantity: "signalStrengthDbm" }],
  ["temperature", { quantity: "temperatureCelsius" }],
  ["humidity", { quantity: "relativeHumidityRatio", unit: "%" }],
  ["pressure", { quantity: "pressurePascals" }],
  ["voltage", { quantity: "batteryVoltageVolts" }],
  ["accelX", acceleration("x")],
  ["accelY", acceleration("y")],
  ["accelZ", acceleration("z")],
  ["movementCounter", { quantity: "detectionsTotal" }],
  ["PM1.0", { quantity: "pm1MicrogramsPerCubicMeter" }],
  ["PM2.5", { quantity: "pm25MicrogramsPerCubicMeter" }],
  ["PM4.0", { quantity: "pm4MicrogramsPerCubicMeter" }],
  ["PM10.0", { quantity: "pm10MicrogramsPerCubicMeter" }],
  ["CO2", { quantity: "carbonDioxidePpm" }],
  ["VOC", { quantity: "vocIndex" }],
  ["NOx", { quantity: "noxIndex" }],
  ["luminosity", { quantity: "illuminanceLux" }],
  ["sound_inst_dba", sound("instant")],
  ["sound_avg_dba", sound("average")],
  ["sound_peak_spl_db", sound("peak")],
]);

const interpret: Interpret = (path) =>
  (path.length === 1 ? known.get(path[0] ?? "") : undefined) ??
  "a time, a setting or a number of the message";

/** The fields of a message, those of the advertisement included if the gateway has left it as it was. */
const decode = (payload: Payload): unknown => {
  const json = jsonOf(payload);
  if (!isObject(json)) return undefined;
  const { data, dataFormat } = json;
  if (dataFormat !== undefined || typeof data !== "string") return json;
  return { ...json, ...decodeAdvertisement(data) };
};

const gatewayOf = (context: DialectContext, address: string): Device =>
  context.device({ id: `gateway ${address}`, name: address });

const status = (context: DialectContext, gateway: string): TopicPlan => ({
  kind: "availability",
  from: "state",
  extract: fieldOf("state"),
  words: { online: "online", offline: "offline" },
  // A tag that this gateway no longer hears may be heard by another one: only the gateway itself is gone.
  told: (presence) => gatewayOf(context, gateway).gate.set(presence),
});

const routeBelow = (context: DialectContext, below: Levels): readonly TopicPlan[] | undefined => {
  const [gateway = "", name = "", ...rest] = below;
  if (name === "" || rest.length > 0) return undefined;
  if (name === "gw_status") return [status(context, gateway)];
  if (!/^[\dA-F]{2}(?::[\dA-F]{2}){5}$/iu.test(name)) return ignored("no tag");
  const id = name.toUpperCase();
  return [{ kind: "fields", device: context.device({ id, name: id }), interpret, decode }];
};

/** Ruuvi tags and air monitors behind a Ruuvi Gateway. */
export const dialect = defineDialect({
  title: "Ruuvi Gateway",
  source: "https://docs.ruuvi.com/ruuvi-gateway-firmware/data-formats",
  prefixes: ["ruuvi"],
  subscriptions: everythingBelow,
  expiresMs,
  start: (context) => ({
    route: ({ below }) => (below === undefined ? undefined : routeBelow(context, below)),
  }),
});
