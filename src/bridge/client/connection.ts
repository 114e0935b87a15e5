import type { Clock } from "../../clock.ts";
import type { MqttConnectionConfig } from "../../config/mqtt-config.ts";
import { problemOf } from "./failures.ts";
import { type Life, watchLife } from "./keep-alive.ts";
import type { Grant, Link, LinkEvents, Publication } from "./link.ts";
import { type Material, readMaterial } from "./material.ts";
import { type MqttProblem, mqttProblem } from "./problem.ts";

/** Opens a connection; throws an MqttFault where that is not even begun. */
export type OpenLink = (
  config: MqttConnectionConfig,
  material: Material,
  events: LinkEvents,
) => Link;

/** How a connection went. */
export interface Ended {
  readonly problem: MqttProblem;
  /** Zero if the broker never accepted it. */
  readonly lastedMs: number;
}

/** What one connection needs. */
export interface ConnectionOptions {
  readonly config: MqttConnectionConfig;
  readonly clock: Clock;
  readonly openLink: OpenLink;
  /** Breaks off a connection that is being made. */
  readonly stop: AbortSignal;
  /** Told of the files, which are read anew for each attempt. */
  readonly onMaterial: (material: Material) => void;
  readonly onConnected: (link: Link, grant: Grant) => void;
  readonly onPublication: (publication: Publication) => void;
}

/** From the first byte of TCP to CONNACK. */
const connectDeadlineMs = 20_000;

const silence = (what: string): MqttProblem => mqttProblem("timeout", `The broker ${what}.`);

const stopped = mqttProblem("closed", "The connection is no longer wanted.");

/** Connects, and resolves once the connection has failed or ended; never rejects. */
export const runConnection = async ({
  config,
  clock,
  openLink,
  stop,
  onMaterial,
  onConnected,
  onPublication,
}: ConnectionOptions): Promise<Ended> => {
  const over = new AbortController();
  let connectedMs: number | undefined;
  let life: Life | undefined;
  let watched: Promise<void> = Promise.resolve();

  const ended = (problem: MqttProblem): Ended => ({
    problem,
    lastedMs: connectedMs === undefined ? 0 : clock.nowMs() - connectedMs,
  });

  const connect = async (): Promise<MqttProblem> => {
    const material = await readMaterial(config);
    onMaterial(material);
    return await new Promise<MqttProblem>((resolve, reject) => {
      const link = openLink(config, material, {
        onConnected: (grant) => {
          connectedMs = clock.nowMs();
          const watch = watchLife({
            keepAliveMs: grant.keepAliveMs,
            clock,
            signal: over.signal,
            ping: () => link.ping(),
            onSilence: () => link.destroy(silence("has not been heard for 1.25 keep-alives")),
          });
          life = watch;
          watched = watch.ended;
          onConnected(link, grant);
        },
        onPublication,
        onTraffic: () => life?.heard(),
        onEnded: resolve,
      });
      const giveUp = (problem: MqttProblem) => () => {
        if (connectedMs === undefined) link.destroy(problem);
      };
      const late = giveUp(silence(`did not answer within ${connectDeadlineMs / 1000} s`));
      clock
        .sleep(connectDeadlineMs, over.signal)
        .then(late, () => {})
        .catch(reject);
      stop.addEventListener("abort", giveUp(stopped), { signal: over.signal });
      if (stop.aborted) link.destroy(stopped);
    });
  };

  try {
    return ended(await connect());
  } catch (error) {
    return ended(problemOf(error));
  } finally {
    over.abort();
    await watched;
  }
};
