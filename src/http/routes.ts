import type { Bridge } from "../bridge/bridge.ts";
import type { Clock } from "../clock.ts";
import { contentTypes } from "../exposition/format.ts";
import type { Exposition } from "../exposition.ts";
import type { Roster } from "../sensors/roster.ts";
import type { Store } from "../store.ts";
import { chooseFormat } from "./accept.ts";
import { renderPage } from "./page.ts";
import { localSensors, pageSensors, remoteSensors } from "./page-content.ts";
import type { HttpAnswer, Route } from "./route.ts";

/** What the routes show. */
export interface RouteSources {
  readonly store: Store;
  readonly exposition: Exposition;
  readonly clock: Clock;
  readonly roster: Pick<Roster, "entries">;
  readonly bridge: Pick<Bridge, "devices" | "brokers">;
  readonly version: string;
  readonly metricsPath: string;
  readonly isSimulated: boolean;
  /** True once the sensors of the configuration have been started. */
  readonly isReady: () => boolean;
  /** Reloads the configuration; resolves with what is wrong with it. Left out where clients may not ask for it. */
  readonly reload?: (() => Promise<string | undefined>) | undefined;
}

const text = (status: number, body: string): HttpAnswer => ({
  status,
  contentType: "text/plain; charset=utf-8",
  body: `${body}\n`,
});

const metrics = ({ exposition }: RouteSources): Route => ({
  handler: "metrics",
  methods: {
    GET: async ({ accept }) => {
      const format = chooseFormat(accept);
      return {
        status: 200,
        contentType: contentTypes[format],
        body: await exposition.render(format),
      };
    },
  },
});

const landing = (sources: RouteSources): Route => ({
  handler: "landing",
  methods: {
    GET: () => {
      const { roster, bridge, store, clock, version, metricsPath, isSimulated } = sources;
      const nowMs = clock.nowMs();
      const devices = bridge.devices();
      const brokers = bridge.brokers();
      const { body, headers } = renderPage({
        version,
        metricsPath,
        simulated: isSimulated,
        sensors: pageSensors(
          [...localSensors(roster.entries()), ...remoteSensors(devices, brokers, nowMs)],
          store.readings(),
          nowMs,
        ),
        brokers,
      });
      return { status: 200, contentType: "text/html; charset=utf-8", body, headers };
    },
  },
});

const reloading = (reload: () => Promise<string | undefined>): Route => ({
  handler: "reload",
  methods: {
    POST: async () => {
      const problem = await reload();
      return problem === undefined ? text(200, "Reloaded.") : text(500, problem);
    },
  },
});

/** Every path that is served. A sensor or a bus that is down fails neither health nor readiness. */
export const createRoutes = (sources: RouteSources): ReadonlyMap<string, Route> => {
  const { reload, metricsPath, isReady } = sources;
  return new Map<string, Route>([
    ["/", landing(sources)],
    [metricsPath, metrics(sources)],
    [
      "/-/healthy",
      { handler: "healthy", isProbe: true, methods: { GET: () => text(200, "Healthy.") } },
    ],
    [
      "/-/ready",
      {
        handler: "ready",
        isProbe: true,
        methods: { GET: () => (isReady() ? text(200, "Ready.") : text(503, "Starting.")) },
      },
    ],
    ...(reload === undefined ? [] : [["/-/reload", reloading(reload)] as const]),
  ]);
};
