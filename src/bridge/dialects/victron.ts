import { type DialectContext, defineDialect } from "../dialect.ts";
import type { DeviceIdentity } from "../identity.ts";
import type { Meaning } from "../meaning.ts";
import { jsonOf, type Payload, valueAt } from "../payload.ts";
import type { TopicPlan } from "../plan.ts";
import { everythingBelow, ignored } from "../plans.ts";
import type { Levels } from "../topic.ts";
import { meaningOfUnknown } from "../vocabulary.ts";

// A GX device publishes nothing until somebody publishes `R/<portal>/keepalive`, and stops 60 seconds after the last
// one; a bridge that only reads gets nothing unless something else on the network does that.
// What does not change is only repeated with a keep-alive that asks for everything, and some ask rarely.
const expiresMs = 3_600_000;

const portal = /^[0-9a-f]{12}$/iu;

/** What the last level of a D-Bus path means: by its whole name. */
const byName: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ["Soc", { quantity: "batteryRatio", unit: "%" }],
  ["Voltage", { quantity: "voltageVolts" }],
  ["V", { quantity: "voltageVolts" }],
  ["Current", { quantity: "currentAmperes" }],
  ["I", { quantity: "currentAmperes" }],
  ["Power", { quantity: "powerWatts" }],
  ["P", { quantity: "powerWatts" }],
  ["S", { quantity: "apparentPowerVoltAmperes" }],
  ["PowerFactor", { quantity: "powerFactorRatio" }],
  ["Frequency", { quantity: "frequencyHertz" }],
  ["F", { quantity: "frequencyHertz" }],
  ["Temperature", { quantity: "temperatureCelsius" }],
  ["Humidity", { quantity: "relativeHumidityRatio", unit: "%" }],
  ["Irradiance", { quantity: "irradianceWattsPerSquareMeter" }],
  ["WindSpeed", { quantity: "windSpeedMetersPerSecond" }],
  ["Level", { quantity: "fillLevelRatio", unit: "%" }],
  ["Remaining", { quantity: "storedVolumeLiters", unit: "m³" }],
  ["TimeToGo", { quantity: "durationSeconds" }],
  ["ConsumedAmphours", { quantity: "chargeCoulombs", unit: "Ah" }],
]);

/** By its end, where the whole name then is part of the channel: `MinCellVoltage`, `Dc/0/MidVoltage`. */
const byEnd: readonly (readonly [RegExp, Meaning])[] = [
  [/Voltage$/u, { quantity: "voltageVolts" }],
  [/Current$/u, { quantity: "currentAmperes" }],
  [/Power$/u, { quantity: "powerWatts" }],
  [/Temperature$/u, { quantity: "temperatureCelsius" }],
  [/Frequency$/u, { quantity: "frequencyHertz" }],
  [/(?:Discharged|Charged)Energy$/u, { quantity: "energyJoulesTotal", unit: "kWh" }],
];

/** By the whole path behind the instance. */
const byPath: readonly (readonly [RegExp, Meaning])[] = [
  [/(?:^|\/)Energy\/Forward$/u, { quantity: "energyJoulesTotal", unit: "kWh" }],
  [/(?:^|\/)Energy\/Reverse$/u, { quantity: "energyReturnedJoulesTotal", unit: "kWh" }],
  // Energy of a Multi from one side to another.
  [/^Energy\/\w+To\w+$/u, { quantity: "energyJoulesTotal", unit: "kWh" }],
  [/^Yield\/(?:User|System)$/u, { quantity: "energyJoulesTotal", unit: "kWh" }],
  // Begins anew every day.
  [/^History\/Daily\/\d+\/Yield$/u, { quantity: "energyBalanceJoules", unit: "kWh" }],
  [/^Voltages\/Cell\d+$/u, { quantity: "voltageVolts" }],
];

