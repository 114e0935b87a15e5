import { z } from "zod";
import { duration, refuse } from "../../config/fields.ts";
import { say } from "../../config/messages.ts";
import { nearestWord } from "../../config/nearest.ts";
import type { ReadFile } from "../../config/read-file.ts";
import type { RateLimit } from "./config.ts";
import { tlsServerConfig } from "./tls-schema.ts";
import { basicAuthUsers } from "./users.ts";

const printableLine = /^[\x20-\x7e]{1,4096}$/;

/** The value of a header; none if it is left blank. */
const header = (choices: readonly string[] = []) =>
  z
    .unknown()
    .transform((value, context): string | undefined => {
      if (value === null || value === "" || value === undefined) return undefined;
      const text = typeof value === "number" ? String(value) : value;
      if (typeof text !== "string" || !printableLine.test(text)) {
        return refuse(context, say("web-header-value"));
      }
      if (choices.length === 0 || choices.includes(text)) return text;
      return refuse(context, say("not-a-choice", choices, nearestWord(text, choices)));
    })
    .optional();

const httpServerConfig = z.strictObject({
  // There is no HTTP/2 here, which a scrape has no use for; clients agree on HTTP/1.1 by themselves.
  http2: z.boolean().optional(),
  headers: z
    .strictObject({
      "Content-Security-Policy": header(),
      "X-Frame-Options": header(["deny", "sameorigin"]),
      "X-Content-Type-Options": header(["nosniff"]),
      "X-XSS-Protection": header(),
      "Strict-Transport-Security": header(),
    })
    .optional(),
});

const longestIntervalMs = 86_400_000;
const largestBurst = 1_000_000;

const rateLimit = z
  .strictObject({
    // A plain 0 is how the format turns it off.
    interval: z.preprocess(
      (value) => (value === 0 || value === "0" ? "0s" : value),
      duration({ minimumMs: 0, maximumMs: longestIntervalMs }),
    ),
    burst: z.int().min(0).max(largestBurst).default(0),
  })
  .transform(({ interval, burst }, context): RateLimit | undefined => {
    if (interval === 0) return undefined;
    if (burst > 0) return { intervalMs: interval, burst };
    context.addIssue({
      code: "custom",
      path: ["burst"],
      params: { statement: say("web-burst"), isHidden: true },
    });
    return z.NEVER;
  });

// What a route can have: no query, and none of the signs by which people write patterns.
const plainPath = /^\/[^\s?#*]*$/u;
// It changes something, and whoever may do so must be known.
const reloadPath = "/-/reload";

const excludedPath = () =>
  z.unknown().transform((value, context): string => {
    if (typeof value !== "string" || !plainPath.test(value)) {
      return refuse(context, say("web-excluded-path"));
    }
    return value === reloadPath ? refuse(context, say("web-excluded-reload")) : value;
  });

const largestExclusion = 100;

/** The whole file; reading it reads and tries out the certificates too. */
export const webConfigSchema = (file: string, readFile: ReadFile) =>
  z
    .strictObject({
      tls_server_config: tlsServerConfig(file, readFile).optional(),
      http_server_config: httpServerConfig.optional(),
      basic_auth_users: basicAuthUsers().optional(),
      auth_excluded_paths: z.array(excludedPath()).max(largestExclusion).optional(),
      rate_limit: rateLimit.optional(),
    })
    .check(({ value, issues }) => {
      if (value.auth_excluded_paths === undefined || value.basic_auth_users !== undefined) return;
      issues.push({
        code: "custom",
        path: ["auth_excluded_paths"],
        input: undefined,
        params: { statement: say("web-excluded-unused"), isHidden: true },
      });
    });
