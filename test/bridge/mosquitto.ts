import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { connectAsync } from "mqtt";
import { freePort } from "../free-port.ts";
import { hasPeer } from "../peers.ts";

/** True if a real broker and its tools are there. */
export const hasMosquitto = hasPeer(
  ["sh", "-c", "command -v mosquitto && command -v mosquitto_passwd"],
  "mosquitto and mosquitto-clients",
);

/** One listener of a broker; the port is found by itself. */
interface ListenerOptions {
  readonly protocol?: "mqtt" | "websockets";
  readonly tls?: {
    readonly caFile?: string;
    readonly certificateFile: string;
    readonly keyFile: string;
    readonly requiresCertificate?: boolean;
  };
}

/** How a broker is set up; the first listener is plain unless told otherwise. */
export interface MosquittoOptions {
  readonly listeners?: readonly ListenerOptions[];
  /** Users and their passwords; without, everybody may connect. */
  readonly users?: Readonly<Record<string, string>>;
  /** Lines of an access list. */
  readonly access?: readonly string[];
  /** Further lines of the configuration. */
  readonly lines?: readonly string[];
  /** Address to listen on; 127.0.0.1 if left out. */
  readonly host?: string;
  /** Says nothing of single packets. */
  readonly isQuiet?: boolean;
  /** What the command is handed to, such as `ip netns exec NAME`. */
  readonly prefix?: readonly string[];
}

/** A real Mosquitto on ports of its own. */
export interface Mosquitto {
  readonly directory: string;
  /** Of each listener, in their order. */
  readonly ports: readonly number[];
  /** `mqtt://<host>:<port>` of the first listener that speaks plain MQTT. */
  readonly url: string;
  readonly start: () => Promise<void>;
  /** Ends it as a system does (SIGTERM). */
  readonly stop: () => Promise<void>;
  /** Ends it without a word (SIGKILL). */
  readonly kill: () => Promise<void>;
  readonly restart: () => Promise<void>;
  readonly pause: () => void;
  readonly resume: () => void;
  /** Writes these users, takes the place of all before, and makes the broker read them. */
  readonly setUsers: (users: Readonly<Record<string, string>>) => Promise<void>;
  /** Publishes by a connection of its own, which an access list has to allow. */
  readonly publish: (
    topic: string,
    payload: string | Uint8Array,
    options?: { readonly retain?: boolean; readonly qos?: 0 | 1 | 2 },
  ) => Promise<void>;
  /** What it wrote to its log since it was made. */
  readonly log: () => string;
  /** Ends it and removes its files. */
  readonly close: () => Promise<void>;
}

const loopback = "127.0.0.1";

/** The port that a server listens on. */
export const portOf = (server: Server): number => {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
};

const listenerLines = (
  host: string,
  port: number,
  { protocol = "mqtt", tls }: ListenerOptions,
): readonly string[] => [
  `listener ${port} ${host}`,
  `protocol ${protocol}`,
  ...(tls === undefined
    ? []
    : [
        `certfile ${tls.certificateFile}`,
        `keyfile ${tls.keyFile}`,
        ...(tls.caFile === undefined ? [] : [`cafile ${tls.caFile}`]),
        `require_certificate ${tls.requiresCertificate === true}`,
      ]),
];

const run = promisify(execFile);

const writePasswords = async (file: string, users: Readonly<Record<string, string>>) => {
  await writeFile(file, "", { mode: 0o600 });
  for (const [user, password] of Object.entries(users)) {
    await run("mosquitto_passwd", ["-b", file, user, password]);
  }
};

const writeConfiguration = async (
  directory: string,
  ports: readonly number[],
  { listeners = [{}], users, access, lines = [], host = loopback }: MosquittoOptions,
): Promise<void> => {
  const file = (name: string) => join(directory, name);
  if (users !== undefined) await writePasswords(file("passwords"), users);
  if (access !== undefined) await writeFile(file("access"), access.join("\n"), { mode: 0o600 });
  const configuration = [
    // As root it would give up its rights, and could not read its files any more.
    "user root",
    "sys_interval 0",
    `allow_anonymous ${users === undefined}`,
    ...(users === undefined ? [] : [`password_file ${file("passwords")}`]),
    ...(access === undefined ? [] : [`acl_file ${file("access")}`]),
    ...lines,
    ...listeners.flatMap((listener, index) => listenerLines(host, ports[index] ?? 0, listener)),
  ];
  await writeFile(file("mosquitto.conf"), configuration.join("\n"));
};

/** Resolves once the broker says that it runs, which is after it listens; rejects after five seconds. */
const untilListening = async (ports: readonly number[], log: () => string): Promise<void> => {
  for (let attempt = 0; attempt < 250; attempt += 1) {
    if (/ running$/m.test(log())) return;
    await sleep(20);
  }
  throw new Error(`mosquitto does not listen on ${ports}:\n${log()}`);
};

/** Starts a Mosquitto in a directory of its own. */
export const startMosquitto = async (options: MosquittoOptions = {}): Promise<Mosquitto> => {
  const directory = await mkdtemp(join(tmpdir(), "mosquitto-"));
  const listeners = options.listeners ?? [{}];
  const ports: number[] = [];
  for (const _ of listeners) ports.push(await freePort());
  await writeConfiguration(directory, ports, options);
  const plain = listeners.findIndex(({ protocol, tls }) => protocol !== "websockets" && !tls);
  const { host = loopback, prefix = [], isQuiet = false } = options;
  const url = `mqtt://${host}:${ports[plain]}`;
  let log = "";
  let child: ChildProcess | undefined;
  let users = options.users;

  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const ending = child;
    child = undefined;
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
    const exited = once(ending, "exit");
    ending.kill(signal);
    ending.kill("SIGCONT");
    await exited;
  };
  const start = async (): Promise<void> => {
    const before = log.length;
    const [command, ...args] = [
      ...prefix,
      ...["mosquitto", ...(isQuiet ? [] : ["-v"]), "-c", join(directory, "mosquitto.conf")],
    ];
    child = spawn(command ?? "mosquitto", args, { stdio: "pipe" });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (bytes: Buffer) => {
        log += bytes.toString();
      });
    }
    await untilListening(ports, () => log.slice(before));
  };
  await start();

  return {
    directory,
    ports,
    url,
    start,
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
    restart: async () => {
      await end("SIGTERM");
      await start();
    },
    pause: () => child?.kill("SIGSTOP"),
    resume: () => child?.kill("SIGCONT"),
    setUsers: async (next) => {
      users = next;
      await writePasswords(join(directory, "passwords"), next);
      child?.kill("SIGHUP");
    },
    publish: async (topic, payload, { retain = false, qos = 0 } = {}) => {
      const [login] = Object.entries(users ?? {});
      const client = await connectAsync(url, {
        ...(login === undefined ? {} : { username: login[0], password: login[1] }),
      });
      const bytes = typeof payload === "string" ? Buffer.from(payload) : Buffer.from(payload);
      await client.publishAsync(topic, bytes, { retain, qos });
      await client.endAsync();
    },
    log: () => log,
    close: async () => {
      await end("SIGKILL");
      await rm(directory, { recursive: true });
    },
  };
};
