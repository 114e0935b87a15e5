import { isIP } from "node:net";
import { StartError } from "../errors.ts";

/** Without a host on every interface, IPv6 and IPv4. Port 0 lets the system choose. */
interface NetworkAddress {
  readonly host?: string;
  readonly port: number;
}

/** Where to listen: an address to bind, or a socket that somebody else has bound. */
export type ListenAddress = NetworkAddress | { readonly descriptor: number };

const form = /^(?:\[(?<ipv6>[0-9a-fA-F:.%\w]+)\]|(?<host>[^\s:[\]]*)):(?<port>\d{1,5})$/u;
const highestPort = 65_535;

/** Parses `:10048`, `127.0.0.1:10048`, `[::1]:10048` or `name:10048`; throws StartError saying what is allowed. */
export const parseListenAddress = (text: string): NetworkAddress => {
  const groups = form.exec(text)?.groups;
  const port = Number(groups?.["port"]);
  const ipv6 = groups?.["ipv6"];
  const isValid =
    groups !== undefined && port <= highestPort && (ipv6 === undefined || isIP(ipv6) === 6);
  if (!isValid) {
    throw new StartError(
      `--web.listen-address "${text}" is no address; write :PORT, HOST:PORT or [IPV6]:PORT with a port of 0 to ${highestPort}`,
    );
  }
  const host = ipv6 ?? groups["host"];
  return host === undefined || host === "" ? { port } : { host, port };
};

/** URL by which a browser on this machine reaches a bound address. */
export const urlOf = (
  { address, port }: { readonly address: string; readonly port: number },
  scheme: "http" | "https",
): string => {
  const everywhere = address === "::" || address === "0.0.0.0";
  const host = everywhere ? "localhost" : isIP(address) === 6 ? `[${address}]` : address;
  return `${scheme}://${host}:${port}`;
};

/** URL by which other machines reach what `urlOf` names: by the name of the host, if it listens everywhere. */
export const reachableUrl = (url: string, hostName: string): string =>
  url.replace(/^(https?:\/\/)localhost(?=:)/u, (_all, scheme: string) => scheme + hostName);
