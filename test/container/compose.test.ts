import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { hasPeer, runPeer } from "../peers.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string): Promise<string> => readFile(new URL(path, root), "utf8");

// The Compose Specification: services, their keys, and the short forms of volumes, ports and devices.
const serviceSchema = z.looseObject({
  image: z.string().optional(),
  build: z.strictObject({ context: z.string(), dockerfile: z.string() }).optional(),
  command: z.array(z.string()).optional(),
  volumes: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
  devices: z.array(z.string()).default([]),
  group_add: z.array(z.string()).default([]),
  depends_on: z.array(z.string()).default([]),
});

const composeSchema = z.looseObject({
  services: z.record(z.string(), serviceSchema),
  volumes: z.record(z.string(), z.strictObject({})).default({}),
});

const load = async (path: string) => composeSchema.parse(parse(await read(path), { merge: true }));

const compose = await load("compose.yaml");
const services = Object.entries(compose.services);
const board = await load("compose.board.yaml");

describe("compose.yaml", () => {
  it("brings up the exporter, Prometheus and Grafana", () => {
    expect(services.map(([name]) => name)).toEqual(["exporter", "prometheus", "grafana"]);
  });

  it.each(services)("confines %s", (_name, service) => {
    // OWASP's Docker Security Cheat Sheet, rules 3, 4, 7 and 8.
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ["ALL"],
      security_opt: ["no-new-privileges:true"],
      pids_limit: expect.any(Number),
      healthcheck: { test: expect.arrayContaining(["CMD"]) },
    });
    expect(service).not.toHaveProperty("privileged");
    expect(service).not.toHaveProperty("network_mode");
  });

  it.each(services)("builds %s here, or takes the version that is named", (_name, service) => {
    if (service.build === undefined) expect(service.image).toMatch(/:v?\d+\.\d+\.\d+$/u);
    else expect(existsSync(new URL(service.build.dockerfile, root))).toBe(true);
  });

  it.each(services)(
    "opens the ports of %s to this machine alone, if nobody asks for more",
    (_name, service) => {
      expect(service.ports).toHaveLength(1);
      expect(service.ports[0]).toMatch(
        /^(?:127\.0\.0\.1|\$\{EXPORTER_LISTEN:-127\.0\.0\.1\}):(\d+):\1$/u,
      );
    },
  );

  it.each(services)(
    "gives %s files that exist, to read, and volumes that are declared",
    (_name, service) => {
      for (const volume of service.volumes) {
        const [source = "", , mode] = volume.split(":");
        if (source.startsWith(".")) {
          expect(existsSync(new URL(source, root)), source).toBe(true);
          expect(mode, volume).toBe("ro");
        } else {
          expect(Object.keys(compose.volumes)).toContain(source);
        }
      }
    },
  );
});

describe("compose.board.yaml", () => {
  it("adds to a service that compose.yaml has", () => {
    expect(Object.keys(board.services)).toEqual(["exporter"]);
  });

  it("gives the exporter the devices of the board and their groups, and no simulation", () => {
    const exporter = board.services["exporter"];
    expect(exporter?.devices).toEqual(["/dev/i2c-1:/dev/i2c-1", "/dev/gpiochip0:/dev/gpiochip0"]);
    expect(exporter?.group_add).toHaveLength(2);
    expect(exporter?.command).toEqual(["serve", "--config.file=/etc/sensor-exporter/config.yaml"]);
  });
});

describe.runIf(hasPeer(["promtool", "--version"], "prometheus"))("its Prometheus", () => {
  it("accepts its configuration, and finds the rules", () => {
    const checked = runPeer("promtool", ["check", "config", "config/prometheus/compose.yml"], "");
    expect(checked.status, checked.stdout + checked.stderr).toBe(0);
    expect(checked.stdout).toMatch(/rules? found/u);
  });
});

describe("the context of the image", () => {
  it("is the same for every builder", async () => {
    expect(await read(".dockerignore")).toBe(await read(".containerignore"));
  });

  it("has what the image copies", async () => {
    const containerfile = await read("Containerfile");
    const allowed = (await read(".containerignore"))
      .split("\n")
      .filter((line) => line.startsWith("!"))
      .map((line) => line.slice(1));
    const copied = [...containerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gmu)]
      .flatMap(([, sources = ""]) => sources.split(" "))
      .filter((source) => source !== ".");
    expect(copied).not.toEqual([]);
    for (const source of copied) {
      expect(
        allowed.some((path) => source === path || source.startsWith(`${path}/`)),
        source,
      ).toBe(true);
      expect(existsSync(new URL(source, root)), source).toBe(true);
    }
  });
});
