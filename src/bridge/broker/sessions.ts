import type { Duplex } from "node:stream";
import type { Access } from "./access.ts";

/** MQTT 3.1.1, section 4.3: at most once, at least once, exactly once. */
export type Qos = 0 | 1 | 2;

/** One connection, from its arrival to its end. */
export interface Session {
  readonly gate: Duplex;
  readonly address: string;
  readonly isLoopback: boolean;
  /** Lets in what the client has sent since its CONNECT. */
  readonly begin: () => void;
  /** Filters it subscribed to. */
  readonly subscriptions: Map<string, Qos>;
  /** Asked to be remembered without saying by which name. */
  isNameless: boolean;
  /** What is wrong with it has been said. */
  isRefused: boolean;
  /** Undefined until it has logged in. */
  login: Login | undefined;
}

/** Who has logged in: by which client identifier, and as which user, undefined if anonymous. */
export interface Login {
  readonly clientId: string;
  readonly user: string | undefined;
  readonly access: Access;
}

/** All connections of the broker. */
export interface Sessions {
  readonly open: (
    gate: Duplex,
    origin: Pick<Session, "address" | "isLoopback" | "begin">,
  ) => Session;
  readonly of: (gate: object) => Session | undefined;
  /** Those that have not logged in, oldest first. */
  readonly pending: () => readonly Session[];
  readonly withClientId: (clientId: string) => Session | undefined;
  readonly loginCount: () => number;
  readonly logIn: (session: Session, login: Login) => void;
}

/** An empty list of connections, which says how many clients there are whenever that changes. */
export const createSessions = (onClients: (count: number) => void): Sessions => {
  // A will is published after its connection has ended, and obeys the rules of its session.
  const byGate = new WeakMap<object, Session>();
  const opened = new Set<Session>();
  const loggedIn = new Set<Session>();
  return {
    open: (gate, { address, isLoopback, begin }) => {
      const session: Session = {
        gate,
        address,
        isLoopback,
        begin,
        subscriptions: new Map(),
        isNameless: false,
        isRefused: false,
        login: undefined,
      };
      byGate.set(gate, session);
      opened.add(session);
      gate.once("close", () => {
        opened.delete(session);
        if (loggedIn.delete(session)) onClients(loggedIn.size);
      });
      return session;
    },
    of: (gate) => byGate.get(gate),
    pending: () => [...opened].filter(({ login }) => login === undefined),
    withClientId: (clientId) => [...loggedIn].find(({ login }) => login?.clientId === clientId),
    loginCount: () => loggedIn.size,
    logIn: (session, login) => {
      session.login = login;
      loggedIn.add(session);
      onClients(loggedIn.size);
    },
  };
};
