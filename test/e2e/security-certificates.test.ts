import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { hasOpenSsl, makeCertificate } from "../http/certificates.ts";
import { askSecurely } from "../http/web-server.ts";
import { startProgram, stopPrograms } from "./program.ts";

let directory = "";
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "certificates-"));
});
afterEach(stopPrograms);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** When a certificate ends, as OpenSSL says: seconds since 1970. */
const endOf = (name: string): number => {
  const said = execFileSync(
    "openssl",
    ["x509", "-in", `${name}.pem`, "-noout", "-enddate", "-dateopt", "iso_8601"],
    { cwd: directory, encoding: "utf8" },
  );
  return Date.parse(said.trim().replace("notAfter=", "").replace(" ", "T")) / 1000;
};

const family = "sensor_exporter_certificate_expiry_timestamp_seconds";

const endShown = (metrics: string, certificate: string): number | undefined => {
  const [, value] =
    new RegExp(`^${family}\\{certificate="${certificate}"\\} (.+)$`, "mu").exec(metrics) ?? [];
  return value === undefined ? undefined : Number(value);
};

const write = (name: string, text: string): string => {
  const file = join(directory, name);
  writeFileSync(file, text);
  return file;
};

describe.skipIf(!hasOpenSsl)("the end of a certificate", () => {
  it("is that of the certificate of the web, and of the next one when that is renewed", async () => {
    makeCertificate(directory, "web", { days: 20 });
    const web = write("web.yaml", "tls_server_config: { cert_file: web.pem, key_file: web.key }\n");
    const config = write("web-only.yaml", "sensors: { attic: { driver: sht4x } }\n");
    const { url } = await startProgram([
      "--simulate",
      `--config.file=${config}`,
      `--web.config.file=${web}`,
    ]);
    const shown = async () => endShown((await askSecurely(Number(new URL(url).port))).body, "web");
    expect(await shown()).toBe(endOf("web"));
    makeCertificate(directory, "web", { days: 40 });
    await expect.poll(shown, { timeout: 10_000, interval: 200 }).toBe(endOf("web"));
  });

  it("is shown of the embedded broker and of what is shown to other brokers", async () => {
    makeCertificate(directory, "broker", { days: 20 });
    makeCertificate(directory, "client", { days: 40, usage: "clientAuth" });
    const config = write(
      "brokers.yaml",
      `broker:
  listen: [127.0.0.1:0]
  tls: { certificate_file: ${directory}/broker.pem, key_file: ${directory}/broker.key }
mqtt:
  # Nobody listens there; the files are read before that is known.
  - name: farm
    url: mqtts://127.0.0.1:1
    certificate_file: ${directory}/client.pem
    key_file: ${directory}/client.key
  - { name: open, url: "mqtt://127.0.0.1:1" }
`,
    );
    const { url } = await startProgram([`--config.file=${config}`]);
    const metrics = async () => await (await fetch(`${url}/metrics`)).text();
    await expect.poll(async () => endShown(await metrics(), "mqtt farm")).toBe(endOf("client"));
    const shown = await metrics();
    expect(endShown(shown, "broker")).toBe(endOf("broker"));
    expect(shown.match(new RegExp(`^${family}\\{`, "gmu"))).toHaveLength(2);
  });
});
