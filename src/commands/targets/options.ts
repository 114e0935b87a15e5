import { isIP } from "node:net";
import { isFilter } from "../../bridge/topic.ts";
import { StartError } from "../../errors.ts";
import { parseListenAddress } from "../../http/listen-address.ts";
import { createLog, type Log, logFormats, logLevels } from "../../log.ts";
import { type Admission, createAdmission } from "../../targets/admission.ts";
import { presencePrefix } from "../../targets/presence.ts";
import { durationOf } from "../mqtt/arguments.ts";
import type { LoginOptions } from "../mqtt/guest.ts";
import type { System } from "../system.ts";

/** Flags of `targets`. */
export interface TargetsOptions extends LoginOptions {
  readonly mdns?: boolean;
  readonly "mdns.interface"?: readonly string[];
  readonly mqtt?: boolean;
  readonly list?: readonly string[];
  readonly "config.file"?: string;
  readonly broker?: string;
  readonly url?: string;
  readonly topic?: string;
  readonly allow?: readonly string[];
  readonly limit?: string;
  readonly keep?: string;
  readonly output?: string;
  readonly once?: boolean;
  readonly "web.listenAddress"?: readonly string[];
  readonly "web.config.file"?: string;
  readonly "log.level"?: string;
  readonly "log.format"?: string;
}

const usualLimit = 10_000;

const limitOf = (text: string | undefined): number => {
  if (text === undefined) return usualLimit;
  if (/^[1-9]\d{0,6}$/u.test(text)) return Number(text);
  throw new StartError(`--limit: "${text}" is no number of targets`);
};

const topicOf = (text = `${presencePrefix}/#`): string => {
  if (isFilter(text)) return text;
  throw new StartError(`--topic: "${text}" is no topic that can be subscribed`);
};

const interfacesOf = (options: TargetsOptions): readonly string[] | undefined => {
  const { "mdns.interface": addresses = [] } = options;
  const wrong = addresses.find((address) => isIP(address) !== 4);
  if (wrong === undefined) return wantsMdns(options) ? addresses : undefined;
  throw new StartError(`--mdns.interface: "${wrong}" is no IPv4 address of this machine`);
};

const admissionOf = (allow: readonly string[]): Admission => {
  const admission = createAdmission(allow);
  if (admission !== undefined) return admission;
  throw new StartError(
    `--allow: "${allow.join(" ")}" is not all networks and names; write 10.0.0.0/8, fd00::/8, .lan or pi.lan`,
  );
};

const oneOf = <Word extends string>(
  flag: string,
  text: string | undefined,
  words: readonly [Word, ...Word[]],
  usual: Word,
): Word => {
  const word = text === undefined ? usual : words.find((each) => each === text);
  if (word !== undefined) return word;
  throw new StartError(`${flag}: "${text}" is none of ${words.join(", ")}`);
};

/** True if the network is to be looked through; an address of it says so too. */
const wantsMdns = ({ mdns, "mdns.interface": addresses = [] }: TargetsOptions): boolean =>
  mdns === true || addresses.length > 0;

/** True if announcements on brokers are wanted: a broker that is named says so too. */
export const wantsBrokers = ({ mqtt, broker, url }: TargetsOptions): boolean =>
  mqtt === true || broker !== undefined || url !== undefined;

const checkPurpose = (options: TargetsOptions): void => {
  const { list = [], output, once, "web.listenAddress": addresses } = options;
  if (!wantsMdns(options) && list.length === 0 && !wantsBrokers(options)) {
    throw new StartError("say where to look: --mdns, --mqtt or --list <file>");
  }
  if (output === undefined && once !== true && addresses === undefined) {
    throw new StartError(
      "say what to do with the targets: --output <file>, --web.listen-address <address> or --once",
    );
  }
  if (options.url !== undefined && options.broker !== undefined) {
    throw new StartError("--url names a broker and --broker another; keep one of the two");
  }
};

/** The flags as they are meant; throws StartError on one that is wrong. */
export const readOptions = (options: TargetsOptions) => {
  checkPurpose(options);
  return {
    admits: admissionOf(options.allow ?? []),
    limit: limitOf(options.limit),
    topic: topicOf(options.topic),
    interfaces: interfacesOf(options),
    keepMs: options.keep === undefined ? 0 : durationOf("--keep", options.keep),
    addresses: (options["web.listenAddress"] ?? []).map(parseListenAddress),
  };
};

/** The log that the flags ask for, on standard error. */
export const openLog = ({ complain, clock }: System, options: TargetsOptions): Log =>
  createLog({
    level: oneOf("--log.level", options["log.level"], logLevels, "info"),
    format: oneOf("--log.format", options["log.format"], logFormats, "logfmt"),
    write: complain,
    wallMs: clock.wallMs,
  });
