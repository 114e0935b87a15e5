import { readFile } from "node:fs/promises";
import type { z } from "zod";
import { listDialects } from "../../src/bridge/load-dialect.ts";
import { detailedDialect } from "../../src/config/bridge/discover-schema.ts";
import { ruleSchema } from "../../src/config/bridge/rule-schema.ts";
import { embeddedSchema, mqttSchema } from "../../src/config/bridge/schemas.ts";
import { detailedValue, metricSchema } from "../../src/config/bridge/value-schema.ts";
import { configurationSchema } from "../../src/config/json-schema.ts";
import { loadConfig } from "../../src/config/load.ts";
import { formatProblem } from "../../src/config/problems.ts";
import { rootSchema } from "../../src/config/schema.ts";
import { commonSchema, gpioSchema, i2cSchema } from "../../src/config/sensor-schema.ts";
import type { Driver } from "../../src/drivers/driver.ts";
import { listDrivers, loadDriver } from "../../src/drivers/load.ts";
import { page, table } from "./markdown.ts";
import { optionRows } from "./options.ts";

const loadDrivers = async (): Promise<ReadonlyMap<string, Driver>> =>
  new Map(
    await Promise.all(
      (await listDrivers()).map(async (name) => [name, await loadDriver(name)] as const),
    ),
  );

/** config/schema.json. */
export const renderConfigurationSchema = async (): Promise<string> =>
  `${JSON.stringify(configurationSchema(await loadDrivers(), await listDialects()), undefined, 2)}\n`;

const headings = ["Key", "Value", "Default", "Meaning"] as const;

const keyTable = (schema: z.ZodType): string => table(headings, optionRows(schema));

const exampleDriver = "bme280";

// One of each kind stands for all quantities, and the interval's default for whatever the driver has.
const commonTable = (driver: Driver): string => {
  const kinds = ["temperatureCelsius", "contactOpen", "pulsesTotal"] as const;
  const rows = optionRows(commonSchema(driver.intervalMs, kinds)).map(
    ([path = "", values = "", fallback = "", meaning = ""]) => [
      path.replace(/\.(?:temperature|contact_open|pulses)\b/u, ".QUANTITY"),
      values,
      path === "`interval`" ? "the driver's own" : fallback,
      meaning,
    ],
  );
  return table(
    headings,
    rows.filter(
      ([path = ""], index) =>
        !path.endsWith(".QUANTITY`") && index === rows.findIndex(([first]) => first === path),
    ),
  );
};

const i2cTable = (): string => {
  const rows = optionRows(i2cSchema([0])).map((row) =>
    row[0] === "`address`"
      ? [
          "`address`",
          "one that the chip can have, such as `0x76`",
          "the chip's usual one",
          row[3] ?? "",
        ]
      : row,
  );
  return table(headings, rows);
};

const mistaken = `sensors:
  attic:
    driver: bme280
    adress: 0x77
    interval: 30
`;

const problemsOf = async (text: string): Promise<string> => {
  const loaded = await loadConfig({
    file: "config.yaml",
    readFile: async () => new TextEncoder().encode(text),
    environment: {},
    driverNames: await listDrivers(),
    dialectNames: await listDialects(),
    loadDriver,
  });
  return "problems" in loaded ? loaded.problems.map(formatProblem).join("\n") : "";
};

const introduction = `One YAML file names the sensors of a board and the brokers of MQTT that others publish to. \`sensor-exporter check\` says whether it is right, and what would run.
The exporter does not start with a file that is wrong: it prints every problem, each with its place, what is allowed and
what was probably meant, and exits with 78. Unknown keys are refused everywhere. The file is UTF-8 text of at most 1 MiB.`;

const editors = `An editor with the YAML language server completes and checks the file as it is written, if its first line is

\`\`\`yaml
# yaml-language-server: $schema=schema.json
\`\`\`

with the path or address of [\`config/schema.json\`](../config/schema.json). The schema does not know what only the whole
file can tell, such as two sensors with one address; \`sensor-exporter check\` does.`;

const values = `**Durations** are whole numbers with units, largest first: \`250ms\`, \`30s\`, \`5m\`, \`1h30m\`, \`1d\`. A number without a unit
is refused.

**Measures** are a number and a unit: \`412m\`, \`-0.8°C\`, \`1013.25hPa\`, \`2%\`. Where a plain number is allowed as well, it is in
the unit of the metric: °C, Pa, V, a ratio from 0 to 1. \`offset\` and \`jump\` are differences: \`1.8°F\` is \`1°C\`.

**Addresses** are hexadecimal, \`0x76\`, or decimal.

**Text** needs quotes where YAML would read it as something else. The file is YAML 1.2: \`yes\`, \`no\`, \`on\` and \`off\` are
text, only \`true\` and \`false\` are not; \`010\` is ten, \`0x10\` is sixteen. Labels are always text, so \`floor: 2\` and
\`release: 1.10\` are taken as they are written.

**Anchors, aliases and merge keys** (\`<<: *defaults\`) work. A key that is given twice is refused.`;

const secrets = `\`\${NAME}\` inside any text is replaced by the environment variable of that name; one that is not set is a problem.
\`$\${\` stands for a plain \`\${\`. The result is always text, whatever it looks like. In \`{ }\` and \`[ ]\` put it in quotes.

A key that holds a secret can be given as \`KEY_file\` instead, with the path of a file that contains it, relative to the
configuration file; line ends after it do not count. Secrets, and whatever came from the environment, are never shown.`;

