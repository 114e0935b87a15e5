import type { Clock } from "../../clock.ts";
import type { Message } from "../message.ts";
import type { Publication } from "./link.ts";
import type { Repetitions } from "./repetitions.ts";

/** Who hears publications. */
export interface Receiver {
  readonly clock: Clock;
  /** Called for each publication before the next is looked at; the payload is only valid during the call. */
  readonly onMessage: (
    message: Message,
    delivery: { readonly qos: number; readonly isDuplicate: boolean },
  ) => void;
  readonly onDropped: (reason: "too-large" | "duplicate") => void;
}

/** What is to be known of a publication besides. */
export interface DeliveryOptions extends Receiver {
  /** Tells a payload that stands for one that was too large. */
  readonly isCut: (payload: Uint8Array) => boolean;
}

/** Hands on each publication once, and counts the others. */
export const createDelivery =
  ({ clock, onMessage, onDropped, isCut }: DeliveryOptions, { isRepetition }: Repetitions) =>
  (publication: Publication): void => {
    const { topic, payload, qos, isRetained, isDuplicate } = publication;
    if (isCut(payload)) {
      onDropped("too-large");
    } else if (isRepetition(publication)) {
      onDropped("duplicate");
    } else {
      onMessage({ topic, payload, isRetained, atMs: clock.nowMs() }, { qos, isDuplicate });
    }
  };
