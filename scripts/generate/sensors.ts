import { stringify } from "yaml";
import { formatDuration } from "../../src/config/durations.ts";
import type { Driver, Limits } from "../../src/drivers/driver.ts";
import { hexadecimal } from "../../src/hexadecimal.ts";
import { definitionOf, type Quantity, quantities, quantityGroups } from "../../src/quantities.ts";
import { convertFromBase } from "../../src/units.ts";
import { anchor, cell, code, page, table } from "./markdown.ts";
import { exampleOptions, optionRows } from "./options.ts";

/** A driver under the name of its file, which is its name in the configuration. */
export interface NamedDriver {
  readonly name: string;
  readonly driver: Driver;
}

const kinds: readonly { readonly kind: Driver["kind"]; readonly title: string }[] = [
  { kind: "i2c", title: "Chips on an I2C bus" },
  { kind: "gpio", title: "GPIO lines" },
  { kind: "kernel", title: "Devices that the kernel reads" },
];

/** What the sensor of an example is called. */
const places = { i2c: "attic", gpio: "cellar", kernel: "board" } as const;

const isQuantity = (key: string): key is Quantity => Object.hasOwn(quantities, key);

const limitsOf = ({ quantities: declared }: Driver): readonly (readonly [Quantity, Limits])[] =>
  Object.entries(declared).flatMap(([key, limits]) =>
    isQuantity(key) ? [[key, limits] as const] : [],
  );

// Limits so wide say only that the device is not known or that a counter goes on; nobody wants to read them.
const widest = 1_000_000;

const numberFormat = new Intl.NumberFormat("en", { maximumFractionDigits: 4 });

const rangeOf = (quantity: Quantity, { minimum, maximum }: Limits): string => {
  const { dimension, display } = definitionOf(quantity);
  if (dimension === "state") return "0 or 1";
  const [lower, upper] = [minimum, maximum].map((limit) => {
    const shown = convertFromBase(dimension, display.unit, limit) ?? limit;
    return Math.abs(shown) < widest ? numberFormat.format(shown).replaceAll(",", " ") : undefined;
  });
  if (lower === undefined) return upper === undefined ? "any" : `up to ${upper} ${display.unit}`;
  return `${lower} ${upper === undefined ? "and up" : `to ${upper} ${display.unit}`}`.trimEnd();
};

/** Groups of the catalogue that a driver can deliver as a whole; one row says so. */
const wholeGroups = (declared: readonly Quantity[]): readonly (typeof quantityGroups)[number][] =>
  quantityGroups.filter(({ quantities: group }) =>
    Object.keys(group).every((key) => declared.some((quantity) => quantity === key)),
  );

const quantityTable = (driver: Driver): string => {
  const declared = limitsOf(driver);
  const groups = wholeGroups(declared.map(([quantity]) => quantity));
  const single = declared.filter(
    ([quantity]) => !groups.some((group) => Object.hasOwn(group.quantities, quantity)),
  );
  return table(
    ["Quantity", "Metric", "Range"],
    [
      ...groups.map(({ title }) => [
        `any of the [${title.toLowerCase()}](metrics.md#${anchor(title)})`,
        "",
        "",
      ]),
      ...single.map(([quantity, limits]) => [
        code(definitionOf(quantity).name),
        code(definitionOf(quantity).metric),
        cell(rangeOf(quantity, limits)),
      ]),
    ],
  );
};

const connectionLines = (driver: Driver): readonly string[] => {
  if (driver.kind === "i2c") return ["bus: 1", `address: ${hexadecimal(driver.addresses[0])}`];
  return driver.kind === "gpio" ? ["line: 17"] : [];
};

/** A configuration of one sensor with this driver: what is required, and what its schema gives an example of. */
const exampleOf = ({ name, driver }: NamedDriver): string => {
  const options = Object.entries(exampleOptions(driver.options));
  const lines = [
    `driver: ${name}`,
    ...connectionLines(driver),
    ...options.flatMap((option) =>
      stringify(Object.fromEntries([option]))
        .trimEnd()
        .split("\n"),
    ),
  ];
  return ["sensors:", `  ${places[driver.kind]}:`, ...lines.map((line) => `    ${line}`)].join(
    "\n",
  );
};

const factsOf = (driver: Driver): string =>
  [
    ...(driver.kind === "i2c"
      ? [`- Addresses: ${driver.addresses.map((address) => code(hexadecimal(address))).join(", ")}`]
      : []),
    `- Read every ${formatDuration(driver.intervalMs)} unless configured`,
    `- Follows: ${driver.datasheet}`,
  ].join("\n");

const optionSection = (driver: Driver): readonly string[] => {
  const rows = optionRows(driver.options);
  return rows.length === 0 ? [] : [table(["Option", "Values", "Default", "Meaning"], rows)];
};

const sectionOf = (named: NamedDriver): readonly string[] => [
  `### ${named.name}`,
  `${named.driver.title}.`,
  ...(named.driver.notes === undefined ? [] : [named.driver.notes]),
  factsOf(named.driver),
  quantityTable(named.driver),
  ...optionSection(named.driver),
  `\`\`\`yaml\n${exampleOf(named)}\n\`\`\``,
];

/** Drivers by kind, each with a link to its section below `page` (the same page if left out). */
export const driverRows = (drivers: readonly NamedDriver[], page = ""): readonly string[][] =>
  kinds
    .flatMap(({ kind }) => drivers.filter(({ driver }) => driver.kind === kind))
    .map(({ name, driver }) => [`[${name}](${page}#${anchor(name)})`, cell(driver.title)]);

/** docs/sensors.md: every driver with what it measures, its options and an example. */
export const renderSensors = (drivers: readonly NamedDriver[]): string =>
  page("Sensors", "src/drivers", [
    "`driver` is the chip's name as printed on it, in lower case, or one of the general drivers for GPIO lines and for" +
      " devices of the kernel. The options below are the driver's own; [configuration.md](configuration.md) has what all" +
      " sensors share: interval, labels, calibration, limits.",
    table(["Driver", "Sensor"], driverRows(drivers)),
    ...kinds.flatMap(({ kind, title }) => [
      `## ${title}`,
      ...drivers.filter(({ driver }) => driver.kind === kind).flatMap(sectionOf),
    ]),
  ]);
