import { isTopic } from "../bridge/topic.ts";
import type { Config } from "../config/config.ts";
import { StartError } from "../errors.ts";
import { loadOrComplain } from "./configuration.ts";
import { explanationJson, explanationText, metricsText, unmatchedText } from "./explain/print.ts";
import { explainLive, explainOne, explainRecording, type Tell } from "./explain/sources.ts";
import { createUnmatchedTopics } from "./explain/unmatched.ts";
import { durationOf } from "./mqtt/arguments.ts";
import { chooseBrokers, type NamedBroker } from "./mqtt/brokers.ts";
import { exitCodes, type System } from "./system.ts";

/** Flags of `explain`. */
export interface ExplainOptions {
  readonly "config.file"?: string;
  readonly broker?: string;
  readonly topic?: string;
  readonly payload?: string;
  readonly retain?: boolean;
  readonly file?: string;
  readonly listen?: string;
  readonly unmatched?: boolean;
  readonly json?: boolean;
}

/** Where the messages come from that are to be explained. */
type Source =
  | { readonly kind: "one"; readonly topic: string; readonly payload: string }
  | { readonly kind: "file"; readonly file: string }
  | { readonly kind: "live"; readonly lastsMs: number };

const oneOf = (topic: string, payload: string | undefined): Source => {
  if (!isTopic(topic)) {
    throw new StartError(`--topic: nothing can be published to "${topic}": name one topic`);
  }
  if (payload === undefined) {
    throw new StartError("--payload is missing; --payload='' is an empty one");
  }
  return { kind: "one", topic, payload };
};

const sourceOf = ({ topic, payload, file, listen, unmatched }: ExplainOptions): Source => {
  const sources = [topic, file, listen].filter((each) => each !== undefined).length;
  if (sources === 0 && unmatched === true) {
    throw new StartError(
      "--unmatched wants messages: --listen 30s or --file <recording>; what the running exporter has met is on its web page",
    );
  }
  if (sources !== 1) {
    throw new StartError(
      "say what to explain: --topic <topic> --payload <payload>, --file <recording> or --listen 30s",
    );
  }
  if (topic !== undefined) return oneOf(topic, payload);
  if (file !== undefined) return { kind: "file", file };
  return { kind: "live", lastsMs: durationOf("--listen", listen ?? "") };
};

const encoder = new TextEncoder();

/** Explains to one broker after the other; live, to all at once. Returns the metrics that result. */
const explainAll = async (
  system: System,
  config: Config,
  { source, options, tell }: { source: Source; options: ExplainOptions; tell: Tell },
): Promise<readonly (readonly string[])[]> => {
  const brokers = chooseBrokers(config, options.broker);
  if (source.kind === "live") {
    return [await explainLive(system, config, brokers, { lastsMs: source.lastsMs, tell })];
  }
  const explainFor = (broker: NamedBroker): Promise<readonly string[]> => {
    if (source.kind === "file") {
      return explainRecording(system, config, broker, { file: source.file, tell });
    }
    const message = {
      topic: source.topic,
      payload: encoder.encode(source.payload),
      isRetained: options.retain === true,
    };
    return explainOne(config, broker, message, { clock: system.clock, tell });
  };
  const results: (readonly string[])[] = [];
  for (const broker of brokers) results.push(await explainFor(broker));
  return results;
};

/** Says of each message who took it, what became of it and why, by this configuration. */
export const explainBy = async (
  system: System,
  config: Config,
  options: ExplainOptions,
): Promise<number> => {
  const source = sourceOf(options);
  const isJson = options.json === true;
  const unmatched = createUnmatchedTopics();
  const tell: Tell = (explanation) => {
    unmatched.note(explanation);
    if (options.unmatched === true) return;
    system.print(
      isJson ? explanationJson(explanation) : explanationText(explanation, source.kind !== "one"),
    );
  };
  const results = await explainAll(system, config, { source, options, tell });
  if (options.unmatched === true) system.print(unmatchedText(unmatched.list(), isJson));
  else for (const lines of results) system.print(metricsText(lines, isJson));
  return exitCodes.stopped;
};

/** Says why a message becomes what it becomes. */
export const explain = async (system: System, options: ExplainOptions): Promise<number> => {
  const loaded = await loadOrComplain(system, options["config.file"]);
  if (loaded === undefined) return exitCodes.badConfiguration;
  return await explainBy(system, loaded.config, options);
};
