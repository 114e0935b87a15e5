import { hexadecimal } from "../hexadecimal.ts";
import type { NamedEntry, NamedFinding } from "./names.ts";

// YAML 1.2, section 10.3: whatever this matches is text, and needs no quotes, unless it is one of the words.
const plainText = /^(?:[A-Za-z][\w./@+-]*(?: [\w./@+-]+)*|\d+-[\da-f]+|\d+s)$/u;
const otherThanText = /^(?:true|false|null|yes|no|on|off|y|n|nan|inf)$/iu;

const scalar = (key: string, value: string | number): string => {
  if (typeof value === "number") return key === "address" ? hexadecimal(value) : String(value);
  const isPlain = plainText.test(value) && !otherThanText.test(value);
  return isPlain ? value : JSON.stringify(value);
};

const entryLines = ({ name, driver, settings }: NamedEntry): readonly string[] => [
  `${scalar("name", name)}:`,
  `  driver: ${driver}`,
  ...Object.entries(settings).map(([key, value]) => `  ${key}: ${scalar(key, value)}`),
];

const comment = (text: string): string => `# ${text.replace(/\p{Cc}+/gu, " ")}`;

const blockOf = ({ place, what, certainty, remarks, entries }: NamedFinding): readonly string[] => {
  const lines = entries.flatMap(entryLines);
  if (certainty === "found")
    return [comment(`${place}: ${what}`), ...remarks.map(comment), ...lines];
  const doubt = certainty === "possible" ? "perhaps " : "";
  return [
    comment(`${place}: ${doubt}${what}`),
    ...remarks.map(comment),
    ...lines.map((line) => `# ${line}`),
  ];
};

const lineExamples: readonly string[] = [
  "# GPIO lines cannot be detected. A meter or rain gauge that closes a contact to ground for each pulse:",
  "# rain:",
  "#   driver: pulse-counter",
  "#   line: 17 # as the SoC numbers them (BCM)",
  "#   debounce: 20ms",
  "#   counts: { rain: 0.2794mm }",
  "",
  "# A door contact, a motion sensor or a float switch:",
  "# front door:",
  "#   driver: digital-input",
  "#   line: 22",
  "#   reads: contact_open",
];

const heading = (schema: string): readonly string[] => [
  `# yaml-language-server: $schema=${schema}`,
  "#",
  "# Found by `sensor-exporter detect`. Call each sensor after what it measures (attic, boiler): its name becomes the",
  "# label `sensor`. Intervals, labels, calibration and more: docs/configuration.md. What would run with this file:",
  "# `sensor-exporter check --config.file=FILE`.",
  "",
];

const indented = (line: string): string => (line === "" ? "" : `  ${line}`);

/** A configuration with everything that was found, what is in doubt as a comment; `schema` is for editors. */
export const renderConfiguration = (findings: readonly NamedFinding[], schema: string): string => {
  const isEmpty = findings.every(({ certainty }) => certainty !== "found");
  const opening = isEmpty
    ? [
        "# Nothing was found that is sure. Replace {} by entries such as those below.",
        "sensors: {}",
      ]
    : ["sensors:"];
  const blocks = [...findings.map(blockOf), lineExamples];
  const body = blocks.flatMap((block, index) => (index === 0 && !isEmpty ? block : ["", ...block]));
  return [...heading(schema), ...opening, ...body.map(indented)]
    .map((line) => `${line}\n`)
    .join("");
};
