import type { Clock } from "../../clock.ts";
import { createTokenBucket } from "../../http/token-bucket.ts";
import type { Log, LogFields } from "../../log.ts";

/** What the embedded broker can refuse, and what is to be done about it. */
const brokerRefusals = {
  anonymous: "Give the client a user and a password; nobody may be anonymous at this address.",
  authentication: "Check the user and the password of the client.",
  busy: "Too many passwords are being tried from there; wait a minute.",
  clients: "Raise the limit `clients` of the broker, or disconnect a client.",
  connections: "Look for what opens connections there and never logs in.",
  identifier: "Give the client an identifier of its own.",
  protocol: "The client does not speak MQTT 3.1 or 3.1.1, or speaks it wrongly.",
  "protocol-version": "Set the client to MQTT 3.1.1; the embedded broker does not speak MQTT 5.",
  "packet-size": "Raise the limit `packet_bytes` of the broker, or publish less at once.",
  publish: "Add the topic to what the user may publish.",
  subscribe: "Add the topic filter to what the user may subscribe to.",
  subscriptions: "Raise the limit `subscriptions_per_client` of the broker.",
  retained: "Raise the limit `retained_messages` of the broker; it was delivered, and not kept.",
  tls: "Check the certificates on both sides, and that the client speaks TLS.",
  rate: "Raise the limit `messages_per_second_per_client`; the client is slowed down.",
  "slow-subscriber": "The client reads more slowly than is published; let it subscribe to less.",
} as const satisfies Readonly<Record<string, string>>;

/** One of the closed set of things that the embedded broker refuses. */
export type BrokerRefusal = keyof typeof brokerRefusals;

/** Who was refused something, and what else there is to say. Nothing that a client has not proved belongs here. */
interface Refused {
  readonly address: string;
  readonly user?: string | undefined;
  readonly topic?: string | undefined;
  readonly error?: string | undefined;
}

/** Counts each refusal, and says it once until the same client is well again. */
export interface Refusals {
  readonly refuse: (reason: BrokerRefusal, who: Refused) => void;
  /** What is wrong with that client from now on is news again. */
  readonly forget: (who: Pick<Refused, "address" | "user">) => void;
}

const maximumRemembered = 256;
// Addresses can be made up without end; what is not said now is said when it happens again.
const lines = { intervalMs: 10_000, burst: 30 } as const;

const nameOf = ({ address, user }: Pick<Refused, "address" | "user">): string =>
  JSON.stringify([address, user]);

/** Refusals that go to the log and to a counter. */
export const createRefusals = (
  log: Log,
  count: (reason: BrokerRefusal) => void,
  clock: Pick<Clock, "nowMs">,
): Refusals => {
  const takeLine = createTokenBucket(lines, clock);
  // What is known to be wrong, by client, in the order of its first refusal.
  const said = new Map<string, Set<BrokerRefusal>>();

  const isNews = (reason: BrokerRefusal, name: string): boolean => {
    const reasons = said.get(name) ?? new Set();
    if (reasons.has(reason) || !takeLine()) return false;
    const [oldest] = said.keys();
    if (said.size >= maximumRemembered && oldest !== undefined && !said.has(name))
      said.delete(oldest);
    said.set(name, reasons.add(reason));
    return true;
  };

  return {
    refuse: (reason, who) => {
      count(reason);
      const fields: LogFields = { reason, ...who, remedy: brokerRefusals[reason] };
      if (isNews(reason, nameOf(who))) log.warn("broker_refused", fields);
    },
    forget: (who) => {
      said.delete(nameOf(who));
    },
  };
};
