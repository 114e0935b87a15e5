import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import type { Clock } from "../clock.ts";
import type { Close } from "../lifecycle.ts";
import type { Log } from "../log.ts";
import { acceptsGzip } from "./accept.ts";
import { limitConnections } from "./connections.ts";
import { type CuttableServer, closeServer, listen } from "./listen.ts";
import type { ListenAddress } from "./listen-address.ts";
import type { WebAccess } from "./web-access.ts";

/** What a route needs of a request; bodies are never read. */
interface HttpRequest {
  readonly accept: string | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One path: its name in the request histogram, and what it answers per method. HEAD follows GET. */
export interface Route {
  readonly handler: string;
  readonly methods: Readonly<
    Partial<Record<"GET" | "POST", (request: HttpRequest) => HttpAnswer | Promise<HttpAnswer>>>
  >;
}

export interface HttpServerOptions {
  readonly addresses: readonly ListenAddress[];
  readonly routes: ReadonlyMap<string, Route>;
  readonly clock: Clock;
  readonly log: Log;
  readonly observeRequest: (handler: string, seconds: number) => void;
  /** A connection was cut because there were too many. */
  readonly observeDrop: () => void;
  /** Who may ask, and whether by TLS; anybody by plain HTTP if left out. */
  readonly access?: WebAccess | undefined;
}

/** Hard limits on what a client may cost. A scrape is one small GET; nothing here needs more. */
export const httpLimits = {
  headerBytes: 16_384,
  urlCharacters: 2_048,
  connections: 128,
  headersTimeoutMs: 5_000,
  requestTimeoutMs: 10_000,
  /** Longer than the usual scrape interval, so that Prometheus keeps its connection. */
  keepAliveTimeoutMs: 90_000,
  /** A client that does not read what it asked for is let go. */
  idleTimeoutMs: 120_000,
  compressFromBytes: 1_024,
} as const;

const compress = promisify(gzip);

const plain = (status: number, text: string, headers?: Record<string, string>): HttpAnswer => ({
  status,
  contentType: "text/plain; charset=utf-8",
  body: `${text}\n`,
  ...(headers === undefined ? {} : { headers }),
});

const allowedMethods = (route: Route): string =>
  Object.keys(route.methods)
    .flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method]))
    .join(", ");

const answerOf = async (
  request: IncomingMessage,
  route: Route | undefined,
): Promise<HttpAnswer> => {
  if ((request.url ?? "").length > httpLimits.urlCharacters) return plain(414, "URL too long");
  if (route === undefined)
    return plain(404, "Not found; the metrics are at the path linked from /");
  const method = request.method === "HEAD" ? "GET" : request.method;
  const respond = method === "GET" || method === "POST" ? route.methods[method] : undefined;
  if (respond === undefined) {
    const allow = allowedMethods(route);
    return plain(405, `Method not allowed; use ${allow}`, { Allow: allow });
  }
  return respond({ accept: request.headers.accept });
};

const send = async (
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

/** The path of a request target, which may be a whole URL (RFC 9112, section 3.2.2). */
const pathOf = (target: string): string =>
  target.replace(/^https?:\/\/[^/?]*/iu, "").split("?", 1)[0] || "/";

const createListener = ({ routes, clock, log, observeRequest, access }: HttpServerOptions) => {
  const extraHeaders = () => access?.headers() ?? {};
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const startedMs = clock.nowMs();
    const path = pathOf(request.url ?? "/");
    const route = routes.get(path);
    const refusal = await access?.admit(request);
    const answer = refusal ?? (await answerOf(request, route));
    await send(request, response, answer, extraHeaders());
    const handler = refusal === undefined ? (route?.handler ?? "other") : "refused";
    observeRequest(handler, (clock.nowMs() - startedMs) / 1000);
  };
  return (request: IncomingMessage, response: ServerResponse): void => {
    response.on("error", () => response.destroy());
    serve(request, response).catch((error: unknown) => {
      log.error("request_failed", { path: request.url, error: String(error) });
      if (response.headersSent) response.destroy();
      else response.writeHead(500, { ...extraHeaders(), "Content-Length": 0 }).end();
    });
  };
};

const serverLimits = {
  maxHeaderSize: httpLimits.headerBytes,
  headersTimeout: httpLimits.headersTimeoutMs,
  requestTimeout: httpLimits.requestTimeoutMs,
  keepAliveTimeout: httpLimits.keepAliveTimeoutMs,
  connectionsCheckingInterval: 1_000,
} as const;

const createPlainServer = (listener: ReturnType<typeof createListener>): CuttableServer => {
  const server = createServer(serverLimits, listener);
  return { server, cut: () => server.closeAllConnections() };
};

const createLimitedServer = (options: HttpServerOptions): CuttableServer => {
  const listener = createListener(options);
  const { server, cut } =
    options.access?.createServer?.(serverLimits, listener) ?? createPlainServer(listener);
  limitConnections(server, {
    maximum: httpLimits.connections,
    onDropped: options.observeDrop,
  });
  server.timeout = httpLimits.idleTimeoutMs;
  return { server, cut };
};

/** Serves the routes on every address; resolves with their URLs once all are bound, throws StartError if one is not. */
export const startHttp = async (
  options: HttpServerOptions,
): Promise<{ readonly urls: readonly string[]; readonly close: Close }> => {
  const started: CuttableServer[] = [];
  const close = async () => {
    await Promise.all(started.map((server) => closeServer(server, options.clock)));
  };
  const scheme = options.access?.createServer === undefined ? "http" : "https";
  const urls: string[] = [];
  try {
    for (const address of options.addresses) {
      const limited = createLimitedServer(options);
      urls.push(await listen(limited.server, address, scheme));
      started.push(limited);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { urls, close };
};
