import { execFileSync } from "node:child_process";
import { pid } from "node:process";

const ip = (...args: readonly string[]): void => {
  execFileSync("ip", args, { stdio: "pipe" });
};

// The kernel takes its time to remove one, so each has names and addresses of its own.
let made = 0;

const plan = () => {
  made += 1;
  // A network of two hosts, whose number makes it unlikely that another run has the same.
  const address = (host: number) => `10.213.${pid % 256}.${4 * made + host}`;
  return {
    name: `mqtt-${pid}-${made}`,
    // No longer than 15 characters.
    outside: `mq${pid}o${made}`,
    inside: `mq${pid}i${made}`,
    near: address(1),
    far: address(2),
  };
};

/** Another host, as far as the network can tell, with a cable that can be cut. */
export interface Namespace {
  readonly address: string;
  /** What has a command run there. */
  readonly prefix: readonly string[];
  /** No packet passes any more, and nobody is told. */
  readonly cut: () => void;
  readonly mend: () => void;
  readonly close: () => void;
}

/** Makes a network namespace joined to ours by a pair of interfaces. */
export const openNamespace = (): Namespace => {
  const { name, outside, inside, near, far } = plan();
  ip("netns", "add", name);
  const close = () => ip("netns", "del", name);
  try {
    ip("link", "add", outside, "type", "veth", "peer", "name", inside, "netns", name);
    ip("address", "add", `${near}/30`, "dev", outside);
    ip("link", "set", outside, "up");
    ip("-n", name, "address", "add", `${far}/30`, "dev", inside);
    ip("-n", name, "link", "set", inside, "up");
    ip("-n", name, "link", "set", "lo", "up");
  } catch (error) {
    close();
    throw error;
  }
  return {
    address: far,
    prefix: ["ip", "netns", "exec", name],
    // The far end: our own would take its route along, and packets would leave by another one.
    cut: () => ip("-n", name, "link", "set", inside, "down"),
    mend: () => ip("-n", name, "link", "set", inside, "up"),
    close,
  };
};

/** True if namespaces can be made, which takes root and iproute2; says so loudly if not. */
export const hasNamespaces = (): boolean => {
  try {
    openNamespace().close();
    return true;
  } catch (error) {
    console.warn(`\n!!! SKIPPED TESTS: no network namespaces here: ${String(error)} !!!\n`);
    return false;
  }
};
