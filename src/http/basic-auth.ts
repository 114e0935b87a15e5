import { createHmac, randomBytes } from "node:crypto";
import { costOf } from "../config/password-hash.ts";
import type { Secret } from "../config/secrets.ts";
import { comparePassword } from "./bcrypt.ts";
import { createTurns } from "./turns.ts";

/** What a client says of itself. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** The credentials of an Authorization header, or undefined if it is missing or of another form (RFC 7617). */
export const parseBasic = (authorization: string | undefined): Credentials | undefined => {
  const [, encoded] = /^Basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization ?? "") ?? [];
  const text = encoded === undefined ? undefined : decodeBase64(encoded);
  const colon = text?.indexOf(":") ?? -1;
  if (text === undefined || colon < 0) return undefined;
  return { user: text.slice(0, colon), password: text.slice(colon + 1) };
};

const decodeBase64 = (encoded: string): string | undefined => {
  try {
    const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
};

/** One that asks: where from, and whether it still waits for the answer. */
interface Client {
  readonly address: string;
  readonly isGone: () => boolean;
}

/** `busy` if too many checks are under way to take another. */
type Verdict = "granted" | "denied" | "busy";

/** Says whether these credentials are of one of the users, whose bcrypt hashes are given by name. */
export type CheckCredentials = (
  users: ReadonlyMap<string, Secret>,
  credentials: Credentials,
  client: Client,
) => Promise<Verdict>;

// One client can be several scrapers behind a router, so more than one may wait.
const limits = { perClient: 4, total: 64 } as const;
const maximumKnown = 100;

/** Remembers credentials that were right, as digests that are worth nothing outside this process. */
const createKnown = () => {
  const key = randomBytes(32);
  const known = new Set<string>();
  return {
    digest: ({ user, password }: Credentials, hash: string | undefined): string =>
      createHmac("sha256", key)
        .update(JSON.stringify([user, password, hash]))
        .digest("base64"),
    has: (digest: string): boolean => known.has(digest),
    add: (digest: string): void => {
      const [oldest] = known;
      if (known.size >= maximumKnown && oldest !== undefined) known.delete(oldest);
      known.add(digest);
    },
  };
};

/** A hash that no password has, as expensive to check as the users' own: so an unknown name takes as long as a known one. */
const decoy = (users: ReadonlyMap<string, Secret>): string => {
  const costs = [...users.values()].map((hash) => costOf(hash.reveal()));
  return `$2b$${String(Math.max(...costs)).padStart(2, "0")}$${".".repeat(53)}`;
};

/**
 * Checks credentials by bcrypt, one at a time and clients in turn. Right ones are remembered, so that a scrape costs a
 * digest and does not wait for those who guess; wrong ones never are.
 */
export const createCredentialCheck = (): CheckCredentials => {
  const turns = createTurns(limits);
  const known = createKnown();

  const compare = async (
    users: ReadonlyMap<string, Secret>,
    credentials: Credentials,
    digest: string,
  ): Promise<Verdict> => {
    // Another request with the same credentials may have been checked while this one waited.
    if (known.has(digest)) return "granted";
    const hash = users.get(credentials.user)?.reveal();
    const isRight = await comparePassword(credentials.password, hash ?? decoy(users));
    if (!isRight || hash === undefined) return "denied";
    known.add(digest);
    return "granted";
  };

  return async (users, credentials, { address, isGone }) => {
    const digest = known.digest(credentials, users.get(credentials.user)?.reveal());
    if (known.has(digest)) return "granted";
    const turn = turns.take(address);
    if (turn === undefined || !(await turn)) return "busy";
    try {
      return isGone() ? "denied" : await compare(users, credentials, digest);
    } finally {
      turns.end();
    }
  };
};
