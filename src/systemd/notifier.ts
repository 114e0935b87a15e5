import { type Clock, within } from "../clock.ts";
import { errnoName } from "../errors.ts";
import type { Log } from "../log.ts";
import type { ProgramEnd, Spawn } from "../spawn.ts";

/** State for the service manager by the names of sd_notify(3). */
type Message = Readonly<Record<string, string | number>>;

/** Tells the service manager one thing after the other. */
export interface Notifier {
  /** Passes a message on once those before it are through; what cannot be told is logged once per change of state. */
  readonly tell: (message: Message) => void;
  /** Resolves once everything was passed on or is known to be lost; never rejects. */
  readonly told: () => Promise<void>;
}

/** What a notifier works with. */
export interface NotifierOptions {
  /** NOTIFY_SOCKET, where the service manager listens. */
  readonly socket: string;
  /** PATH, where systemd-notify is. */
  readonly path: string | undefined;
  readonly spawn: Spawn;
  readonly clock: Pick<Clock, "sleep">;
  readonly log: Log;
}

// It waits up to five seconds itself for the service manager to take the message.
const longestRunMs = 10_000;
const program = "systemd-notify";
const patient = new AbortController().signal;

const failureOf = ({ status, killedBy, complaint, notStarted }: ProgramEnd): string | undefined => {
  if (status === 0) return undefined;
  if (notStarted !== undefined) return notStarted.message;
  return complaint.trim() || `it ended with ${killedBy ?? `status ${status}`}`;
};

const remedyOf = ({ notStarted }: ProgramEnd): string =>
  errnoName(notStarted) === "ENOENT"
    ? `Install ${program}, which is part of systemd; or set Type=exec and no WatchdogSec in the unit.`
    : "Check NotifyAccess=all in the unit.";

/**
 * A notifier by way of systemd-notify, since Node.js has no datagram sockets of the kind that the service manager
 * listens on. One such child runs at a time.
 */
export const createNotifier = ({ socket, path, spawn, clock, log }: NotifierOptions): Notifier => {
  let isFailing = false;
  let last: Promise<void> = Promise.resolve();

  const run = async (message: Message): Promise<ProgramEnd> => {
    const parameters = Object.entries(message).map(([name, value]) => `${name}=${value}`);
    const environment = { PATH: path, NOTIFY_SOCKET: socket };
    const child = spawn({ program, parameters, environment }, () => {});
    const end = await within(clock, longestRunMs, patient, child.ended);
    if (end !== undefined) return end;
    child.kill();
    return child.ended;
  };

  // For want of memory, Node.js throws where it else says later that a program could not be started.
  const runOrTell = (message: Message): Promise<ProgramEnd> =>
    run(message).catch((cause: unknown) => ({
      status: null,
      complaint: "",
      notStarted: cause instanceof Error ? cause : new Error(String(cause)),
    }));

  const send = async (message: Message): Promise<void> => {
    const end = await runOrTell(message);
    const error = failureOf(end);
    if (error === undefined && isFailing) log.info("notify_restored");
    if (error !== undefined && !isFailing)
      log.warn("notify_failed", { program, error, remedy: remedyOf(end) });
    isFailing = error !== undefined;
  };

  return {
    tell: (message) => {
      last = last.then(() => send(message));
    },
    told: () => last,
  };
};
