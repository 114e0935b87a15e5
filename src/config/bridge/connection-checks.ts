import { say } from "../messages.ts";
import { addressesOf, addressText, isLoopback } from "./broker-schema.ts";
import { at, type Finding, itemsIn, textAt } from "./finding.ts";

const tlsKeys = ["ca_file", "certificate_file", "key_file", "server_name", "min_version"] as const;
const secureSchemes: ReadonlyMap<string, string> = new Map([
  ["mqtt", "mqtts"],
  ["ws", "wss"],
]);

const checkTls = (given: unknown): readonly Finding[] => {
  const scheme = /^[a-z]+(?=:)/iu.exec(textAt(given, "url") ?? "")?.[0].toLowerCase() ?? "";
  const secure = secureSchemes.get(scheme);
  if (secure === undefined) return [];
  return tlsKeys
    .filter((key) => at(given, key) !== undefined)
    .map((key) => ({
      path: [key],
      statement: say("mqtt-tls-unused", scheme, secure),
      isKey: true,
    }));
};

const checkPair = (given: unknown, one: string, other: string): readonly Finding[] =>
  at(given, one) !== undefined && at(given, other) === undefined
    ? [{ path: [one], statement: say("mqtt-key-pair", other), isKey: true }]
    : [];

/** What the keys of a connection mean together. */
export const checkConnection = (given: unknown): readonly Finding[] => {
  const password = ["password", "password_file"].find((key) => at(given, key) !== undefined);
  const isWithoutUser = password !== undefined && at(given, "username") === undefined;
  const isNameless = at(given, "client_id") === undefined;
  const findings: Finding[] = [
    ...checkTls(given),
    ...checkPair(given, "certificate_file", "key_file"),
    ...checkPair(given, "key_file", "certificate_file"),
  ];
  if (isWithoutUser) {
    findings.push({ path: [password], statement: say("mqtt-password-alone"), isKey: true });
  }
  if (at(given, "session_expiry") !== undefined && isNameless) {
    const statement = say("mqtt-session-client");
    findings.push({ path: ["session_expiry"], statement, isKey: true });
  }
  if (at(given, "announce") !== undefined && at(given, "status_topic") !== undefined) {
    findings.push({ path: ["announce"], statement: say("announce-status"), isKey: true });
  }
  return findings;
};

const checkUsers = (users: readonly unknown[]): readonly Finding[] => {
  const names = users.map((user) => textAt(user, "name"));
  return users.flatMap((user, index) => {
    const name = names[index];
    if (name === undefined) return [];
    const path = ["users", index, "name"];
    if (names.indexOf(name) < index) return [{ path, statement: say("broker-user-twice", name) }];
    const filters = ["publish", "subscribe"].flatMap((key) => {
      const given = at(user, key);
      return given === undefined ? ["{user}"] : itemsIn(given);
    });
    const isOpen = filters.some((filter) => String(filter).includes("{user}"));
    return isOpen && /[/+#$\0]/u.test(name)
      ? [{ path, statement: say("broker-user-name", name) }]
      : [];
  });
};

const checkAnonymous = (given: unknown): readonly Finding[] => {
  const listen = at(given, "listen");
  const open = addressesOf(listen).find((address) => !isLoopback(address));
  const users = at(given, "users");
  const isWithoutUsers = users === undefined || (Array.isArray(users) && users.length === 0);
  const isAllowed = at(given, "allow_anonymous") ?? isWithoutUsers;
  if (open === undefined || !(isAllowed === true || isWithoutUsers)) return [];
  return [{ path: ["listen"], statement: say("broker-anonymous", addressText(open)) }];
};

/** What the keys of the embedded broker mean together. */
export const checkBroker = (given: unknown): readonly Finding[] => {
  const tls = at(given, "tls");
  const needsAuthority =
    at(tls, "require_client_certificate") === true && at(tls, "client_ca_file") === undefined;
  return [
    ...checkUsers(itemsIn(at(given, "users"))),
    ...checkAnonymous(given),
    ...(needsAuthority
      ? [{ path: ["tls", "require_client_certificate"], statement: say("broker-client-ca") }]
      : []),
  ];
};

/** Dialects that are named twice. */
export const checkDiscover = (given: unknown): readonly Finding[] => {
  const names = itemsIn(at(given, "discover")).map((entry) =>
    typeof entry === "string" ? entry : textAt(entry, "dialect"),
  );
  return names.flatMap((name, index) =>
    name === undefined || names.indexOf(name) === index
      ? []
      : [{ path: ["discover", index], statement: say("dialect-twice", name), isKey: true }],
  );
};
