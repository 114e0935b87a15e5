import { contentTypes } from "../exposition/format.ts";
import type { Exposition } from "../exposition.ts";
import { chooseFormat } from "../http/accept.ts";
import type { HttpAnswer, Route } from "../http/route.ts";
import type { RenderedTargets } from "./rendering.ts";
import { mediaType } from "./service-discovery.ts";

const text = (status: number, body: string): HttpAnswer => ({
  status,
  contentType: "text/plain; charset=utf-8",
  body: `${body}\n`,
});

const page = `Targets for Prometheus (http_sd_configs): /targets
Metrics of this process: /metrics
`;

/** Every path that is served. */
export const createTargetRoutes = ({
  rendered,
  exposition,
  isComplete,
}: {
  readonly rendered: () => RenderedTargets;
  readonly exposition: Exposition;
  /** False while sources have not told yet what they know. */
  readonly isComplete: () => boolean;
}): ReadonlyMap<string, Route> => {
  const get = (handler: string, answer: () => HttpAnswer): [string, Route] => [
    `/${handler}`,
    { handler, methods: { GET: answer } },
  ];
  const early = text(503, "The sources have not told yet what they know.");
  return new Map<string, Route>([
    ["/", { handler: "landing", methods: { GET: () => text(200, page.trimEnd()) } }],
    // Prometheus keeps the targets that it has while this fails; an empty list would take them all away.
    get("targets", () =>
      isComplete() ? { status: 200, contentType: mediaType, body: rendered().text } : early,
    ),
    [
      "/metrics",
      {
        handler: "metrics",
        methods: {
          GET: async ({ accept }) => {
            const format = chooseFormat(accept);
            const body = await exposition.render(format);
            return { status: 200, contentType: contentTypes[format], body };
          },
        },
      },
    ],
    [
      "/-/healthy",
      { handler: "healthy", isProbe: true, methods: { GET: () => text(200, "Healthy.") } },
    ],
    [
      "/-/ready",
      {
        handler: "ready",
        isProbe: true,
        methods: { GET: () => (isComplete() ? text(200, "Ready.") : early) },
      },
    ],
  ]);
};
