import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { freePort } from "../free-port.ts";

const answerSchema = z.object({
  status: z.literal("success"),
  data: z.object({
    result: z.array(
      z.object({
        metric: z.record(z.string(), z.string()),
        value: z.tuple([z.number(), z.string()]),
      }),
    ),
  }),
});

/** One series of an instant query. */
export interface QueryResult {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A real Prometheus server. */
export interface Prometheus {
  /** Where it listens, for what else its API has. */
  readonly url: string;
  readonly query: (expression: string) => Promise<readonly QueryResult[]>;
  readonly stop: () => Promise<void>;
}

const waitUntilReady = async (url: string): Promise<void> => {
  for (let attempt = 0; attempt < 150; attempt += 1) {
    const isReady = await fetch(`${url}/-/ready`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (isReady) return;
    await sleep(100);
  }
  throw new Error("Prometheus did not become ready in 15 s");
};

/** Starts a server, or an agent, which has no queries, with a configuration and on a port of its own. */
export const launchPrometheus = async (
  configuration: string,
  { isAgent = false, flags = [] }: { readonly isAgent?: boolean; readonly flags?: string[] } = {},
): Promise<Prometheus> => {
  const directory = await mkdtemp(join(tmpdir(), "prometheus-"));
  await writeFile(join(directory, "prometheus.yml"), configuration);
  const port = await freePort();
  const child = spawn(
    "prometheus",
    [
      `--config.file=${join(directory, "prometheus.yml")}`,
      ...(isAgent ? ["--enable-feature=agent"] : []),
      `--storage.${isAgent ? "agent" : "tsdb"}.path=${join(directory, "data")}`,
      `--web.listen-address=127.0.0.1:${port}`,
      ...flags,
    ],
    { stdio: "ignore" },
  );
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    const closed = once(child, "close");
    child.kill("SIGKILL");
    await closed;
    await rm(directory, { recursive: true, force: true });
  };
  await waitUntilReady(url).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return {
    url,
    stop,
    query: async (expression) => {
      const answer = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(expression)}`);
      const { data } = answerSchema.parse(await answer.json());
      return data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
    },
  };
};

/**
 * Starts a server that scrapes these targets (host:port) every second, with further keys of a scrape_config, and of the
 * whole configuration.
 */
export const startPrometheus = (
  targets: readonly string[],
  how: Readonly<Record<string, unknown>> = {},
  further: Readonly<Record<string, unknown>> = {},
): Promise<Prometheus> =>
  launchPrometheus(
    // JSON is YAML.
    JSON.stringify({
      global: { scrape_interval: "1s", scrape_timeout: "1s", evaluation_interval: "1s" },
      ...further,
      scrape_configs: [{ job_name: "sensors", static_configs: [{ targets }], ...how }],
    }),
  );
