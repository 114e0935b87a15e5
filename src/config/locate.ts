import { join } from "node:path";

/** Where the configuration is looked for when no file is named, most personal first. */
export const configFiles = (
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] => {
  const home = environment["HOME"] || undefined;
  const own =
    environment["XDG_CONFIG_HOME"] || (home === undefined ? undefined : join(home, ".config"));
  return [
    ...(own === undefined ? [] : [join(own, "sensor-exporter", "config.yaml")]),
    "/etc/sensor-exporter/config.yaml",
  ];
};
