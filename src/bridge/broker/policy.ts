import type { Duplex } from "node:stream";
import { messageOf } from "../../errors.ts";
import type { Admit, Introduction, LoginRefusal } from "./admission.ts";
import { slowBytes } from "./gate.ts";
import type { BrokerRefusal, Refusals } from "./refusals.ts";
import type { Retained } from "./retained.ts";
import type { Qos, Session, Sessions } from "./sessions.ts";
import { covers } from "./topic-filter.ts";

/** A client as the broker package has it, as far as it matters here. */
export interface PolicyClient {
  readonly conn: Duplex;
  readonly closed: boolean;
}

/** A publication on its way in, or a will; what is changed here is what the package goes on with. */
export interface Publication {
  topic: string;
  payload: string | Buffer;
  retain: boolean;
}

interface Subscription {
  readonly topic: string;
  readonly qos: Qos;
}

interface Connect {
  readonly protocolVersion?: number | undefined;
  readonly clientId: string;
  clean?: boolean | undefined;
}

interface PolicyOptions {
  readonly sessions: Sessions;
  readonly retained: Retained;
  readonly refusals: Refusals;
  readonly admit: Admit;
  readonly limits: { readonly subscriptionsPerClient: number; readonly packetBytes: number };
}

const highestQos = 2;

// MQTT 5.0, section 3.2: CONNACK with reason 0x84, "Unsupported Protocol Version", and no properties.
const unsupportedVersion = Uint8Array.of(0x20, 0x03, 0x00, 0x84, 0x00);
const version5 = 5;

// Below the two levels of which the package keeps house itself; nobody can subscribe to it.
const nowhere = "$SYS/refused";

/** A copy of its own: what the parser gives is a view of all that arrived together with it, and would hold all that. */
const ownCopy = (payload: string | Buffer): Buffer => {
  const bytes = typeof payload === "string" ? Buffer.from(payload) : payload;
  const copy = Buffer.alloc(bytes.length);
  copy.set(bytes);
  return copy;
};

/** Keeps a publication as far as there is room; without room it is delivered all the same. False if it was not kept. */
export const retain = (packet: Publication, retained: Retained): boolean => {
  if (!packet.retain) return true;
  const payload = ownCopy(packet.payload);
  packet.payload = payload;
  packet.retain = retained.keep(packet.topic, payload);
  return packet.retain;
};

/**
 * A refused publication ends here. Its client gets its acknowledgement and stays (MQTT 3.1.1, section 3.3.5): one that
 * were disconnected would come back at once and publish the same again, without end.
 */
const drop = (packet: Publication): void => {
  packet.topic = nowhere;
  packet.payload = Buffer.alloc(0);
  packet.retain = false;
};

const endsConnection = (reason: BrokerRefusal): boolean =>
  !["publish", "subscribe", "subscriptions", "retained", "rate", "slow-subscriber"].includes(
    reason,
  );

/** What clients of the embedded broker may do, in the form in which the package asks. */
export const createPolicy = ({ sessions, retained, refusals, admit, limits }: PolicyOptions) => {
  const refuse = (
    reason: BrokerRefusal,
    session: Session | undefined,
    more: { readonly topic?: string; readonly error?: string } = {},
  ): void => {
    if (session !== undefined && endsConnection(reason)) session.isRefused = true;
    const who = { address: session?.address ?? "", user: session?.login?.user };
    refusals.refuse(reason, { ...who, ...more });
  };

  const maySubscribe = (
    session: Session | undefined,
    { topic: filter, qos }: Subscription,
  ): boolean => {
    if (session?.login?.access.maySubscribe(filter) !== true) {
      refuse("subscribe", session, { topic: filter });
      return false;
    }
    const { subscriptions } = session;
    if (!subscriptions.has(filter) && subscriptions.size >= limits.subscriptionsPerClient) {
      refuse("subscriptions", session, { topic: filter });
      return false;
    }
    subscriptions.set(filter, qos);
    return true;
  };

  return {
    refuse,
    /**
     * False for a version that is not spoken; the answer to that has been sent then.
     *
     * Sessions do not outlive their connections: what is kept for who is away would have no bound. Clients see it by
     * "session present" in the answer, and subscribe again.
     */
    mayConnect: ({ conn }: PolicyClient, packet: Connect): boolean => {
      const session = sessions.of(conn);
      if (packet.protocolVersion === version5) {
        conn.write(unsupportedVersion);
        refuse("protocol-version", session);
        return false;
      }
      if (session !== undefined)
        session.isNameless = packet.clientId === "" && packet.clean === false;
      packet.clean = true;
      return true;
    },
    logIn: async (
      { conn }: PolicyClient,
      introduction: Introduction,
    ): Promise<LoginRefusal | undefined> => {
      const session = sessions.of(conn);
      if (session === undefined) return "clients";
      const reason = await admit(session, introduction);
      const { address } = session;
      if (reason === undefined) refusals.forget({ address });
      else if (!conn.destroyed) refuse(reason, session);
      return reason;
    },
    /** It has its CONNACK. */
    connected: ({ conn }: PolicyClient): void => sessions.of(conn)?.begin(),
    publish: (client: PolicyClient | null, packet: Publication): void => {
      const session = client === null ? undefined : sessions.of(client.conn);
      const { topic } = packet;
      if (session?.login?.access.mayPublish(topic) !== true) {
        refuse("publish", session, { topic });
        drop(packet);
      } else if (!retain(packet, retained)) refuse("retained", session, { topic });
    },
    maySubscribe: ({ conn }: PolicyClient, subscription: Subscription): boolean =>
      maySubscribe(sessions.of(conn), subscription),
    unsubscribed: ({ conn }: PolicyClient, filters: readonly string[]): void => {
      for (const filter of filters) sessions.of(conn)?.subscriptions.delete(filter);
    },
    /** False if a client reads too slowly to get what is published now; what was retained waits for it. */
    mayDeliver: ({ conn }: PolicyClient, packet: { readonly retain: boolean }): boolean => {
      if (packet.retain || conn.writableLength <= slowBytes(limits.packetBytes)) return true;
      refuse("slow-subscriber", sessions.of(conn));
      return false;
    },
    /**
     * What was subscribed with QoS 1 gets nothing of QoS 2 (MQTT 3.1.1, section 4.3), which small clients cannot read;
     * the package sees to the other cases.
     */
    deliveredQos: ({ conn }: PolicyClient, { topic, qos }: Subscription): Qos => {
      if (qos < highestQos) return qos;
      const granted = [...(sessions.of(conn)?.subscriptions ?? [])];
      return granted.some(([filter, each]) => each === highestQos && covers(filter, topic))
        ? qos
        : 1;
    },
    /** It missed its keep-alive, which is no news: the battery of a device may be empty. */
    fellSilent: ({ conn }: PolicyClient): void => {
      const session = sessions.of(conn);
      if (session !== undefined) session.isRefused = true;
    },
    /** A connection broke; if it was not for a reason that is known, it spoke no proper MQTT. */
    failed: ({ conn, closed }: PolicyClient, error: unknown): void => {
      const session = sessions.of(conn);
      if (closed || session === undefined || session.isRefused) return;
      refuse("protocol", session, { error: messageOf(error) });
    },
  };
};
