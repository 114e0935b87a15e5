import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasOpenSsl } from "../http/certificates.ts";
import { hasPeer } from "../peers.ts";
import { type Dashboard, dashboards, type Panel } from "./dashboards.ts";
import { type Fleet, startFleet } from "./fleet.ts";
import { ask, choicesOf, chooseAll, seen } from "./queries.ts";

const patience = { timeout: 60_000, interval: 500 };

const find = (file: string): Dashboard => {
  const found = dashboards.find((dashboard) => dashboard.file === file);
  if (found === undefined) throw new Error(`${file} is missing`);
  return found;
};

const queriesOf = ({ allPanels }: Dashboard) =>
  allPanels.flatMap((panel: Panel) =>
    panel.targets.map((target) => ({ panel: panel.title, refId: target.refId, target })),
  );

const hasPeers = hasPeer(["prometheus", "--version"], "prometheus") && hasOpenSsl;

describe.skipIf(!hasPeers)("dashboards over a real Prometheus", () => {
  let fleet: Fleet;

  const value = async (dashboard: Dashboard, title: string): Promise<number | undefined> => {
    const panel = dashboard.allPanels.find((each) => each.title === title);
    const [target] = panel?.targets ?? [];
    if (target === undefined) throw new Error(`no panel ${title}`);
    const series = await ask(fleet.prometheus.url, target, chooseAll(dashboard, fleet.instance));
    return seen(series)[0];
  };

  beforeAll(async () => {
    fleet = await startFleet();
  }, 60_000);

  afterAll(() => fleet?.stop());

  describe.each(dashboards)("$file", (dashboard) => {
    it.each(queriesOf(dashboard))(
      "has data for $panel, query $refId",
      async ({ target }) => {
        const choice = chooseAll(dashboard, fleet.instance);
        await expect
          .poll(async () => seen(await ask(fleet.prometheus.url, target, choice)).length, patience)
          .toBeGreaterThan(0);
      },
      70_000,
    );

    it.each(dashboard.templating.list.filter(({ type }) => type === "query"))(
      "has values to choose from for $label",
      async (variable) => {
        const choice = chooseAll(dashboard, fleet.instance);
        await expect
          .poll(() => choicesOf(fleet.prometheus.url, variable, choice), patience)
          .not.toEqual([]);
      },
      70_000,
    );

    it("asks what Prometheus understands when several rooms and sensors are chosen", async () => {
      const choice = {
        ...chooseAll(dashboard, fleet.instance),
        room: "(kitchen|attic)",
        sensor: "(oracle|climate)",
      };
      for (const { target } of queriesOf(dashboard)) {
        await expect(ask(fleet.prometheus.url, target, choice)).resolves.toBeInstanceOf(Array);
      }
    }, 60_000);

    it("marks the starts of exporters", async () => {
      const [expr = ""] = dashboard.annotations.list.flatMap((each) => each.expr ?? []);
      const starts = await ask(
        fleet.prometheus.url,
        { expr, instant: true },
        chooseAll(dashboard, fleet.instance),
      );
      const [first = 0] = seen(starts);
      // Milliseconds since 1970, and not before this test was written.
      expect(new Date(first).getUTCFullYear()).toBeGreaterThan(2025);
    });
  });

  it("counts what is up and what is in trouble", async () => {
    const overview = find("fleet-overview.json");
    const numbers = async () => ({
      boardsUp: await value(overview, "Boards up"),
      boardsDown: await value(overview, "Boards down"),
      sensorsDown: await value(overview, "Sensors down"),
      sensorsSilent: await value(overview, "Sensors silent"),
      brokers: await value(overview, "Brokers disconnected"),
    });
    // The dead board; the sensor that was torn off, which is also the silent one; the broker that is not there.
    await expect
      .poll(numbers, patience)
      .toMatchObject({ boardsUp: 2, boardsDown: 1, sensorsDown: 1, brokers: 1 });
    await expect
      .poll(async () => (await numbers()).sensorsSilent, patience)
      .toBeGreaterThanOrEqual(1);
  }, 130_000);
});
