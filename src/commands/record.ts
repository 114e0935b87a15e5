import type { RehearsedBroker } from "../bridge/rehearsal.ts";
import { createRehearsal } from "../bridge/rehearsal.ts";
import { isFilter, type Subscription, withoutCovered } from "../bridge/topic.ts";
import type { Config } from "../config/config.ts";
import { StartError } from "../errors.ts";
import { loadOrComplain } from "./configuration.ts";
import { counted, durationOf, untilOver } from "./mqtt/arguments.ts";
import { chooseBroker, type NamedBroker } from "./mqtt/brokers.ts";
import { connectAsGuest, type LoginOptions } from "./mqtt/guest.ts";
import { createRecorder, type Recorder } from "./mqtt/recorder.ts";
import { openSink } from "./mqtt/sink.ts";
import { exitCodes, type System } from "./system.ts";

/** Flags of `record`. */
export interface RecordOptions extends LoginOptions {
  readonly "config.file"?: string;
  readonly broker?: string;
  readonly topic?: readonly string[];
  readonly for?: string;
  readonly output?: string;
  readonly limit?: string;
}

/** Nobody sends more with a bug report. */
const maximumBytes = 100_000_000;

const filtersOf = (topics: readonly string[]): readonly Subscription[] =>
  topics.map((filter) => {
    if (!isFilter(filter)) {
      throw new StartError(`--topic: "${filter}" is no topic that can be subscribed`);
    }
    return { filter, qos: 0 };
  });

const limitOf = (text: string | undefined): number => {
  if (text === undefined) return Number.POSITIVE_INFINITY;
  if (/^[1-9]\d{0,9}$/u.test(text)) return Number(text);
  throw new StartError(`--limit: "${text}" is no number of messages`);
};

/** What the exporter itself would subscribe, which grows with what devices announce, and what was asked for besides. */
const createWanted = (broker: RehearsedBroker, own: readonly Subscription[]) => () => {
  const wanted = broker.wanted();
  return wanted === undefined ? undefined : withoutCovered([...wanted, ...own]);
};

const summaryOf = (recorder: Recorder, name: string, output: string | undefined): string => {
  const what = `${counted(recorder.messages(), "message")} of ${counted(recorder.topics(), "topic")}`;
  const to = output === undefined || output === "-" ? "standard output" : output;
  const leftOut = recorder.leftOut();
  const missing =
    leftOut === 0 ? "" : `; ${counted(leftOut, "message")} left out: too large for a recording`;
  return `recorded ${what} from ${name} to ${to}${missing}\n`;
};

const warning =
  "payloads may hold names, positions and other personal data: look through the recording before you pass it on\n";

const open = (system: System, config: Config, { about }: NamedBroker): Promise<RehearsedBroker> =>
  createRehearsal({
    clock: system.clock,
    maximumSeries: config.limits.series,
    reservedNames: [],
  }).open(about);

/** Records the traffic of a broker of this configuration until it has enough, or is asked to stop. */
export const recordBroker = async (
  system: System,
  config: Config,
  options: RecordOptions,
): Promise<number> => {
  const chosen = chooseBroker(config, options.broker);
  const { name } = chosen.about;
  const lastsMs = options.for === undefined ? undefined : durationOf("--for", options.for);
  const broker = await open(system, config, chosen);
  const wanted = createWanted(broker, filtersOf(options.topic ?? []));
  const enough = new AbortController();
  const stop = AbortSignal.any([enough.signal, system.stop]);
  const sink = await openSink(system, options.output, () => enough.abort());
  const recorder = createRecorder({
    broker: name,
    clock: system.clock,
    write: sink.write,
    maximumMessages: limitOf(options.limit),
    maximumBytes,
    full: () => enough.abort(),
  });
  const { client, connected } = await connectAsGuest({
    system,
    connection: chosen.connection,
    purpose: "record",
    login: options,
    onMessage: (message) => {
      if (stop.aborted) return;
      recorder.take(message);
      broker.take(message);
      subscribe();
    },
  });
  const subscribe = () => {
    const filters = wanted();
    if (filters !== undefined) client.subscribe(filters);
  };
  subscribe();
  try {
    await connected;
    system.complain(warning);
    await untilOver(system.clock.sleep, lastsMs, stop);
    recorder.end();
  } finally {
    await client.close();
    await sink.close();
  }
  system.complain(summaryOf(recorder, name, options.output));
  return exitCodes.stopped;
};

/** Writes what a broker delivers to a file. */
export const record = async (system: System, options: RecordOptions): Promise<number> => {
  const loaded = await loadOrComplain(system, options["config.file"]);
  if (loaded === undefined) return exitCodes.badConfiguration;
  return await recordBroker(system, loaded.config, options);
};
