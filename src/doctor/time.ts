import { runTool } from "../buses/gpio-process.ts";
import type { Check, Examination } from "./examination.ts";
import { fail, ok, warn } from "./result.ts";

const topic = "clock";

// Nothing of this program is older: a clock before that was not set.
const earliestMs = Date.UTC(2026, 10, 1);

const synchronizing = "sudo timedatectl set-ntp true; timedatectl timesync-status";

/** What systemd says, which asks the kernel; undefined where it cannot be asked. */
const isSynchronized = async ({
  machine,
  clock,
  signal,
}: Examination): Promise<boolean | undefined> => {
  const call = {
    program: "timedatectl",
    parameters: ["show", "--property=NTPSynchronized", "--value"],
  };
  const { output, end } = await runTool({ spawn: machine.spawn, clock }, call, signal);
  if (end.status === 0 && output.trim() !== "") return output.trim() === "yes";
  if ((await machine.status("/run/systemd/timesync/synchronized")) !== undefined) return true;
  return undefined;
};

/** The wall clock. Samples do not need it; timestamps, TLS and people do. */
export const clockCheck: Check = {
  topic,
  run: async (examination) => {
    const nowMs = examination.clock.wallMs();
    const now = new Date(nowMs).toISOString();
    if (nowMs < earliestMs) return [fail(topic, `the clock says ${now}`, synchronizing)];
    const isSet = await isSynchronized(examination);
    if (isSet === false) {
      return [warn(topic, `the clock is not synchronized; it says ${now}`, synchronizing)];
    }
    return [ok(topic, isSet === true ? "the clock is synchronized" : `the clock says ${now}`)];
  },
};
