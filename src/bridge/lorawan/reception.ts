import type { Device } from "../device.ts";
import { jsonOf, type Payload, valueAt } from "../payload.ts";
import type { ReadingPlan } from "../plan.ts";

/** Gateways of one message that are looked at; no message is heard by more. */
const maximumGateways = 100;

interface Reception {
  readonly rssi: number;
  readonly snr: unknown;
}

/** How the gateway that heard the message best has heard it; undefined if none says. */
const bestReception = (gateways: unknown): Reception | undefined => {
  if (!Array.isArray(gateways)) return undefined;
  let best: Reception | undefined;
  for (const gateway of gateways.slice(0, maximumGateways)) {
    const rssi = valueAt(gateway, ["rssi"]);
    if (typeof rssi !== "number" || rssi <= (best?.rssi ?? Number.NEGATIVE_INFINITY)) continue;
    best = { rssi, snr: valueAt(gateway, ["snr"]) };
  }
  return best;
};

/** Signal strength and signal to noise of a message that several gateways have heard; the list is at that path. */
export const receptionPlans = (device: Device, path: readonly string[]): readonly ReadingPlan[] => {
  const best = (payload: Payload) => bestReception(valueAt(jsonOf(payload), path));
  return [
    {
      kind: "reading",
      device,
      meaning: { quantity: "signalStrengthDbm" },
      from: `${path.join(".")}[best].rssi`,
      extract: (payload) => best(payload)?.rssi ?? { notFound: "missing" },
    },
    {
      kind: "reading",
      device,
      meaning: { quantity: "signalToNoiseDecibels" },
      from: `${path.join(".")}[best].snr`,
      extract: (payload) => best(payload)?.snr ?? { notFound: "missing" },
    },
  ];
};
