import { BlockList, isIP } from "node:net";

/** True for a host that Prometheus may be told to scrape. */
export type Admission = (host: string) => boolean;

// Who may publish must not be able to make Prometheus ask itself, its machine or the cloud below it (RFC 6890).
const forbidden: readonly (readonly [network: string, bits: number])[] = [
  ["0.0.0.0", 8],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["224.0.0.0", 3],
  ["::", 127],
  ["fe80::", 10],
  ["ff00::", 8],
  // Addresses of IPv4 in those of IPv6, which a gateway may translate back: 64:ff9b::/96 and 2002::/16.
  ["64:ff9b::", 96],
  ["2002::", 16],
  // Metadata of Amazon's machines.
  ["fd00:ec2::254", 128],
];

const forbiddenName = /^(?:.*\.)?localhost\.?$|^metadata\.google\.internal\.?$/u;

const familyOf = (address: string) => (isIP(address) === 6 ? "ipv6" : "ipv4");

const addTo = (list: BlockList, network: string, bits: number): void =>
  list.addSubnet(network, bits, familyOf(network));

const admitUsual = (): Admission => {
  const reserved = new BlockList();
  for (const [network, bits] of forbidden) addTo(reserved, network, bits);
  return (host) =>
    isIP(host) === 0 ? !forbiddenName.test(host) : !reserved.check(host, familyOf(host));
};

const parseNetwork = (text: string): readonly [string, number] | undefined => {
  const [, address = "", digits] = /^([0-9a-f:.]+)(?:\/(\d{1,3}))?$/iu.exec(text) ?? [];
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  const bits = digits === undefined ? most : Number(digits);
  return most > 0 && bits <= most ? [address, bits] : undefined;
};

const nameForm = /^\.?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/iu;

/**
 * Admits hosts that are neither this machine nor on its link; with an allow list only those on it, whatever they are:
 * `192.168.7.0/24`, `pi.lan`, or `.lan` for all names below. Undefined if an entry is none of these.
 */
export const createAdmission = (allow: readonly string[]): Admission | undefined => {
  if (allow.length === 0) return admitUsual();
  const networks = new BlockList();
  const names = new Set<string>();
  for (const entry of allow) {
    const network = parseNetwork(entry);
    if (network !== undefined) addTo(networks, ...network);
    else if (nameForm.test(entry)) names.add(entry.toLowerCase());
    else return undefined;
  }
  const isBelow = (host: string): boolean =>
    [...names].some((name) => (name.startsWith(".") ? host.endsWith(name) : host === name));
  return (host) =>
    isIP(host) === 0 ? isBelow(host.replace(/\.$/u, "")) : networks.check(host, familyOf(host));
};
