import type { IncomingMessage, RequestListener, ServerOptions } from "node:http";
import type { Clock } from "../clock.ts";
import { createAdmission } from "./admission.ts";
import type { CuttableServer } from "./listen.ts";
import type { LiveWebConfig } from "./live-web-config.ts";
import type { HttpAnswer } from "./server.ts";

/** Who may ask and how it is answered, as `--web.config.file` says. */
export interface WebAccess {
  /** The answer that turns a request away, or undefined if it may pass. */
  readonly admit: (request: IncomingMessage) => Promise<HttpAnswer | undefined>;
  /** Headers that every answer gets. */
  readonly headers: () => Readonly<Record<string, string>>;
  /** Makes a server that speaks TLS; undefined for plain HTTP. */
  readonly createServer:
    | ((options: ServerOptions, listener: RequestListener) => CuttableServer)
    | undefined;
}

/** Applies a configuration that may change while the program runs. */
export const createWebAccess = async (
  live: LiveWebConfig,
  clock: Pick<Clock, "nowMs">,
): Promise<WebAccess> => {
  const admit = createAdmission(clock);
  const { tls } = live.current();
  // Loaded only if asked for: node:tls is two megabytes.
  const secure = tls && { tls, ...(await import("./tls.ts")) };
  return {
    admit: async (request) => {
      await live.freshen();
      return admit(live.current(), request);
    },
    headers: () => live.current().headers,
    createServer:
      secure &&
      ((options, listener) =>
        secure.createSecureServer(options, listener, { first: secure.tls, live })),
  };
};
