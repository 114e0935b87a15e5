import type { Clock } from "../../src/clock.ts";
import type { Microcontroller, Publication } from "./microcontroller.ts";
import { firmware as homeAssistant } from "./microcontrollers/home-assistant.ts";
import { firmware as ownFirmware } from "./microcontrollers/own-firmware.ts";
import { firmware as shelly } from "./microcontrollers/shelly.ts";
import { firmware as tasmota } from "./microcontrollers/tasmota.ts";
import { firmware as zigbee2mqtt } from "./microcontrollers/zigbee2mqtt.ts";
import { createEnvironment } from "./world.ts";

const reportIntervalMs = 5000;

/** Publishes what a device says. */
export type Publish = (
  topic: string,
  payload: Uint8Array,
  options: { readonly retain?: boolean },
) => Promise<void>;

const encoder = new TextEncoder();

/** Starts the devices of a simulated house on a broker; they report every five seconds until closed. */
export const startMicrocontrollers = (
  publish: Publish,
  { clock, seed }: { readonly clock: Clock; readonly seed: number },
): (() => Promise<void>) => {
  const stop = new AbortController();
  const surroundings = (name: string) => createEnvironment(name, { seed, ...clock });
  const devices: readonly Microcontroller[] = [
    zigbee2mqtt,
    tasmota,
    shelly,
    homeAssistant,
    ownFirmware,
  ].map((firmware) => firmware(surroundings));

  const publishAll = async (publications: readonly Publication[]): Promise<void> => {
    for (const { topic, payload, retain = false } of publications) {
      await publish(topic, encoder.encode(payload), { retain });
    }
  };
  const run = async (): Promise<void> => {
    await publishAll(devices.flatMap((device) => device.announce()));
    while (!stop.signal.aborted) {
      await publishAll(devices.flatMap((device) => device.report()));
      await clock.sleep(reportIntervalMs, stop.signal).catch(() => {});
    }
  };
  const running = run();
  return () => {
    stop.abort();
    return running;
  };
};
