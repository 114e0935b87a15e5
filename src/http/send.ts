import type { IncomingMessage, ServerResponse } from "node:http";
import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import { acceptsGzip } from "./accept.ts";
import { httpLimits } from "./limits.ts";
import type { HttpAnswer } from "./route.ts";

const compress = promisify(gzip);

/** Sends an answer with these headers besides its own, compressed where the client asks for it and it is worth it. */
export const send = async (
  request: IncomingMessage,
  response: ServerResponse,
  answer: HttpAnswer,
  extraHeaders: Readonly<Record<string, string>>,
): Promise<void> => {
  let body: Uint8Array = new TextEncoder().encode(answer.body);
  const headers: Record<string, string | number> = {
    "Content-Type": answer.contentType,
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    Vary: "Accept, Accept-Encoding",
    ...answer.headers,
    ...extraHeaders,
  };
  const isLarge = body.length >= httpLimits.compressFromBytes;
  if (isLarge && acceptsGzip(request.headers["accept-encoding"])) {
    // The fastest level: text this repetitive shrinks tenfold all the same, and boards are slow.
    body = await compress(body, { level: constants.Z_BEST_SPEED });
    headers["Content-Encoding"] = "gzip";
  }
  // A body that nobody reads must not be taken for the next request on the connection.
  const hasBody =
    request.headers["transfer-encoding"] !== undefined ||
    Number(request.headers["content-length"] ?? 0) > 0;
  if (hasBody) headers["Connection"] = "close";
  response.writeHead(answer.status, { ...headers, "Content-Length": body.length });
  response.end(request.method === "HEAD" ? undefined : body);
};
