import { isIP } from "node:net";
import type { Admission } from "./admission.ts";
import { createAsking } from "./mdns/asking.ts";
import { browse, type FoundService } from "./mdns/browse.ts";
import { createCache } from "./mdns/cache.ts";
import { type ResourceRecord, readAnswer } from "./mdns/message.ts";
import { nameKey } from "./mdns/name.ts";
import { createMdnsSockets } from "./mdns/sockets.ts";
import type { SourceOptions } from "./source.ts";
import type { Candidate } from "./target.ts";
import { addressOf } from "./url.ts";

// https://www.iana.org/assignments/service-names-port-numbers: what serves metrics to Prometheus over HTTP.
const service = ["_prometheus-http", "_tcp", "local"];

const tickMs = 1000;
const interfacesMs = 15_000;
// Three queries have been sent by then, and answers take up to half a second (RFC 6762, section 6).
const settleMs = 4000;
// After the network itself was away, boards get this long to answer again.
const returnMs = 30_000;
const usualPort = 10_048;
const labelPrefix = "label_";

/** True for records of the service, and addresses; a network is full of others. */
const isRelevant = ({ name, content: { type } }: ResourceRecord): boolean => {
  if (type === "address") return true;
  const key = nameKey(name);
  const own = nameKey(service);
  return type === "ptr" ? key === own : key.endsWith(`.${own}`);
};

/** The address to scrape: one that may be, IPv4 first, and the same one however the answers are ordered. */
const chooseAddress = (addresses: readonly string[], admits: Admission): string | undefined => {
  const sorted = [...addresses].sort(
    (left, right) => isIP(left) - isIP(right) || (left < right ? -1 : 1),
  );
  return sorted.find(admits) ?? sorted[0];
};

const candidateOf = (
  { host, port, addresses, attributes }: FoundService,
  admits: Admission,
): Candidate => {
  const address = chooseAddress(addresses, admits) ?? "";
  const scheme = attributes.get("scheme") ?? "http";
  const path = attributes.get("path") ?? "/metrics";
  const name = host.slice(0, -1).join(".");
  const labels = [...attributes].flatMap(([key, value]) =>
    key.startsWith(labelPrefix) ? [[key.slice(labelPrefix.length), value] as const] : [],
  );
  return {
    url: `${scheme}://${addressOf({ host: address, port })}${path}`,
    labels: {
      // The address is no name that people know, and may change.
      board: port === usualPort ? name : `${name}:${port}`,
      ...Object.fromEntries(labels),
    },
  };
};

/** Offers what has changed since the last time. */
const createOffers = (targets: SourceOptions["targets"], admits: Admission) => {
  let offered = new Map<string, string>();
  return (found: readonly FoundService[]): void => {
    const now = new Map<string, string>();
    for (const each of found) {
      const candidate = candidateOf(each, admits);
      const text = JSON.stringify(candidate);
      now.set(each.key, text);
      if (offered.get(each.key) !== text) targets.offer(each.key, candidate);
    }
    for (const key of offered.keys()) if (!now.has(key)) targets.withdraw(key);
    offered = now;
  };
};

/** Follows the services of the network by Multicast DNS until the signal aborts. */
export const followMdns = async ({
  addresses,
  admits,
  targets,
  clock,
  log,
  signal,
}: SourceOptions & {
  /** Of this machine, where to look; on all networks if there are none. */
  readonly addresses: readonly string[];
  readonly admits: Admission;
}): Promise<void> => {
  const cache = createCache();
  const asking = createAsking();
  const offer = createOffers(targets, admits);
  const problems = new Map<string, string>();
  const sockets = createMdnsSockets({
    addresses,
    onMessage: (bytes) => {
      const nowMs = clock.nowMs();
      const records = readAnswer(bytes) ?? [];
      for (const record of records) if (isRelevant(record)) cache.take(record, nowMs);
    },
    failed: (address, error) => {
      if (problems.get(address) !== error) log.warn("mdns_unavailable", { address, error });
      problems.set(address, error);
    },
  });
  let lookMs = 0;
  let sinceMs: number | undefined;

  const look = async (nowMs: number): Promise<void> => {
    lookMs = nowMs + interfacesMs;
    if (!(await sockets.refresh())) return;
    asking.forget();
    if (sinceMs === undefined) cache.extend(nowMs + returnMs);
    sinceMs ??= nowMs;
  };
  const tick = async (): Promise<void> => {
    const nowMs = clock.nowMs();
    if (nowMs >= lookMs) await look(nowMs);
    const isUp = sockets.count() > 0;
    targets.report(isUp);
    // Nothing can be heard of boards while there is no network: that is no sign that they have gone.
    if (!isUp) sinceMs = undefined;
    if (sinceMs === undefined) return;
    cache.expire(nowMs);
    const { found, questions } = browse(cache, service, nowMs);
    for (const query of asking.queries(questions, nowMs)) sockets.send(query);
    offer(found);
    if (nowMs - sinceMs >= settleMs) targets.settle();
  };
  while (!signal.aborted) {
    await tick();
    await clock.sleep(tickMs, signal).catch(() => {});
  }
  await sockets.close();
};
