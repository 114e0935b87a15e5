import type { Config } from "../config/config.ts";
import type { MqttConnectionConfig } from "../config/mqtt-config.ts";
import { StartError } from "../errors.ts";
import { loadOrComplain } from "./configuration.ts";
import { counted } from "./mqtt/arguments.ts";
import { chooseBroker, plainConnection } from "./mqtt/brokers.ts";
import { connectAsGuest, type LoginOptions } from "./mqtt/guest.ts";
import { type Played, play, withoutPauses } from "./mqtt/player.ts";
import { openRecording, type RecordingFile } from "./mqtt/recording-file.ts";
import { exitCodes, type System } from "./system.ts";

/** Flags of `replay`. */
export interface ReplayOptions extends LoginOptions {
  readonly "config.file"?: string;
  readonly broker?: string;
  readonly url?: string;
  readonly speed?: string;
  readonly retain?: boolean;
}

const speedOf = (text: string): number => {
  if (text === "max") return withoutPauses;
  const speed = Number(text);
  if (/^\d+(?:\.\d+)?$/u.test(text) && speed > 0) return speed;
  throw new StartError(`--speed: "${text}" is no speed: write 1, 10, 0.5 or max`);
};

const schemes = ["mqtt:", "mqtts:", "ws:", "wss:"];

const connectionTo = (text: string): MqttConnectionConfig => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !schemes.includes(url.protocol)) {
    throw new StartError(`--url: "${text}" is no address of a broker: write mqtt://localhost:1883`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new StartError("--url: give user and password by --username and --password.file");
  }
  return plainConnection(url.host, text);
};

const summaryOf = ({ published, topics, unpublishable, refused }: Played, badLines: number) =>
  [
    `published ${counted(published, "message")} of ${counted(topics, "topic")}`,
    ...(unpublishable === 0
      ? []
      : [`${unpublishable} left out, whose topics belong to the broker or have wildcards`]),
    ...(refused === 0 ? [] : [`${refused} refused by the broker`]),
    ...(badLines === 0 ? [] : [`${counted(badLines, "line")} not understood`]),
  ].join("; ");

const replayTo = async (
  system: System,
  connection: MqttConnectionConfig,
  options: ReplayOptions,
  recording: RecordingFile,
): Promise<number> => {
  const speed = speedOf(options.speed ?? "1");
  const { client, connected } = await connectAsGuest({
    system,
    connection,
    purpose: "replay",
    login: options,
  });
  try {
    await connected;
    const played = await play({
      messages: recording.messages,
      client,
      clock: system.clock,
      speed,
      isRetaining: options.retain === true,
      stop: system.stop,
    });
    system.complain(`${summaryOf(played, recording.badLines())}\n`);
    return played.published > 0 ? exitCodes.stopped : exitCodes.failed;
  } finally {
    await client.close();
  }
};

/** Publishes a recording on the broker of that name; on a broker that nobody has named, nothing is published. */
export const replayToBroker = async (
  system: System,
  config: Config,
  options: ReplayOptions,
  file: string,
): Promise<number> => {
  const { connection } = chooseBroker(config, options.broker);
  return await replayTo(system, connection, options, await openRecording(system, file));
};

/** Publishes what was recorded. */
export const replay = async (
  system: System,
  options: ReplayOptions,
  [file = "-"]: readonly string[],
): Promise<number> => {
  if ((options.url === undefined) === (options.broker === undefined)) {
    throw new StartError(
      "say where to publish: --broker <name> of the configuration, or --url mqtt://localhost:1883",
    );
  }
  if (options.url !== undefined) {
    const connection = connectionTo(options.url);
    return await replayTo(system, connection, options, await openRecording(system, file));
  }
  const loaded = await loadOrComplain(system, options["config.file"]);
  if (loaded === undefined) return exitCodes.badConfiguration;
  return await replayToBroker(system, loaded.config, options, file);
};
