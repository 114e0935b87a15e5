import type { Publication } from "./link.ts";
import type { MqttProblem } from "./problem.ts";
import { brokerDisconnect, connectRefusal } from "./refusals.ts";

/** A PUBLISH as the library has it. */
interface PublishPacket {
  readonly qos: number;
  readonly retain: boolean;
  readonly dup: boolean;
  readonly messageId?: number | undefined;
  readonly properties?:
    | { readonly subscriptionIdentifier?: number | readonly number[] | undefined }
    | undefined;
}

/** A packet of the library in our words. */
export const publicationOf = (
  topic: string,
  payload: Uint8Array,
  packet: PublishPacket,
): Publication => ({
  topic,
  payload,
  qos: packet.qos,
  isRetained: packet.retain,
  isDuplicate: packet.dup,
  packetId: packet.messageId,
  subscriptionIdentifiers: [packet.properties?.subscriptionIdentifier ?? []].flat(),
});

interface Reason {
  readonly reasonCode?: number | undefined;
  readonly returnCode?: number | undefined;
  readonly properties?: { readonly reasonString?: string | undefined } | undefined;
}

/** Why the broker refuses the connection, if its CONNACK says so. */
export const connackRefusal = (packet: Reason): MqttProblem | undefined => {
  // Named otherwise in MQTT 3.1.1.
  const code = packet.reasonCode ?? packet.returnCode ?? 0;
  return code === 0 ? undefined : connectRefusal(code, packet.properties?.reasonString);
};

/** Why the broker ends the connection. */
export const disconnectReason = ({ reasonCode, properties }: Reason): MqttProblem =>
  brokerDisconnect(reasonCode ?? 0, properties?.reasonString);
