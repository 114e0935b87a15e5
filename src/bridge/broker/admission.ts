import type { Clock } from "../../clock.ts";
import type { BrokerConfig } from "../../config/broker-config.ts";
import { accessByUser, anonymousAccess } from "./access.ts";
import { createLoginCheck } from "./logins.ts";
import type { Login, Session, Sessions } from "./sessions.ts";

/** Why a login is refused, with the return code of its CONNACK (MQTT 3.1.1, table 3.1). */
export const loginReturnCodes = {
  identifier: 2,
  busy: 3,
  clients: 3,
  authentication: 4,
  anonymous: 5,
} as const;

export type LoginRefusal = keyof typeof loginReturnCodes;

/** What a client says of itself when it connects. */
export interface Introduction {
  readonly clientId: string;
  readonly username: string | undefined;
  readonly password: Uint8Array | undefined;
}

/** Logs a connection in; resolves with the reason if it may not. */
export type Admit = (
  session: Session,
  introduction: Introduction,
) => Promise<LoginRefusal | undefined>;

/** Admits clients with the password of a user, anonymous ones where the configuration and the address allow it. */
export const createAdmission = (
  { users, allowAnonymous, limits }: BrokerConfig,
  { clock, sessions }: { readonly clock: Pick<Clock, "nowMs">; readonly sessions: Sessions },
): Admit => {
  const accessOf = accessByUser(users);
  const checkLogin = createLoginCheck(users, clock);

  const identify = async (
    { address, isLoopback, gate }: Session,
    { clientId, username = "", password }: Introduction,
  ): Promise<Login | LoginRefusal> => {
    if (username === "" && password === undefined) {
      const isAllowed = allowAnonymous && isLoopback;
      return isAllowed ? { clientId, user: undefined, access: anonymousAccess } : "anonymous";
    }
    const verdict = await checkLogin(
      { user: username, password: new TextDecoder().decode(password) },
      { address, isGone: () => gate.destroyed },
    );
    const access = accessOf.get(username);
    if (verdict === "busy") return "busy";
    if (verdict === "denied" || access === undefined) return "authentication";
    return { clientId, user: username, access };
  };

  /** A client that comes back takes the place of its old connection, but nobody takes that of another user. */
  const placeRefusal = ({ clientId, user }: Login): LoginRefusal | undefined => {
    const holder = sessions.withClientId(clientId);
    if (holder !== undefined) return holder.login?.user === user ? undefined : "identifier";
    return sessions.loginCount() >= limits.clients ? "clients" : undefined;
  };

  return async (session, introduction) => {
    // MQTT 3.1.1, section 3.1.3.1: who gives no identifier cannot ask for a lasting session.
    if (session.isNameless) return "identifier";
    const login = await identify(session, introduction);
    if (typeof login === "string") return login;
    const refusal = placeRefusal(login);
    if (refusal === undefined && !session.gate.destroyed) sessions.logIn(session, login);
    return refusal;
  };
};
