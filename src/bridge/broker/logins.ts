import { createHmac, randomBytes } from "node:crypto";
import type { Clock } from "../../clock.ts";
import type { BrokerUser } from "../../config/broker-config.ts";
import { createSecret } from "../../config/secrets.ts";
import { type Credentials, createCredentialCheck } from "../../http/basic-auth.ts";
import { createTokenBucket } from "../../http/token-bucket.ts";

/** Says whether credentials are right; `busy` if there is no time to find out, or too many of that address were wrong. */
export type CheckLogin = (
  credentials: Credentials,
  client: { readonly address: string; readonly isGone: () => boolean },
) => Promise<"granted" | "denied" | "busy">;

// A device with an old password tries every few seconds; who guesses gets no further than twenty a minute.
const wrongGuesses = { intervalMs: 3_000, burst: 10 } as const;
const maximumAddresses = 1_000;
const maximumKnown = 1_000;

/** Puts into a map of at most so many entries; the one that came first makes room. */
const remember = <Value>(
  map: Map<string, Value>,
  { key, value, maximum }: { key: string; value: Value; maximum: number },
) => {
  map.delete(key);
  const [oldest] = map.keys();
  if (map.size >= maximum && oldest !== undefined) map.delete(oldest);
  map.set(key, value);
};

/** How many wrong guesses each address has left. */
const createGuesses = (clock: Pick<Clock, "nowMs">) => {
  const byAddress = new Map<string, { readonly take: () => boolean; blockedUntilMs: number }>();
  return {
    isBlocked: (address: string): boolean =>
      clock.nowMs() < (byAddress.get(address)?.blockedUntilMs ?? 0),
    noteWrong: (address: string): void => {
      const guesses = byAddress.get(address) ?? {
        take: createTokenBucket(wrongGuesses, clock),
        blockedUntilMs: 0,
      };
      if (!guesses.take()) guesses.blockedUntilMs = clock.nowMs() + wrongGuesses.intervalMs;
      remember(byAddress, { key: address, value: guesses, maximum: maximumAddresses });
    },
  };
};

/**
 * Checks the passwords of the broker's users: by bcrypt, one at a time, unknown users at the same cost. Who was right
 * once is let in at once the next time, also while others guess from the same address.
 */
export const createLoginCheck = (
  users: readonly BrokerUser[],
  clock: Pick<Clock, "nowMs">,
): CheckLogin => {
  const hashes = new Map(
    users.map(({ name, passwordHash }) => [name, createSecret(passwordHash)] as const),
  );
  const check = createCredentialCheck();
  const guesses = createGuesses(clock);
  const key = randomBytes(32);
  const known = new Map<string, true>();
  const digestOf = ({ user, password }: Credentials): string =>
    createHmac("sha256", key)
      .update(JSON.stringify([user, password]))
      .digest("base64");

  return async (credentials, client) => {
    if (hashes.size === 0) return "denied";
    const digest = digestOf(credentials);
    if (guesses.isBlocked(client.address) && !known.has(digest)) return "busy";
    if (known.has(digest)) return "granted";
    const verdict = await check(hashes, credentials, client);
    if (verdict === "granted") remember(known, { key: digest, value: true, maximum: maximumKnown });
    if (verdict === "denied" && !client.isGone()) guesses.noteWrong(client.address);
    return verdict;
  };
};
