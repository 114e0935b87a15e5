import { z } from "zod";
import type { Dashboard, Target, Variable } from "./dashboards.ts";

const answer = z.object({
  status: z.literal("success"),
  data: z.object({
    result: z.array(
      z.object({
        metric: z.record(z.string(), z.string()),
        value: z.tuple([z.number(), z.string()]).optional(),
        values: z.array(z.tuple([z.number(), z.string()])).optional(),
      }),
    ),
  }),
});

const labelValues = z.object({ status: z.literal("success"), data: z.array(z.string()) });

/** A series that a panel would draw: its labels and the numbers. */
export interface DrawnSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly values: readonly number[];
}

/** Values of variables as they are put into queries. */
export type Choice = Readonly<Record<string, string>>;

const post = async (url: string, path: string, form: Choice): Promise<unknown> => {
  const response = await fetch(`${url}/api/v1/${path}`, {
    method: "POST",
    body: new URLSearchParams(form),
  });
  return response.json();
};

/** Puts values into a query as Grafana does: `$board`, `${board}`. */
const interpolate = (expression: string, choice: Choice): string =>
  expression.replaceAll(
    /\$(?:\{(\w+)\}|([a-z_]\w*))/gu,
    (whole, braced?: string, bare?: string) => {
      const value = choice[braced ?? bare ?? ""];
      if (value === undefined) throw new Error(`${whole} has no value`);
      return value;
    },
  );

/** What Prometheus answers to a query of a panel over the last minute, as Grafana would ask it; throws what it refuses. */
export const ask = async (
  url: string,
  { expr, instant }: Pick<Target, "expr" | "instant">,
  choice: Choice,
): Promise<readonly DrawnSeries[]> => {
  const query = interpolate(expr, choice);
  const now = Date.now() / 1000;
  const answered = instant
    ? await post(url, "query", { query })
    : await post(url, "query_range", {
        query,
        start: String(now - 60),
        end: String(now),
        step: "1",
      });
  const { data } = answer.parse(answered, { error: () => JSON.stringify(answered) });
  return data.result.map(({ metric, value, values }) => ({
    labels: metric,
    values: (values ?? (value === undefined ? [] : [value])).map(([, text]) => Number(text)),
  }));
};

/** The numbers of all series that are numbers: what is left to be seen in the panel. */
export const seen = (series: readonly DrawnSeries[]): readonly number[] =>
  series.flatMap(({ values }) => values).filter((value) => !Number.isNaN(value));

/** The values that Prometheus offers for a variable. */
export const choicesOf = async (
  url: string,
  variable: Variable,
  choice: Choice,
): Promise<readonly string[]> => {
  const found = /^label_values\((.+), (\w+)\)$/u.exec(variable.definition ?? "");
  const [, selector = "", label = ""] = found ?? [];
  const match = encodeURIComponent(interpolate(selector, choice));
  const response = await fetch(`${url}/api/v1/label/${label}/values?match[]=${match}`);
  return labelValues.parse(await response.json()).data;
};

/** Grafana's own variables, with a range and a rate that a test can wait for; a sensor is silent sooner, too. */
const common: Choice = { __range: "60s", __rate_interval: "20s", silent: "4" };

/** All of everything that a dashboard offers; of the boards only one where no more can be chosen. */
export const chooseAll = ({ templating }: Dashboard, instance: string): Choice => {
  const board = templating.list.find(({ name }) => name === "board");
  return {
    ...common,
    job: "(sensors)",
    board: board?.multi === true ? ".*" : instance,
    room: ".*",
    sensor: ".*",
  };
};