const withoutReadings =
  /^(?:Mgmt|Devices|Settings|Control|Debug|Capabilities|Timers|ServiceMapping|AvailableBatteries|Interfaces)(?:\/|$)|(?:^|\/)(?:DeviceInstance|DeviceType|ProductId|HardwareVersion|HardwareRevision|FirmwareVersion|Position|Role|AllowedRoles|GpsSpeedUnit|Latitude|Longitude|NrOfPhases|Capacity|\w*(?:Id|Name|Serial|Version|Time|TimeStamp|Timestamp|Setpoint|Limit|IsAdjustable|Available|Connection))$/u;

const infoLabels: ReadonlyMap<string, string> = new Map([
  ["ProductName", "model"],
  ["CustomName", "device_name"],
  ["Serial", "serial"],
]);

const labelsOf = (levels: Levels): Meaning["labels"] => {
  const phase = levels.find((level) => /^L[123]$/u.test(level));
  const channel = levels.filter((level) => level !== phase).join("/");
  return {
    ...(channel === "" ? {} : { channel }),
    ...(phase === undefined ? {} : { phase }),
  };
};

const meaningOf = (levels: Levels): Meaning => {
  const path = levels.join("/");
  const last = levels.at(-1) ?? "";
  // Whether there is an alarm of the temperature is no temperature.
  if (/(?:^|\/)Alarms?\//u.test(path)) return meaningOfUnknown(path);
  const whole = byPath.find(([pattern]) => pattern.test(path));
  const named = whole === undefined ? byName.get(last) : undefined;
  if (named !== undefined) return { ...named, labels: labelsOf(levels.slice(0, -1)) };
  const found = whole ?? byEnd.find(([pattern]) => pattern.test(last));
  return found === undefined ? meaningOfUnknown(path) : { ...found[1], labels: labelsOf(levels) };
};

/** An invalid value of D-Bus is null, in older firmware an empty list; an empty payload is a device that has gone. */
const publishedValue = (payload: Payload): unknown => {
  const value = valueAt(jsonOf(payload), ["value"]);
  if (typeof value === "string") return { notFound: "not-a-number" };
  return typeof value === "object" ? null : value;
};

const routeService = (
  context: DialectContext,
  identity: DeviceIdentity,
  levels: Levels,
): readonly TopicPlan[] => {
  const path = levels.join("/");
  const label = infoLabels.get(path);
  if (label !== undefined) {
    const take = (payload: Payload) => {
      const value = valueAt(jsonOf(payload), ["value"]);
      if (typeof value === "string") {
        context.device(identity).describe({ [label]: value.slice(0, 100) });
      }
      return `${label} of the device`;
    };
    return [{ kind: "notice", take }];
  }
  if (path === "Connected") {
    return [
      {
        kind: "availability",
        extract: (payload) => valueAt(jsonOf(payload), ["value"]),
        words: { "1": "online", "0": "offline" },
        told: (presence) => context.device(identity).gate.set(presence),
      },
    ];
  }
  if (withoutReadings.test(path)) return ignored("settings, names, times or positions");
  return [
    {
      kind: "reading",
      device: context.device(identity),
      meaning: meaningOf(levels),
      from: "value",
      extract: publishedValue,
    },
  ];
};

/** Victron Energy GX devices (Venus OS). */
export const dialect = defineDialect({
  title: "Victron Energy GX devices (Venus OS)",
  source: "https://github.com/victronenergy/dbus-flashmq",
  prefixes: ["N"],
  subscriptions: everythingBelow,
  expiresMs,
  start: (context) => ({
    route: ({ levels, below }) => {
      const [first = "", second = ""] = levels;
      if (/^[RW]$/u.test(first) && portal.test(second)) return ignored("a request to the device");
      const [portalId = "", service = "", instance = "", ...path] = below ?? [];
      if (!portal.test(portalId)) return undefined;
      if (service === "settings") return ignored("settings");
      if (path.length === 0) return ignored("nothing of a service");
      const name = `${service}/${instance}`;
      const identity = { id: `${portalId}/${name}`, name, info: { portal: portalId } };
      return routeService(context, identity, path);
    },
  }),
});
