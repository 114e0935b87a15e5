/**
 * Every way in which a connection to a broker can fail, with the remedy shown when nothing better is known.
 *
 * The codes are the values of a `reason` label, so they are few and never change.
 */
export const mqttRemedies = {
  unreachable: "Check host and port of the URL, and that the broker is running.",
  closed: "See the broker's log, and check that its port speaks what the URL says (TLS or not).",
  timeout: "Check the network between here and the broker, and the broker's load.",
  tls: "Check the `tls` settings of this broker and the broker's certificate.",
  "bad-credentials": "Check user and password; a corrected file is read at the next attempt.",
  "not-authorized":
    "Let this user, or clients without one, connect: see the broker's access rules.",
  refused: "See the broker's log.",
  "taken-over": "Give each client a client id of its own.",
  "subscription-refused": "Let this user read the topics: see the broker's access rules.",
  "unreadable-file": "Check the path and who may read the file; it is read at each attempt.",
  websocket: "Check the path of the URL, and that the port speaks MQTT over WebSocket.",
  protocol: "Check that the port is an MQTT broker's, and `protocol_version`.",
  internal: "This is a defect in sensor-exporter: please report it with the log line.",
} as const satisfies Readonly<Record<string, string>>;

/** One of the closed set of codes. */
export type MqttProblemCode = keyof typeof mqttRemedies;

/** What keeps a connection or a subscription from working, and what the user can do about it. */
export interface MqttProblem {
  readonly code: MqttProblemCode;
  readonly message: string;
  readonly remedy: string;
}

/** A problem with its code's own remedy, unless a better one is known. */
export const mqttProblem = (
  code: MqttProblemCode,
  message: string,
  remedy: string = mqttRemedies[code],
): MqttProblem => ({ code, message, remedy });

/** A problem as it is thrown. */
export class MqttFault extends Error {
  override readonly name = "MqttFault";
  readonly problem: MqttProblem;

  constructor(problem: MqttProblem, options?: { cause?: unknown }) {
    super(problem.message, options?.cause === undefined ? undefined : { cause: options.cause });
    this.problem = problem;
  }
}
