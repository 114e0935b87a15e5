import type { Clock } from "../clock.ts";
import type { WebAccess } from "../http/web-access.ts";
import type { Log } from "../log.ts";
import type { NamedWebConfig } from "./configuration.ts";

/** Who may ask by HTTP, as a web configuration says if there is one. */
export const openAccess = async (
  web: NamedWebConfig | undefined,
  log: Log,
  clock: Clock,
): Promise<WebAccess | undefined> => {
  if (web === undefined) return undefined;
  const { createLiveWebConfig } = await import("../http/live-web-config.ts");
  const { createWebAccess } = await import("../http/web-access.ts");
  return createWebAccess(createLiveWebConfig({ ...web, log, clock }), clock);
};
