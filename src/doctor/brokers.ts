import { within } from "../clock.ts";
import { errnoName, messageOf } from "../errors.ts";
import { type Check, configOf, type Examination } from "./examination.ts";
import { fail, ok, type Result } from "./result.ts";

const topic = "brokers";
const limitMs = 3000;

const ports: Readonly<Record<string, number>> = {
  "mqtt:": 1883,
  "mqtts:": 8883,
  "ws:": 80,
  "wss:": 443,
};

const remedies: Readonly<Record<string, string>> = {
  ENOTFOUND: "correct the name in `url`, or name the broker by its address",
  EAI_AGAIN: "no name server answers: resolvectl status",
  ECONNREFUSED: "start the broker, or correct the port in `url`",
  EHOSTUNREACH: "check cable, Wi-Fi and address: ip addr; ip route",
  ENETUNREACH: "check cable, Wi-Fi and address: ip addr; ip route",
};

const reach = async (
  { machine, clock, signal }: Examination,
  name: string,
  url: string,
): Promise<Result> => {
  const { protocol, hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/gu, "");
  const number = port === "" ? (ports[protocol] ?? 0) : Number(port);
  const place = `${name}: ${hostname}:${number}`;
  const giveUp = new AbortController();
  const connecting = machine.connect(host, number, giveUp.signal).then(() => true);
  try {
    const isReached = await within(clock, limitMs, signal, connecting);
    if (isReached === true) return ok(topic, `${place} accepts connections`);
    const remedy = "check the address and the firewalls on the way";
    return fail(topic, `${place} does not answer within ${limitMs / 1000} s`, remedy);
  } catch (error) {
    const remedy = remedies[errnoName(error) ?? ""] ?? "check the address in `url` and the network";
    return fail(topic, `${place}: ${messageOf(error)}`, remedy);
  } finally {
    giveUp.abort();
    await connecting.catch(() => {});
  }
};

/** Brokers of the configuration: reachable. Nobody logs in. */
export const brokersCheck: Check = {
  topic,
  run: async (examination) => {
    const brokers = configOf(examination)?.mqtt ?? [];
    return await Promise.all(
      brokers.map(({ connection: { name, url } }) => reach(examination, name, url)),
    );
  },
};
