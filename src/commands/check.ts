import { loadDriver } from "../drivers/load.ts";
import { hardwarePlatform } from "../platform.ts";
import type { Labels } from "../reading.ts";
import { renderLabels } from "../store/text.ts";
import { brokerSummary, planBrokers } from "./broker-plan.ts";
import { loadOrComplain, loadWebOrComplain, type NamedWebConfig } from "./configuration.ts";
import { type PlannedSensor, planConfig } from "./plan.ts";
import { exitCodes, type System } from "./system.ts";
import { renderTable } from "./table.ts";

/** Flags of `check`. */
export interface CheckOptions {
  readonly "config.file"?: string;
  readonly "web.config.file"?: string;
  readonly json?: boolean;
}

const seconds = (milliseconds: number): string => `${milliseconds / 1000} s`;

const seriesText = (metric: string, labels: Labels): string =>
  `${metric}${renderLabels(labels) ?? ""}`;

const seriesLines = ({ series, unknown }: PlannedSensor): string => {
  const lines = series.map(({ metric, labels }) => seriesText(metric, labels));
  return [...lines, ...(unknown === undefined ? [] : [`unknown here: ${unknown}`])].join("\n");
};

const plural = (count: number, noun: string): string =>
  `${count} ${count === 1 || noun === "series" ? noun : `${noun}s`}`;

const summary = (file: string, planned: readonly PlannedSensor[], limit: number): string => {
  const count = planned.reduce((sum, { series }) => sum + series.length, 0);
  const dropped = Math.max(0, count - limit);
  const beyond =
    dropped === 0 ? "" : `; ${dropped} of them are above limits.series and would be dropped`;
  return `${file}: ok, ${plural(planned.length, "sensor")}, ${plural(count, "series")} of at most ${limit}${beyond}\n`;
};

const webSummary = ({ file, config }: NamedWebConfig): string => {
  const transport = config.tls === undefined ? "HTTP" : `HTTPS, ${config.tls.clientAuth}`;
  const users = config.users.size === 0 ? "no users" : plural(config.users.size, "user");
  return `${file}: ok, ${transport}, ${users}\n`;
};

const webPlan = ({ file, config }: NamedWebConfig) => ({
  file,
  tls: config.tls !== undefined,
  clientAuthType: config.tls?.clientAuth,
  users: [...config.users.keys()],
});

/** Checks the configuration; prints what would run, or everything that is wrong with it. */
export const check = async (system: System, options: CheckOptions): Promise<number> => {
  const loaded = await loadOrComplain(system, options["config.file"]);
  const checked = await loadWebOrComplain(system, options["web.config.file"]);
  if (loaded === undefined || checked === undefined) return exitCodes.badConfiguration;
  const { file, config } = loaded;
  const { web } = checked;
  const sources = { files: hardwarePlatform.files, clock: system.clock, loadDriver };
  const planned = await planConfig(config, sources);
  const brokers = planBrokers(config);
  if (options.json === true) {
    const plan = {
      file,
      limits: config.limits,
      sensors: planned,
      brokers,
      web: web && webPlan(web),
    };
    system.print(`${JSON.stringify(plan, undefined, 2)}\n`);
    return exitCodes.stopped;
  }
  system.print(summary(file, planned, config.limits.series));
  for (const broker of brokers) system.print(brokerSummary(broker));
  if (web !== undefined) system.print(webSummary(web));
  if (planned.length > 0) {
    const rows = planned.map((sensor) => [
      sensor.name,
      sensor.driver,
      sensor.place,
      seconds(sensor.intervalMs),
      seconds(sensor.expiresMs),
      seriesLines(sensor),
    ]);
    system.print(
      `\n${renderTable(["sensor", "driver", "at", "every", "expires", "series"], rows)}`,
    );
  }
  return exitCodes.stopped;
};
