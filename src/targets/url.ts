import { isIP } from "node:net";

/** Where Prometheus scrapes a target, in the parts that its discovery has. */
export interface TargetUrl {
  readonly scheme: "http" | "https";
  /** Host name, or address without brackets; lower case. */
  readonly host: string;
  readonly port: number;
  /** `/metrics` where the URL has no path. */
  readonly path: string;
}

/** Path that Prometheus asks for if it is told nothing else. */
export const defaultPath = "/metrics";

const longestUrl = 512;
const longestHost = 253;
const ports = { http: 80, https: 443 } as const;
// RFC 1123, section 2.1; the underscore, which is no part of host names, is common in those of containers.
const hostName = /^(?!.*\.\.)[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?\.?$/u;
// What needs no escape, without + and #, so that a path can be part of a topic.
const pathForm = /^\/[\w.~%/-]*$/u;

const isHost = (host: string): boolean =>
  isIP(host) !== 0 || (host.length <= longestHost && hostName.test(host));

/** The parts of an http or https URL without login, query and fragment; undefined for any other text. */
export const parseTargetUrl = (text: string): TargetUrl | undefined => {
  if (text.length > longestUrl || !URL.canParse(text)) return undefined;
  const { protocol, hostname, port, pathname, username, password, search, hash } = new URL(text);
  if (protocol !== "http:" && protocol !== "https:") return undefined;
  if (username + password + search + hash !== "" || /[?#]/u.test(text)) return undefined;
  const host = hostname.replace(/^\[(.*)\]$/u, "$1");
  if (!isHost(host) || !pathForm.test(pathname)) return undefined;
  const scheme = protocol === "https:" ? "https" : "http";
  return {
    scheme,
    host,
    port: port === "" ? ports[scheme] : Number(port),
    path: pathname === "/" ? defaultPath : pathname,
  };
};

/** `host:port`, an IPv6 address in brackets. */
export const addressOf = ({ host, port }: Pick<TargetUrl, "host" | "port">): string =>
  `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;

/** The URL of those parts, always written the same. */
export const urlTextOf = (url: TargetUrl): string => `${url.scheme}://${addressOf(url)}${url.path}`;
