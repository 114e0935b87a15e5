import { createHash } from "node:crypto";
import { displayAge } from "../display.ts";

/** One value as people read it. */
export interface PageReading {
  /** What it is, with its channel: "temperature", "voltage (battery)". */
  readonly label: string;
  /** Value with unit: "21.5 °C". */
  readonly text: string;
  readonly ageSeconds: number;
}

/** One sensor as the page shows it. */
export interface PageSensor {
  readonly name: string;
  readonly driver: string;
  readonly labels: string;
  readonly state: "up" | "down" | "starting";
  /** Why it is down and what to do. */
  readonly problem?: { readonly message: string; readonly remedy: string } | undefined;
  readonly readings: readonly PageReading[];
}

/** A broker as the page shows it. */
export interface PageBroker {
  readonly name: string;
  readonly at: string;
  readonly isConnected: boolean;
  /** Topics that nobody knew. Not their messages: nobody has looked for secrets in them, and the page may be open. */
  readonly unmatched: readonly { readonly topic: string }[];
}

export interface PageContent {
  readonly version: string;
  readonly metricsPath: string;
  readonly simulated: boolean;
  readonly sensors: readonly PageSensor[];
  readonly brokers: readonly PageBroker[];
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text that is safe between tags and inside quoted attributes. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/gu, (character) => entities[character] ?? character);

const style = `
:root { color-scheme: light dark; --line: #8884; --quiet: #777; --bad: #c0392b; --good: #1e8449; }
@media (prefers-color-scheme: dark) { :root { --quiet: #999; --bad: #ff7b6b; --good: #58d68d; } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin: 0; }
h2 { font-size: 1.125rem; margin: 2rem 0 .5rem; }
code { overflow-wrap: anywhere; }
nav { margin: .25rem 0 1.5rem; }
nav a { margin-right: 1rem; }
.quiet { color: var(--quiet); font-weight: normal; font-size: .875rem; }
.note { border-left: 4px solid #f39c12; padding: .25rem .75rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0; }
tbody { border-top: 1px solid var(--line); }
td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
th.number { text-align: right; }
.up { color: var(--good); }
.down { color: var(--bad); }
.problem { font-size: .875rem; max-width: 22rem; }
`;

// Nothing but this one style sheet may load or run, whatever a sensor's name contains.
const contentSecurityPolicy = (): string =>
  `default-src 'none'; style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'; ` +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const stateCell = ({ state, problem }: PageSensor): string => {
  const words = { up: "up", down: "down", starting: "starting" }[state];
  const why =
    problem === undefined
      ? ""
      : `<div class="problem">${escapeHtml(problem.message)}<br><span class="quiet">${escapeHtml(problem.remedy)}</span></div>`;
  return `<span class="${state}">${words}</span>${why}`;
};

const readingCells = (reading: PageReading | undefined): string =>
  reading === undefined
    ? '<td class="quiet" colspan="3">no reading</td>'
    : `<td>${escapeHtml(reading.label)}</td><td class="number">${escapeHtml(reading.text)}</td>` +
      `<td class="number quiet">${displayAge(reading.ageSeconds)}</td>`;

const sensorRows = (sensor: PageSensor): string => {
  const span = Math.max(1, sensor.readings.length);
  const labels = sensor.labels === "" ? "" : ` · ${escapeHtml(sensor.labels)}`;
  const head =
    `<th scope="rowgroup" rowspan="${span}">${escapeHtml(sensor.name)}<br>` +
    `<span class="quiet">${escapeHtml(sensor.driver)}${labels}</span></th>` +
    `<td rowspan="${span}">${stateCell(sensor)}</td>`;
  const rest = sensor.readings.slice(1).map((reading) => `<tr>${readingCells(reading)}</tr>`);
  return `<tbody><tr>${head}${readingCells(sensor.readings[0])}</tr>${rest.join("")}</tbody>`;
};

const nothing = (brokers: readonly PageBroker[]): string =>
  brokers.length === 0 ? "<p>No sensor is configured.</p>" : "<p>No device has been heard yet.</p>";

const table = (sensors: readonly PageSensor[], brokers: readonly PageBroker[]): string =>
  sensors.length === 0
    ? nothing(brokers)
    : '<div class="scroll"><table><thead><tr><th scope="col">Sensor</th><th scope="col">State</th>' +
      '<th scope="col">Quantity</th><th scope="col" class="number">Value</th>' +
      `<th scope="col" class="number">Age</th></tr></thead>${sensors.map(sensorRows).join("")}</table></div>`;

const summary = (sensors: readonly PageSensor[]): string => {
  const down = sensors.filter(({ state }) => state === "down").length;
  const count = `${sensors.length} ${sensors.length === 1 ? "sensor" : "sensors"}`;
  return down === 0 ? count : `${count}, <span class="down">${down} down</span>`;
};

const unmatchedList = ({ unmatched }: PageBroker): string => {
  if (unmatched.length === 0) return "";
  const items = unmatched.map(({ topic }) => `<li><code>${escapeHtml(topic)}</code></li>`);
  return `<details><summary>Topics that no rule or dialect knew (the first ${unmatched.length})</summary><ul>${items.join("")}</ul></details>`;
};

const brokerSection = (brokers: readonly PageBroker[]): string =>
  brokers.length === 0
    ? ""
    : `<h2>Brokers</h2>${brokers
        .map((broker) => {
          const state = broker.isConnected ? "up" : "down";
          const word = broker.isConnected ? "connected" : "not connected";
          return (
            `<p><strong>${escapeHtml(broker.name)}</strong> <span class="${state}">${word}</span> ` +
            `<span class="quiet">${escapeHtml(broker.at)}</span></p>${unmatchedList(broker)}`
          );
        })
        .join("")}`;

const document = ({
  version,
  metricsPath,
  simulated,
  sensors,
  brokers,
}: PageContent): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="10">
<title>sensor-exporter</title>
<style>${style}</style>
</head>
<body>
<h1>sensor-exporter <span class="quiet">${escapeHtml(version)} · ${summary(sensors)}</span></h1>
<nav><a href="${escapeHtml(metricsPath)}">Metrics</a><a href="/-/healthy">Healthy</a><a href="/-/ready">Ready</a></nav>
${simulated ? '<p class="note">Simulated: no value on this page was measured.</p>' : ""}
${table(sensors, brokers)}
${brokerSection(brokers)}
</body>
</html>
`;

/** The landing page, complete with the headers that keep it harmless. */
export const renderPage = (
  content: PageContent,
): { readonly body: string; readonly headers: Readonly<Record<string, string>> } => ({
  body: document(content),
  headers: {
    "Content-Security-Policy": contentSecurityPolicy(),
    "Referrer-Policy": "no-referrer",
  },
});
