import { StartError } from "../errors.ts";
import { brokerRules } from "../rules/broker-rules.ts";
import { renderRules } from "../rules/rule.ts";
import { sensorRules } from "../rules/sensor-rules.ts";
import { loadOrComplain } from "./configuration.ts";
import { exitCodes, type System } from "./system.ts";

/** Flags of `rules`. */
export interface RulesOptions {
  readonly "config.file"?: string;
  readonly instance?: string;
}

const introduction = [
  "Alerts of Prometheus that fit the configuration of one exporter, beside those of every fleet; docs/alerts.md has both.",
  "Printed by `sensor-exporter rules`; print them again when the configuration changes:",
  "",
  "  sensor-exporter rules --instance attic > /etc/prometheus/rules/attic.yml",
  "  promtool check rules /etc/prometheus/rules/attic.yml",
  "",
];

const validity = (instance: string | undefined): string =>
  instance === undefined
    ? "They hold for every instance with sensors of these names; --instance names the one that has them."
    : "They hold for the instance that was named with --instance.";

/** Prints alerts of Prometheus that fit the configuration. */
export const rules = async (system: System, options: RulesOptions): Promise<number> => {
  const { instance } = options;
  if (instance === "") throw new StartError("--instance: name the board as Prometheus does");
  const loaded = await loadOrComplain(system, options["config.file"]);
  if (loaded === undefined) return exitCodes.badConfiguration;
  const { config } = loaded;
  const board = instance === undefined ? {} : { instance };
  const groups = [
    ...config.sensors.map((sensor) => sensorRules(sensor, board)),
    ...brokerRules(config, board),
  ];
  system.print(renderRules([...introduction, validity(instance)], groups));
  return exitCodes.stopped;
};
