import { runTool } from "../buses/gpio-process.ts";
import { within } from "../clock.ts";
import { errnoName } from "../errors.ts";
import type { HttpAnswer, Machine } from "../machine.ts";
import type { Check, Examination } from "./examination.ts";
import { fail, ok, type Result, warn } from "./result.ts";
import { readTextFile } from "./text-file.ts";

const unit = "sensor-exporter";
const limitMs = 3000;
const journal = `journalctl -u ${unit} -n 30 --no-pager`;

const usualPort = 10_048;

/** The port of the service, which the arguments that the unit adds may have changed. */
export const readServicePort = async (machine: Machine): Promise<number> => {
  const text = (await readTextFile(machine, "/etc/default/sensor-exporter")) ?? "";
  const [, given] = /^[^#\n]*--web\.listen-address[= ][^\s"]*:(\d+)/mu.exec(text) ?? [];
  return given === undefined ? usualPort : Number(given);
};

/** Properties of the unit; undefined without systemd, or without the unit. */
const unitState = async ({
  machine,
  clock,
  signal,
}: Examination): Promise<Readonly<Record<string, string>> | undefined> => {
  const properties = "LoadState,ActiveState,SubState,UnitFileState,Result,ExecMainStatus";
  const call = { program: "systemctl", parameters: ["show", unit, `--property=${properties}`] };
  const { output, end } = await runTool({ spawn: machine.spawn, clock }, call, signal);
  const entries = output.split("\n").map((line) => line.split("="));
  const state = Object.fromEntries(entries.map(([key = "", value = ""]) => [key, value]));
  return end.status === 0 && state["LoadState"] === "loaded" ? state : undefined;
};

// EX_CONFIG of sysexits.h.
const refusedConfiguration = "78";

const stateResult = (state: Readonly<Record<string, string>>): Result => {
  const { ActiveState: active = "", UnitFileState: file = "", Result: result = "" } = state;
  const topic = "service";
  if (active === "active") {
    return file === "enabled"
      ? ok(topic, "running, and started at boot")
      : warn(topic, "running, but not started at boot", `sudo systemctl enable ${unit}`);
  }
  if (active === "inactive") {
    return warn(topic, "installed, but not running", `sudo systemctl enable --now ${unit}`);
  }
  if (state["ExecMainStatus"] === refusedConfiguration) {
    const remedy = "sudo sensor-exporter check --config.file=/etc/sensor-exporter/config.yaml";
    return fail(topic, "ended, as the configuration is wrong", remedy);
  }
  return fail(topic, `${active}: ${result || state["SubState"]}`, journal);
};

/** The unit of systemd, if there is one. */
export const serviceCheck: Check = {
  topic: "service",
  run: async (examination) => {
    const state = await unitState(examination);
    return state === undefined ? [] : [stateResult(state)];
  },
};

const ask = async (
  { machine, clock, signal, port }: Examination,
  path: string,
): Promise<HttpAnswer | "refused" | "no-http"> => {
  const giveUp = new AbortController();
  const asking = machine.request(`http://127.0.0.1:${port}${path}`, giveUp.signal);
  try {
    return (await within(clock, limitMs, signal, asking)) ?? "no-http";
  } catch (error) {
    signal.throwIfAborted();
    const cause = error instanceof Error ? error.cause : undefined;
    return (errnoName(cause) ?? errnoName(error)) === "ECONNREFUSED" ? "refused" : "no-http";
  } finally {
    giveUp.abort();
    await asking.catch(() => {});
  }
};

/** The port of the exporter: free, or taken by an exporter that is ready. */
export const portCheck: Check = {
  topic: "port",
  run: async (examination) => {
    const topic = "port";
    const { port } = examination;
    const answer = await ask(examination, "/-/ready");
    const isRunning = (await unitState(examination))?.["ActiveState"] === "active";
    if (answer === "refused") {
      if (!isRunning) return [ok(topic, `${port} is free`)];
      const finding = `the service runs, but not on port ${port}`;
      return [warn(topic, finding, "ignore this if it has a --web.listen-address of its own")];
    }
    const status = answer === "no-http" ? undefined : answer.status;
    if (answer !== "no-http" && status === 200 && answer.body.startsWith("Ready")) {
      return [ok(topic, `an exporter answers on ${port} and is ready`)];
    }
    if (status === 503) return [warn(topic, `an exporter on ${port} is not ready`, journal)];
    if (isRunning) return [ok(topic, `${port} answers, behind TLS or a login`)];
    const remedy = `sudo ss -ltnp 'sport = :${port}'; or choose another --web.listen-address`;
    return [fail(topic, `another program has port ${port}`, remedy)];
  },
};
