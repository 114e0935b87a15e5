import type { IncomingMessage } from "node:http";
import type { Clock } from "../clock.ts";
import { type CheckCredentials, createCredentialCheck, parseBasic } from "./basic-auth.ts";
import type { HttpAnswer } from "./server.ts";
import { createTokenBucket } from "./token-bucket.ts";
import type { RateLimit, WebConfig } from "./web-config/config.ts";

/** The answer that turns a request away, or undefined if it may pass. */
export type Admission = (
  config: WebConfig,
  request: IncomingMessage,
) => Promise<HttpAnswer | undefined>;

const refusal = (
  status: number,
  words: string,
  headers: Readonly<Record<string, string>>,
): HttpAnswer => ({
  status,
  contentType: "text/plain; charset=utf-8",
  body: `${words}\n`,
  headers,
});

const unauthorized = refusal(401, "Unauthorized", {
  "WWW-Authenticate": 'Basic realm="sensor-exporter", charset="UTF-8"',
});
const tooMany = refusal(429, "Too many requests", { "Retry-After": "1" });
const busy = refusal(429, "Too many passwords are being checked", { "Retry-After": "1" });

const checkUser = async (
  { users }: WebConfig,
  { headers, socket }: IncomingMessage,
  check: CheckCredentials,
): Promise<HttpAnswer | undefined> => {
  if (users.size === 0) return undefined;
  const credentials = parseBasic(headers.authorization);
  if (credentials === undefined) return unauthorized;
  const client = { address: socket.remoteAddress ?? "", isGone: () => socket.destroyed };
  const verdict = await check(users, credentials, client);
  if (verdict === "granted") return undefined;
  return verdict === "busy" ? busy : unauthorized;
};

/** Admits requests by rate and user, whatever their path: health and readiness are not exempt. */
export const createAdmission = (clock: Pick<Clock, "nowMs">): Admission => {
  const check = createCredentialCheck();
  let limit: RateLimit | undefined;
  let takeToken = () => true;
  return async (config, request) => {
    if (config.rateLimit !== limit) {
      limit = config.rateLimit;
      takeToken = limit === undefined ? () => true : createTokenBucket(limit, clock);
    }
    return takeToken() ? checkUser(config, request, check) : tooMany;
  };
};
