import { listDrivers, loadDriver } from "../../src/drivers/load.ts";
import { renderConfigurationDocs, renderConfigurationSchema } from "./configuration.ts";
import { renderDialects } from "./dialects.ts";
import { renderErrors } from "./errors.ts";
import { renderBoardDashboard, renderFleetDashboard } from "./grafana/dashboards.ts";
import { renderMetrics } from "./metrics.ts";
import { renderReadme } from "./readme.ts";
import { type NamedDriver, renderSensors } from "./sensors.ts";

/** A generated file: its path from the root of the project, and what it must contain. */
export interface GeneratedFile {
  readonly path: string;
  readonly content: string;
}

const loadDrivers = async (): Promise<readonly NamedDriver[]> =>
  Promise.all(
    (await listDrivers()).map(async (name) => ({ name, driver: await loadDriver(name) })),
  );

/** Every generated file as the declarations have it now; the same on every machine. */
export const renderFiles = async (): Promise<readonly GeneratedFile[]> => {
  const drivers = await loadDrivers();
  return [
    { path: "README.md", content: await renderReadme(drivers) },
    { path: "config/grafana/dashboards/board.json", content: renderBoardDashboard() },
    { path: "config/grafana/dashboards/fleet-overview.json", content: renderFleetDashboard() },
    { path: "config/schema.json", content: await renderConfigurationSchema() },
    { path: "docs/configuration.md", content: await renderConfigurationDocs() },
    { path: "docs/dialects.md", content: await renderDialects() },
    { path: "docs/errors.md", content: renderErrors() },
    { path: "docs/metrics.md", content: await renderMetrics() },
    { path: "docs/sensors.md", content: renderSensors(drivers) },
  ];
};
