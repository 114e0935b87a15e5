import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "../free-port.ts";
import { hasPeer } from "../peers.ts";

const main = fileURLToPath(new URL("../../dist/src/main.js", import.meta.url));

/** True if there is what systemd's own programs, and a listener of ours, need. */
export const hasSystemd =
  hasPeer(["systemd-notify", "--version"], "systemd") &&
  hasPeer(["systemd-socket-activate", "--version"], "systemd") &&
  hasPeer(["python3", "-c", ""], "python3");

const running = new Set<ChildProcess>();

const start = (command: string, parameters: readonly string[]): ChildProcess => {
  const child = spawn(command, parameters, { stdio: ["ignore", "pipe", "pipe"] });
  running.add(child);
  return child;
};

/** Ends whatever a test has left running. */
export const stopSystemd = async (): Promise<void> => {
  await Promise.all(
    [...running].map(async (child) => {
      running.delete(child);
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "close");
      child.kill("SIGKILL");
      await ended;
    }),
  );
};

// Node.js has no datagram sockets of this kind. Descriptors that come along (BARRIER=1) are closed by not taking them.
const listener = `
import socket, sys
receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind(sys.argv[1])
print("bound", flush=True)
while True:
    print(receiver.recv(4096).decode().replace("\\n", "|"), flush=True)
`;

/** Listens as systemd does; `heard` has the messages so far, the lines of each with a bar between. */
export const listenForNotifications = async (directory: string) => {
  const socket = join(directory, "notify.socket");
  const child = start("python3", ["-c", listener, socket]);
  let output = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  while (!output.startsWith("bound\n")) {
    if (child.exitCode !== null) throw new Error("the listener has ended");
    await new Promise((resolve) => setImmediate(resolve));
  }
  return {
    socket,
    heard: () =>
      output
        .split("\n")
        .slice(1)
        .filter((line) => line !== "" && !line.startsWith("BARRIER=1")),
  };
};

/** Binds ports as systemd does, and starts the program at the first connection to one of them. */
export const activateBySocket = async (sockets: number, ...parameters: readonly string[]) => {
  const ports: number[] = [];
  for (let count = 0; count < sockets; count += 1) ports.push(await freePort());
  const child = start("systemd-socket-activate", [
    ...ports.map((port) => `--listen=127.0.0.1:${port}`),
    process.execPath,
    main,
    ...parameters,
  ]);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const isListening = () => output.split("Listening on").length > sockets;
  while (!isListening()) {
    if (child.exitCode !== null) throw new Error(`systemd-socket-activate: ${output}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { ports, output: () => output };
};
