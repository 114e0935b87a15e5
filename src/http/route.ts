import type { IncomingMessage } from "node:http";
import { httpLimits } from "./limits.ts";

/** What a route needs of a request; bodies are never read. */
interface HttpRequest {
  readonly accept: string | undefined;
}

/** What is sent to a client. */
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
  /** True if it says how the program is doing, and so is answered however much there is to do. */
  readonly isProbe?: boolean | undefined;
}

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

/** What a route answers; 404 where there is none, 405 to other methods than its own. */
export const answerOf = async (
  request: IncomingMessage,
  route: Route | undefined,
): Promise<HttpAnswer> => {
  // RFC 9112, section 3.2; a proxy may go by the other of the two.
  if ((request.headersDistinct["host"] ?? []).length > 1) return plain(400, "Two Host headers");
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

/** The path of a request target, which may be a whole URL (RFC 9112, section 3.2.2). */
export const pathOf = (target: string): string =>
  target.replace(/^https?:\/\/[^/?]*/iu, "").split("?", 1)[0] || "/";