const names = `A sensor's name is 1 to 100 characters, whatever they are but control characters; it becomes the label \`sensor\`.
Names of labels are letters, digits and \`_\`; \`sensor\`, \`channel\`, \`job\`, \`instance\`, \`le\`, \`quantile\` and all that start
with \`__\` are taken. A sensor has at most 16 labels of at most 256 characters. A file has at most 1000 sensors, and no two
of them may read the same chip, line or device.`;

const brokers = `Two lines are enough for whatever speaks one of the dialects:

\`\`\`yaml
mqtt:
  - url: mqtt://broker.lan
\`\`\`

Files are named relative to the configuration file. They must be readable when it is loaded, and are read again for each
connection. Keys of TLS need \`mqtts\` or \`wss\`. No two brokers have the same name.`;

const rules = `A rule of \`subscriptions:\` says what the messages of some topics mean. Rules come before dialects: what one takes,
no dialect looks at; several rules may take from the same message.

The named parts of a topic become labels, so that no two devices share a series; what \`+\` and \`#\` match tells nothing
apart. Readings end after \`expires\`: the default is longer than the ten minutes at which boards that sleep mostly
report, and short enough for an alert within the hour.`;

const valuesOfRules = `Below \`values:\`, under the name of a quantity of [metrics.md](metrics.md), stands a path, a mapping of these keys, or a
list of those. A value without path and expression is the payload itself. \`unit\` may be left out where devices mostly
publish the unit of the metric: temperatures, V, A, W, ppm and the like; not where a number alone would be a guess.
Numbers are read strictly: \`21.5\` is one, \`21,5\`, \`0x1F\` and \`4 minutes\` are none. One value that is wrong or missing
takes no other with it.

A path is keys with dots between them: \`env.t\`, \`bat[0].level\`, \`["heat.index"]\`, \`'a b'.c\`; \`*\` stands for all keys or
indices, \`probes.*.t\`. With \`separator\` text is split into fields: by position from 0, or by name.`;

const embedded = `Microcontrollers can publish to the exporter itself, with nothing else installed; \`broker: {}\` is enough for programs
of the same machine. Everybody else needs a user, who may publish only below the own name unless \`publish\` says
otherwise. It speaks MQTT 3.1 and 3.1.1. \`discover\` and \`subscriptions\` are those of brokers elsewhere.`;

const section = (title: string, ...blocks: readonly string[]): readonly string[] => [
  `## ${title}`,
  ...blocks,
];

// Nothing is read to describe what may be written.
const noFiles = { file: "", readFile: async () => new Uint8Array() };

/** A table without the keys below these, which have tables of their own. */
const keyTableWithout = (schema: z.ZodType, parts: readonly string[]): string =>
  table(
    headings,
    optionRows(schema).filter(
      ([path = ""]) => !parts.some((part) => path.startsWith(`\`${part}[].`)),
    ),
  );

const brokerSections = async (): Promise<readonly string[]> => {
  const dialects = await listDialects();
  const own = ["subscriptions", "discover"];
  return [
    ...section(
      "MQTT brokers",
      "An entry of `mqtt:` is a broker whose messages become readings.",
      brokers,
      keyTableWithout(mqttSchema(dialects, noFiles), own),
    ),
    ...section(
      "Dialects",
      "An entry of `discover:` is the name of a dialect, or a mapping of these keys.",
      keyTable(detailedDialect(dialects)),
    ),
    ...section("Rules", rules, keyTable(ruleSchema)),
    ...section("Values of rules", valuesOfRules, keyTable(detailedValue)),
    ...section(
      "Metrics of your own",
      "Below `metrics:` the same keys stand under the full name of a metric: `sensor_`, what it measures, its unit. It must " +
        "not be one of [metrics.md](metrics.md).",
      keyTable(metricSchema),
    ),
    ...section(
      "Embedded broker",
      embedded,
      keyTableWithout(embeddedSchema(dialects, noFiles), own),
    ),
  ];
};

/** docs/configuration.md. */
export const renderConfigurationDocs = async (): Promise<string> => {
  const minimal = await readFile(new URL("../../config/minimal.yaml", import.meta.url), "utf8");
  const example =
    "[config/example.yaml](../config/example.yaml) has every key once. " +
    "A file may be as short as [config/minimal.yaml](../config/minimal.yaml):";
  return page("Configuration", "the schemas in src/config", [
    introduction,
    `\`\`\`yaml\n${mistaken}\`\`\``,
    `\`\`\`text\n${await problemsOf(mistaken)}\n\`\`\``,
    ...section("Example", example, `\`\`\`yaml\n${minimal}\`\`\``),
    ...section("The file", keyTable(rootSchema)),
    ...section(
      "Every sensor",
      "The options of the driver stand beside these keys; [sensors.md](sensors.md) lists them. " +
        "`QUANTITY` is one that the sensor measures, such as `temperature`.",
      commonTable(await loadDriver(exampleDriver)),
    ),
    ...section("Chips on an I2C bus", i2cTable()),
    ...section("GPIO lines", keyTable(gpioSchema)),
    ...(await brokerSections()),
    ...section("Names and limits", names),
    ...section("How values are written", values),
    ...section("Environment and secrets", secrets),
    ...section("Help in the editor", editors),
  ]);
};
