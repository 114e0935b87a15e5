import type { Message } from "../../bridge/message.ts";
import type { RecordedMessage } from "../../bridge/recording.ts";
import type { Clock } from "../../clock.ts";
import type { Config } from "../../config/config.ts";
import { messageOf } from "../../errors.ts";
import type { NamedBroker } from "../mqtt/brokers.ts";
import { connectAsGuest, type Guest } from "../mqtt/guest.ts";
import { openRecording, type RecordingFile } from "../mqtt/recording-file.ts";
import type { System } from "../system.ts";
import type { Explanation } from "./explanation.ts";
import type { Others } from "./others.ts";
import { openStage, type Stage, type StagedBroker } from "./stage.ts";

/** Takes an explanation after the other. */
export type Tell = (explanation: Explanation) => void;

const explainInTurn = async (
  { explainer, others }: StagedBroker,
  message: Message,
  atMs: number,
): Promise<Explanation> => {
  const taking = explainer.take(message);
  const asked = taking.taker === undefined ? await others() : undefined;
  return { ...explainer.explain(message, taking, asked), atMs };
};

/** Explains one message to one broker of the configuration; returns the metrics that result. */
export const explainOne = async (
  config: Config,
  broker: NamedBroker,
  message: Omit<Message, "atMs">,
  { clock, tell }: { readonly clock: Clock; readonly tell: Tell },
): Promise<readonly string[]> => {
  const stage = await openStage(config, [broker], clock);
  for (const staged of stage.brokers) {
    tell(await explainInTurn(staged, { ...message, atMs: clock.nowMs() }, 0));
  }
  return stage.lines();
};

/** The time of a recording: it passes from message to message. */
const createRecordedClock = (clock: Clock, recording: RecordingFile) => {
  let nowMs = 0;
  const todayMs = clock.wallMs();
  return {
    nowMs: () => nowMs,
    wallMs: () => (recording.header()?.startedWallMs ?? todayMs) + nowMs,
    sleep: clock.sleep,
    reach: ({ atMs }: RecordedMessage) => {
      nowMs = Math.max(nowMs, atMs);
    },
  };
};

/** Explains a recording as if its messages came now, in their order; returns the metrics after the last one. */
export const explainRecording = async (
  system: System,
  config: Config,
  broker: NamedBroker,
  { file, tell }: { readonly file: string; readonly tell: Tell },
): Promise<readonly string[]> => {
  const recording = await openRecording(system, file);
  const clock = createRecordedClock(system.clock, recording);
  const stage = await openStage(config, [broker], clock);
  for await (const recorded of recording.messages) {
    if (system.stop.aborted) break;
    clock.reach(recorded);
    const { topic, payload, isRetained } = recorded;
    const message = { topic, payload, isRetained, atMs: clock.nowMs() };
    for (const staged of stage.brokers) tell(await explainInTurn(staged, message, clock.nowMs()));
  }
  return stage.lines();
};

const listenTo = async (
  system: System,
  { named, explainer, others }: StagedBroker,
  tell: (message: Message, explanation: Omit<Explanation, "atMs">) => void,
): Promise<Guest> => {
  // Before the first message, of which nothing may be kept.
  const loaded: Others = await others();
  const subscribe = () => {
    const wanted = explainer.wanted();
    if (wanted !== undefined) guest.client.subscribe(wanted);
  };
  const guest = await connectAsGuest({
    system,
    connection: named.connection,
    purpose: "explain",
    onMessage: (message) => {
      if (system.stop.aborted) return;
      tell(message, explainer.explain(message, explainer.take(message), loaded));
      subscribe();
    },
  });
  subscribe();
  return guest;
};

/** Waits for every broker; that some are away is said, and that all are is thrown. */
const untilConnected = async (system: System, guests: readonly Guest[]): Promise<void> => {
  const outcomes = await Promise.allSettled(guests.map(({ connected }) => connected));
  const failures = outcomes.flatMap((outcome) =>
    outcome.status === "rejected" ? [outcome.reason] : [],
  );
  if (failures.length === outcomes.length) throw failures[0];
  for (const failure of failures) system.complain(`${messageOf(failure)}\n`);
};

/** Explains what brokers deliver for so long; returns the metrics that result. */
export const explainLive = async (
  system: System,
  config: Config,
  brokers: readonly NamedBroker[],
  { lastsMs, tell }: { readonly lastsMs: number; readonly tell: Tell },
): Promise<readonly string[]> => {
  const stage: Stage = await openStage(config, brokers, system.clock);
  let firstMs: number | undefined;
  const guests = await Promise.all(
    stage.brokers.map((staged) =>
      listenTo(system, staged, (message, explanation) => {
        firstMs ??= message.atMs;
        tell({ ...explanation, atMs: message.atMs - firstMs });
      }),
    ),
  );
  try {
    await untilConnected(system, guests);
    await system.clock.sleep(lastsMs, system.stop).catch(() => {});
    return stage.lines();
  } finally {
    await Promise.all(guests.map(({ client }) => client.close()));
  }
};
