import { z } from "zod";
import { type Statement, say } from "../../config/messages.ts";
import { hashFault } from "../../config/password-hash.ts";
import { createSecret, type Secret } from "../../config/secrets.ts";

const maximumUsers = 100;
const longestName = 100;
// RFC 7617, section 2: no colon and no control character. What looks like a hash was meant to be one.
const userName = /^(?!\$2)[^:\p{Cc}]+$/u;

const usersFault = (value: unknown): Statement | undefined => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return say("web-users-form");
  }
  const names = Object.keys(value);
  if (names.length === 0) return say("web-users-form");
  if (names.length > maximumUsers) return say("web-users-too-many", maximumUsers, names.length);
  const isWrong = names.some((name) => name.length > longestName || !userName.test(name));
  return isWrong ? say("web-user-name", longestName) : undefined;
};

/** The section `basic_auth_users`. Nothing of it is shown but names that are right: a password may be there by mistake. */
export const basicAuthUsers = () =>
  z.unknown().transform((value, context): ReadonlyMap<string, Secret> => {
    const refuse = (path: readonly string[], statement: Statement) =>
      context.addIssue({
        code: "custom",
        path: [...path],
        params: { statement, isHidden: true },
      });
    const users = new Map<string, Secret>();
    const fault = usersFault(value);
    if (fault !== undefined) refuse([], fault);
    for (const [name, hash] of fault === undefined ? Object.entries(Object(value)) : []) {
      const wrong = hashFault(hash);
      if (wrong !== undefined) refuse([name], wrong);
      else users.set(name, createSecret(String(hash)));
    }
    return users;
  });
