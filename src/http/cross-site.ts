import type { IncomingHttpHeaders } from "node:http";

/**
 * True if a browser sends this for a page of somebody else, who could so have it do what its user alone may do. What is
 * no browser sends neither header. https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header, RFC 6454, section 7
 */
export const isCrossSite = (headers: IncomingHttpHeaders): boolean => {
  const { host, origin } = headers;
  const site = headers["sec-fetch-site"];
  if (site !== undefined) return site !== "same-origin" && site !== "none";
  return origin !== undefined && origin.replace(/^https?:\/\//u, "") !== host;
};
