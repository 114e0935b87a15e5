import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { isCrossSite } from "./cross-site.ts";
import type { InFlight } from "./in-flight.ts";
import { createPipelineLimit } from "./pipeline.ts";
import { type Refusal, type RefusalReason, refusal } from "./refusal.ts";
import { answerOf, pathOf, type Route } from "./route.ts";
import { send } from "./send.ts";
import type { WebAccess } from "./web-access.ts";

/** What answers requests, and who hears of them. */
export interface ListenerOptions {
  readonly routes: ReadonlyMap<string, Route>;
  readonly clock: Clock;
  readonly log: Log;
  readonly observeRequest: (handler: string, seconds: number) => void;
  /** A request, or a connection in its handshake, was turned away. */
  readonly observeRefusal: (reason: RefusalReason) => void;
  /** Who may ask, and whether by TLS; anybody by plain HTTP if left out. */
  readonly access?: WebAccess | undefined;
}

const overload = refusal("overload", 503, "Too many requests are being answered; try again later", {
  "Retry-After": "1",
});

const crossSite = refusal("cross-site", 403, "Not for pages of other sites", {});

const nothingToLeave = (): void => {};

/** Answers requests by the routes, and turns away what may not pass or is too much. */
export const createListener = (options: ListenerOptions, inFlight: InFlight): RequestListener => {
  const { routes, clock, log, observeRequest, observeRefusal, access } = options;
  const extraHeaders = () => access?.headers() ?? {};

  const refuse = async (
    request: IncomingMessage,
    response: ServerResponse,
    { reason, answer }: Refusal,
  ): Promise<string> => {
    observeRefusal(reason);
    await send(request, response, answer, extraHeaders());
    return "refused";
  };

  /** Returns the name that the request has in the histogram. */
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<string> => {
    const path = pathOf(request.url ?? "/");
    const route = routes.get(path);
    const refused = await access?.admit(request, path);
    if (refused !== undefined) return refuse(request, response, refused);
    if (request.method === "POST" && isCrossSite(request.headers)) {
      return refuse(request, response, crossSite);
    }
    // Only now, so that those who guess passwords take up no room.
    const leave = route?.isProbe === true ? nothingToLeave : inFlight.enter(request, response);
    if (leave === undefined) return refuse(request, response, overload);
    try {
      await send(request, response, await answerOf(request, route), extraHeaders());
    } finally {
      leave();
    }
    return route?.handler ?? "other";
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const startedMs = clock.nowMs();
    const handler = await answer(request, response);
    observeRequest(handler, (clock.nowMs() - startedMs) / 1000);
  };

  const mayWait = createPipelineLimit();
  return (request, response) => {
    // What else was in the packet of a connection that has been cut.
    if (request.socket.destroyed) return;
    if (!mayWait(request, response)) return observeRefusal("pipelining");
    response.on("error", () => response.destroy());
    serve(request, response).catch((error: unknown) => {
      log.error("request_failed", { path: pathOf(request.url ?? "/"), error: String(error) });
      if (response.headersSent) response.destroy();
      else response.writeHead(500, { ...extraHeaders(), "Content-Length": 0 }).end();
    });
  };
};
