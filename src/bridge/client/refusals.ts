import { type MqttProblem, type MqttProblemCode, mqttProblem } from "./problem.ts";

// MQTT 3.1.1, table 3.1, and MQTT 5, section 2.4; the two use different numbers.
const words: Readonly<Record<number, string>> = {
  1: "it does not speak this version of MQTT",
  2: "it does not accept the client id",
  3: "it is not available",
  4: "user or password are wrong",
  5: "this client is not authorized",
  128: "it does not say why",
  129: "it found a packet malformed",
  130: "it saw an error of the protocol",
  131: "it has a reason of its own",
  132: "it does not speak this version of MQTT",
  133: "it does not accept the client id",
  134: "user or password are wrong",
  135: "this client is not authorized",
  136: "it is not available",
  137: "it is busy",
  138: "this client is banned",
  139: "it is shutting down",
  141: "it heard nothing for longer than the keep-alive",
  142: "another client connected with the same client id",
  143: "it does not accept the topic filter",
  144: "it does not accept the topic of the will",
  149: "a packet was too large",
  150: "messages came too fast",
  151: "a quota is used up",
  152: "its administrator ended the connection",
  156: "another broker is to be used",
  157: "the broker has moved",
  158: "it has no shared subscriptions",
  159: "connections came too often",
  160: "the connection has lasted as long as it may",
  161: "it has no subscription identifiers",
  162: "it has no subscriptions with wildcards",
};

const codes: Readonly<Record<number, MqttProblemCode>> = {
  4: "bad-credentials",
  5: "not-authorized",
  129: "protocol",
  130: "protocol",
  134: "bad-credentials",
  135: "not-authorized",
  138: "not-authorized",
  142: "taken-over",
};

const remedies: Readonly<Record<number, string>> = {
  1: "Set the other `protocol_version`.",
  2: "Set a `client_id` that the broker accepts: 1 to 23 letters and digits always are.",
  132: "Set the other `protocol_version`.",
  133: "Set a `client_id` that the broker accepts: 1 to 23 letters and digits always are.",
};

const reasonOf = (reasonCode: number, reasonText: string | undefined): string => {
  const reason = words[reasonCode] ?? `reason code ${reasonCode}`;
  return reasonText === undefined ? reason : `${reason} (${reasonText})`;
};

/** Why a broker answered CONNECT with a refusal; `reasonText` is what it adds in its own words. */
export const connectRefusal = (reasonCode: number, reasonText?: string): MqttProblem =>
  mqttProblem(
    codes[reasonCode] ?? "refused",
    `The broker refuses the connection: ${reasonOf(reasonCode, reasonText)}.`,
    remedies[reasonCode],
  );

/** Why a broker of MQTT 5 says that it ends the connection. */
export const brokerDisconnect = (reasonCode: number, reasonText?: string): MqttProblem =>
  mqttProblem(
    codes[reasonCode] ?? "closed",
    `The broker ended the connection: ${reasonOf(reasonCode, reasonText)}.`,
  );

/** Why a broker does not let us subscribe to a filter. */
export const subscriptionRefusal = (filter: string, reasonCode: number): MqttProblem =>
  mqttProblem(
    "subscription-refused",
    `The broker refuses the subscription to ${filter}: ${reasonOf(reasonCode, undefined)}.`,
  );
