import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A real Avahi on another host, as far as the network can tell. */
export interface Avahi {
  /** Ends it as a system does: it takes leave. */
  readonly stop: () => Promise<void>;
}

// The daemon and the bus that it needs have names of their own below /run, which only they see.
const script = `
set -e
mount -t tmpfs none /run
mkdir -p /run/dbus /run/avahi-daemon
mount --bind "$1/services" /etc/avahi/services
dbus-daemon --system --nofork --nopidfile &
bus=$!
until [ -S /run/dbus/system_bus_socket ]; do sleep 0.1; done
avahi-daemon --no-drop-root --no-rlimits --no-chroot -f "$1/avahi.conf" &
daemon=$!
trap 'kill $daemon' TERM
wait $daemon || true
wait $daemon || true
kill $bus
`;

const untilEstablished = async (log: () => string): Promise<void> => {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (/successfully established/u.test(log())) return;
    await sleep(100);
  }
  throw new Error(`avahi-daemon does not publish:\n${log()}`);
};

/** Starts an Avahi that publishes a service file, its command handed to `prefix` such as `ip netns exec NAME`. */
export const startAvahi = async (
  hostName: string,
  serviceFile: string,
  prefix: readonly string[],
): Promise<Avahi> => {
  const directory = await mkdtemp(join(tmpdir(), "avahi-"));
  await mkdir(join(directory, "services"));
  await writeFile(join(directory, "services", "board.service"), serviceFile);
  const settings = ["[server]", `host-name=${hostName}`, "use-ipv4=yes", "use-ipv6=no"];
  await writeFile(join(directory, "avahi.conf"), `${settings.join("\n")}\n`);
  const [command = "", ...rest] = [...prefix, "unshare", "-m", "bash", "-c", script, "avahi"];
  const child: ChildProcess = spawn(command, [...rest, directory], { stdio: "pipe" });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (bytes: Buffer) => {
      log += bytes.toString();
    });
  }
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, "exit");
      child.kill("SIGTERM");
      await exited;
    }
    await rm(directory, { recursive: true, force: true });
  };
  await untilEstablished(() => log).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { stop };
};
