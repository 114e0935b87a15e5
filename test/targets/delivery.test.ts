import { readFile } from "node:fs/promises";
import { afterAll, describe, expect, it } from "vitest";
import { createExposition } from "../../src/exposition.ts";
import { createLog } from "../../src/log.ts";
import { createStore } from "../../src/store.ts";
import { readTargets } from "../../src/targets/file.ts";
import { createFileKeeper } from "../../src/targets/file-keeper.ts";
import { followList } from "../../src/targets/list-source.ts";
import { showTargets } from "../../src/targets/metrics.ts";
import { createRegistry } from "../../src/targets/registry.ts";
import { createRendering } from "../../src/targets/rendering.ts";
import { createTargetRoutes } from "../../src/targets/routes.ts";
import { rulesOfOwner } from "../../src/targets/target.ts";
import { createScratch } from "../commands/system.ts";
import { createVirtualClock } from "../mocks/clock.ts";

const scratch = createScratch();
afterAll(scratch.remove);

/** A list that is followed, and all that is made of it. */
const createDelivery = () => {
  const clock = createVirtualClock();
  const lines: string[] = [];
  const log = createLog({
    level: "info",
    format: "logfmt",
    write: (line) => lines.push(line),
    wallMs: () => 0,
  });
  const registry = createRegistry({
    limit: 10,
    keepMs: 0,
    nowMs: clock.nowMs,
    onRefused: () => {},
  });
  const rendered = createRendering(registry, clock);
  const store = createStore({ clock, maximumSeries: 100 });
  const told = showTargets(store, registry, rendered);
  const exposition = createExposition({
    store,
    build: { version: "1.0.0", node: "v20.19.2" },
    includesProcess: false,
  });
  const routes = createTargetRoutes({ rendered, exposition, isComplete: registry.isSettled });
  const get = async (path: string) => routes.get(path)?.methods.GET?.({ accept: undefined });
  return { clock, lines, log, registry, rendered, told, get };
};

describe("a list that is followed", () => {
  it("is told anew when it has changed, and what was right stays while it is wrong", async () => {
    const { clock, lines, log, registry } = createDelivery();
    const file = scratch.write("boards.txt", "attic.lan\n");
    const stop = new AbortController();
    const followed = followList({
      file,
      environment: {},
      targets: registry.open("list", rulesOfOwner),
      clock,
      log,
      signal: stop.signal,
    });
    const hosts = async () => {
      await clock.advance(2000);
      return registry.targets().map(({ address }) => address);
    };
    await expect.poll(hosts).toEqual(["attic.lan:10048"]);
    scratch.write("boards.txt", "attic.lan\ncellar.lan\n");
    await expect.poll(hosts).toEqual(["attic.lan:10048", "cellar.lan:10048"]);
    scratch.write("boards.txt", "http://\n");
    await expect
      .poll(async () => [...(await hosts()), ...lines].join(" "))
      .toContain("targets_list_refused");
    expect(await hosts()).toEqual(["attic.lan:10048", "cellar.lan:10048"]);
    expect(registry.sources()).toMatchObject([{ name: "list", isUp: false }]);
    scratch.write("boards.txt", "cellar.lan\n");
    await expect.poll(hosts).toEqual(["cellar.lan:10048"]);
    stop.abort();
    await followed;
  });
});

describe("what Prometheus is handed", () => {
  it("is 503 until the sources have told, then the list with its type", async () => {
    const { registry, get } = createDelivery();
    const source = registry.open("list", rulesOfOwner);
    expect(await get("/targets")).toMatchObject({ status: 503 });
    expect(await get("/-/ready")).toMatchObject({ status: 503 });
    source.offer("attic", { url: "http://attic.lan:10048/metrics", labels: { room: "attic" } });
    source.settle();
    const answer = await get("/targets");
    // https://prometheus.io/docs/prometheus/latest/http_sd/: the content type must be application/json.
    expect(answer).toMatchObject({ status: 200, contentType: "application/json" });
    expect(JSON.parse(answer?.body ?? "")).toEqual([
      { targets: ["attic.lan:10048"], labels: { room: "attic" } },
    ]);
    for (const path of ["/", "/-/healthy", "/-/ready"]) {
      expect(await get(path)).toMatchObject({ status: 200 });
    }
  });

  it("is counted by source, with what was refused by reason", async () => {
    const { registry, get } = createDelivery();
    const source = registry.open("list", rulesOfOwner);
    source.offer("attic", { url: "http://attic.lan:10048/metrics", labels: {} });
    source.offer("file", { url: "file:///etc/passwd", labels: {} });
    const metrics = (await get("/metrics"))?.body ?? "";
    expect(metrics).toContain('sensor_exporter_targets{source="list"} 1\n');
    expect(metrics).toContain(
      'sensor_exporter_targets_refused_total{reason="url",source="list"} 1\n',
    );
  });
});

describe("the file of targets", () => {
  it("is written when they have changed and left alone when they have not", async () => {
    const { lines, log, registry, rendered, told } = createDelivery();
    const path = scratch.write("targets.json", "");
    const source = registry.open("list", rulesOfOwner);
    const keep = createFileKeeper({ path, text: "", rendered, log, told });
    source.offer("attic", { url: "http://attic.lan:10048/metrics", labels: {} });
    expect([await keep(), await keep()]).toEqual([true, true]);
    expect(lines).toHaveLength(1);
    expect(JSON.parse(await readFile(path, "utf8"))).toMatchObject([
      { targets: ["attic.lan:10048"] },
    ]);
    expect((await readTargets(path)).candidates).toEqual([
      { url: "http://attic.lan:10048/metrics", labels: {} },
    ]);
  });

  it("that cannot be written is said once, and tried again", async () => {
    const { lines, log, registry, rendered, told } = createDelivery();
    const source = registry.open("list", rulesOfOwner);
    const path = "/proc/no-such-directory/targets.json";
    const keep = createFileKeeper({ path, text: "", rendered, log, told });
    source.offer("attic", { url: "http://attic.lan:10048/metrics", labels: {} });
    expect([await keep(), await keep()]).toEqual([false, false]);
    expect(lines.filter((line) => line.includes("targets_unwritten"))).toHaveLength(1);
  });

  it("that holds something else is not overwritten", async () => {
    const path = scratch.write("notes.json", '{"shopping": ["milk"]}');
    await expect(readTargets(path)).rejects.toThrow("holds something else than targets");
    await expect(readTargets(scratch.write("notes.txt", "milk"))).rejects.toThrow("something else");
  });
});
