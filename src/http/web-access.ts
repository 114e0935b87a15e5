import type { IncomingMessage, RequestListener, ServerOptions } from "node:http";
import { expirySeconds } from "../certificate-expiry.ts";
import type { Clock } from "../clock.ts";
import { createAdmission } from "./admission.ts";
import type { CuttableServer } from "./listen.ts";
import type { LiveWebConfig } from "./live-web-config.ts";
import type { Refusal } from "./refusal.ts";

/** Makes a server that speaks TLS; `refused` hears of each connection that did not get through its handshake. */
type CreateServer = (
  options: ServerOptions,
  listener: RequestListener,
  refused: () => void,
) => CuttableServer;

/** Who may ask and how it is answered, as `--web.config.file` says. */
export interface WebAccess {
  /** How a request for a path is turned away, or undefined if it may pass. */
  readonly admit: (request: IncomingMessage, path: string) => Promise<Refusal | undefined>;
  /** Headers that every answer gets. */
  readonly headers: () => Readonly<Record<string, string>>;
  /** Undefined for plain HTTP. */
  readonly createServer: CreateServer | undefined;
  /** When the certificate of the next handshake ends, in seconds since 1970; undefined for plain HTTP. */
  readonly certificateExpirySeconds: () => number | undefined;
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
    admit: async (request, path) => {
      await live.freshen();
      return admit(live.current(), request, path);
    },
    headers: () => live.current().headers,
    createServer:
      secure &&
      ((options, listener, refused) =>
        secure.createSecureServer(options, listener, { first: secure.tls, live, refused })),
    certificateExpirySeconds: () => {
      const { tls: newest } = live.current();
      return newest && expirySeconds(newest.certificate);
    },
  };
};
