import type { IncomingMessage } from "node:http";
import type { Clock } from "../clock.ts";
import { type CheckCredentials, createCredentialCheck, parseBasic } from "./basic-auth.ts";
import { type Refusal, refusal } from "./refusal.ts";
import { createTokenBucket } from "./token-bucket.ts";
import type { RateLimit, WebConfig } from "./web-config/config.ts";

/** How a request for a path is turned away, or undefined if it may pass. */
export type Admission = (
  config: WebConfig,
  request: IncomingMessage,
  path: string,
) => Promise<Refusal | undefined>;

const unauthorized = refusal("unauthorized", 401, "Unauthorized", {
  "WWW-Authenticate": 'Basic realm="sensor-exporter", charset="UTF-8"',
});
const tooMany = refusal("rate-limit", 429, "Too many requests", { "Retry-After": "1" });
const busy = refusal("password-checks", 429, "Too many passwords are being checked", {
  "Retry-After": "1",
});

const checkUser = async (
  { users }: WebConfig,
  { headers, socket }: IncomingMessage,
  check: CheckCredentials,
): Promise<Refusal | undefined> => {
  const credentials = parseBasic(headers.authorization);
  if (credentials === undefined) return unauthorized;
  const client = { address: socket.remoteAddress ?? "", isGone: () => socket.destroyed };
  const verdict = await check(users, credentials, client);
  if (verdict === "granted") return undefined;
  return verdict === "busy" ? busy : unauthorized;
};

/** Admits requests by rate and user; the rate holds for every path, a user is asked for but on excluded ones. */
export const createAdmission = (clock: Pick<Clock, "nowMs">): Admission => {
  const check = createCredentialCheck();
  let limit: RateLimit | undefined;
  let takeToken = () => true;
  return async (config, request, path) => {
    if (config.rateLimit !== limit) {
      limit = config.rateLimit;
      takeToken = limit === undefined ? () => true : createTokenBucket(limit, clock);
    }
    if (!takeToken()) return tooMany;
    if (config.users.size === 0 || config.authExcludedPaths.has(path)) return undefined;
    return checkUser(config, request, check);
  };
};
