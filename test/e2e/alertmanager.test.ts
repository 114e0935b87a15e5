import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { freePort } from "../free-port.ts";
import { hasPeer } from "../peers.ts";

const command = "prometheus-alertmanager";

const alertsSchema = z.array(
  z.object({
    labels: z.record(z.string(), z.string()),
    status: z.object({ state: z.string() }),
    receivers: z.array(z.object({ name: z.string() })),
  }),
);

const patience = { timeout: 30_000, interval: 250 };

describe.skipIf(!hasPeer([command, "--version"], "prometheus-alertmanager"))(
  "the example for Alertmanager, in a real one,",
  { timeout: 60_000 },
  () => {
    let directory = "";
    let child: ChildProcess | undefined;
    let url = "";

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), "alertmanager-"));
      const host = `127.0.0.1:${await freePort()}`;
      url = `http://${host}/api/v2/alerts`;
      const flags = [
        "--config.file=config/prometheus/alertmanager.yml",
        `--storage.path=${directory}`,
        `--web.listen-address=${host}`,
        "--cluster.listen-address=",
      ];
      child = spawn(command, flags, { stdio: "ignore" });
      await vi.waitFor(async () => expect((await fetch(url)).ok).toBe(true), patience);
    }, 60_000);

    afterAll(async () => {
      if (child !== undefined) {
        child.kill("SIGKILL");
        await once(child, "close");
      }
      await rm(directory, { recursive: true, force: true });
    });

    const raise = async (...alerts: readonly Readonly<Record<string, string>>[]) => {
      const answer = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(alerts.map((labels) => ({ labels }))),
      });
      expect(answer.status).toBe(200);
    };

    const alerts = async () =>
      alertsSchema
        .parse(await (await fetch(url)).json())
        .map(({ labels, status, receivers }) => [
          labels["alertname"],
          labels["instance"],
          status.state,
          receivers.map(({ name }) => name).join(),
        ])
        .toSorted();

    it("takes an alert that two files of rules raise for one", async () => {
      // As alerts.yml and `sensor-exporter rules` raise it: same name, same labels.
      const silent = {
        alertname: "SensorSilent",
        instance: "shed",
        job: "sensors",
        sensor: "door",
      };
      await raise({ ...silent, severity: "warning" });
      await raise({ ...silent, severity: "warning" });
      await expect.poll(alerts, patience).toEqual([["SensorSilent", "shed", "active", "people"]]);
    });

    it("holds back the boards while many are down, and what has nothing to do with it not", async () => {
      const board = { job: "sensors", severity: "warning" };
      await raise(
        { alertname: "ManyBoardsDown", job: "sensors", severity: "critical" },
        { ...board, alertname: "BoardDown", instance: "attic" },
        { ...board, alertname: "BoardGone", instance: "barn" },
        { ...board, alertname: "ClockOff", instance: "cellar" },
        { alertname: "BoardDown", job: "sensors-farm", instance: "stable", severity: "warning" },
        { ...board, alertname: "ValueStuck", instance: "attic", severity: "info" },
      );
      await expect.poll(alerts, patience).toEqual([
        ["BoardDown", "attic", "suppressed", "people"],
        ["BoardDown", "stable", "active", "people"],
        ["BoardGone", "barn", "suppressed", "people"],
        ["ClockOff", "cellar", "active", "people"],
        ["ManyBoardsDown", undefined, "active", "people"],
        ["SensorSilent", "shed", "active", "people"],
        ["ValueStuck", "attic", "active", "nobody"],
      ]);
    });
  },
);
