import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hasOpenSsl, makeCertificate } from "../http/certificates.ts";
import { runPeer } from "../peers.ts";
import { runProgram, startProgram, stopPrograms } from "./program.ts";
import { activateBySocket, hasSystemd, listenForNotifications, stopSystemd } from "./systemd.ts";

let directory = "";
let config = "";
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "systemd-"));
  const file = join(directory, "config.yaml");
  await writeFile(file, "sensors: { attic: { driver: sht4x, interval: 1s } }\n");
  config = `--config.file=${file}`;
});
afterEach(async () => {
  await stopPrograms();
  await stopSystemd();
  await rm(directory, { recursive: true, force: true });
});

const patience = { timeout: 15_000 };

describe.runIf(hasSystemd)("a program that systemd-notify speaks for", () => {
  it("says that it is ready, feeds the watchdog, and says when it reloads and stops", async () => {
    const { socket, heard } = await listenForNotifications(directory);
    const program = await startProgram(["--simulate", config], {
      NOTIFY_SOCKET: socket,
      WATCHDOG_USEC: "900000",
    });
    const count = (pattern: RegExp) => heard().filter((line) => pattern.test(line)).length;
    await expect.poll(() => count(/^WATCHDOG=1\|STATUS=1 sensor$/u), patience).toBeGreaterThan(2);
    expect(heard()[0]).toBe("READY=1|STATUS=1 sensor");
    program.signal("SIGHUP");
    await expect.poll(() => count(/^READY=1/u), patience).toBe(2);
    // sd_notify(3): microseconds of CLOCK_MONOTONIC, which /proc/uptime shows in seconds.
    const [, reloadedMicroseconds] =
      heard()
        .map((line) => /^RELOADING=1\|MONOTONIC_USEC=(\d+)\|/u.exec(line))
        .find((found) => found !== null) ?? [];
    const uptimeSeconds = Number(runPeer("cat", ["/proc/uptime"], "").stdout.split(" ")[0]);
    expect(Math.abs(Number(reloadedMicroseconds) / 1e6 - uptimeSeconds)).toBeLessThan(60);
    program.signal("SIGTERM");
    expect(await program.ended).toBe(0);
    await expect.poll(() => heard().at(-1), patience).toBe("STOPPING=1|STATUS=stopping");
  });

  it("is not held up where nobody listens, and says so", async () => {
    const program = await startProgram(["--simulate", config], {
      NOTIFY_SOCKET: join(directory, "nobody"),
    });
    await expect.poll(program.output, patience).toMatch(/event=notify_failed .*No such file/u);
    expect((await fetch(`${program.url}/-/ready`)).status).toBe(200);
  });

  it("goes on without systemd-notify, and says what is missing", async () => {
    const program = await startProgram(["--simulate", config], {
      NOTIFY_SOCKET: join(directory, "nobody"),
      PATH: directory,
    });
    await expect.poll(program.output, patience).toMatch(/event=notify_failed .*ENOENT/u);
    expect((await fetch(`${program.url}/-/ready`)).status).toBe(200);
  });
});

describe.runIf(hasSystemd)("sockets of systemd", () => {
  it("are served, each of them, from the connection on that started the program", async () => {
    const { ports } = await activateBySocket(2, "--simulate", config, "--web.systemd-socket");
    for (const port of ports) {
      const answer = await fetch(`http://127.0.0.1:${port}/-/healthy`);
      expect(answer.status).toBe(200);
    }
  });

  it.runIf(hasOpenSsl)("are served by TLS where that is asked for", async () => {
    makeCertificate(directory, "server");
    const web = join(directory, "web.yaml");
    await writeFile(web, "tls_server_config: { cert_file: server.pem, key_file: server.key }\n");
    const { ports, output } = await activateBySocket(
      1,
      "--simulate",
      config,
      "--web.systemd-socket",
      `--web.config.file=${web}`,
    );
    const authority = join(directory, "server.pem");
    const url = `https://localhost:${ports[0]}/-/healthy`;
    const { stdout } = runPeer("curl", ["--silent", "--cacert", authority, url], "");
    expect(stdout).toBe("Healthy.\n");
    await expect.poll(output, patience).toContain("event=serving url=https://");
  });

  it.each([
    ["there are none", {}, /no socket; enable/u],
    ["they are for another process", { LISTEN_PID: "1", LISTEN_FDS: "1" }, /process 1, and/u],
  ])("are missed with a word of what to do when %s", async (_case, environment, message) => {
    const parameters = ["--simulate", config, "--web.systemd-socket"];
    const { exit, output } = await runProgram(parameters, environment);
    expect(exit).toBe(1);
    expect(output).toMatch(message);
  });

  it("that the program was not told to take are named in the log", async () => {
    const program = await startProgram(["--simulate", config], {
      LISTEN_PID: "1",
      LISTEN_FDS: "1",
    });
    expect(program.output()).toMatch(/event=sockets_unused remedy="Add --web\.systemd-socket/u);
  });

  it("are not mixed with addresses", async () => {
    const parameters = ["--simulate", config, "--web.systemd-socket"];
    const { exit, output } = await runProgram([...parameters, "--web.listen-address=:0"]);
    expect(exit).toBe(1);
    expect(output).toContain("leave one of them out");
  });
});
