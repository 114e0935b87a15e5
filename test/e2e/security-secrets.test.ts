import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { connectAsync } from "mqtt";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { check } from "../../src/commands/check.ts";
import { createFakeSystem, createScratch } from "../commands/system.ts";
import { freePort } from "../free-port.ts";
import { hasOpenSsl, makeCertificate } from "../http/certificates.ts";
import { hasPeer } from "../peers.ts";
import { replaceFile } from "../replace-file.ts";
import { type Program, runProgram, startProgram, stopPrograms } from "./program.ts";

const scratch = createScratch();
const hasPeers = hasOpenSsl && hasPeer(["curl", "--version"], "curl");

// Test vectors of crypt_blowfish, https://www.openwall.com/crypt/: the passwords are U*U and U*U*U.
const webHash = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
const brokerHash = "$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a";

const planted = (where: string): string => `planted-${where}-Zq7`;
const environment = {
  FARM_PASSWORD: planted("variable"),
  UNUSED_TOKEN: planted("unused-variable"),
  HOST_OF_URL: `user:${planted("variable-in-url")}@broker.lan`,
};

/** What must never be seen: all that is planted, and what is a secret by itself. */
const secretsIn = (text: string): readonly string[] => {
  const key = readFileSync(scratch.path("web.key"), "utf8").split("\n");
  const secrets = ["-Zq7", "U*U", "E5YPO9kmy", "OAcXxm9kj", "PRIVATE KEY", key[1] ?? "PRIVATE"];
  const digests = ["U*U", "U*U*U"].map((word) => Buffer.from(`attic:${word}`).toString("base64"));
  return [...secrets, ...digests].filter((secret) => text.includes(secret));
};

const goodConfig = (
  port: number,
) => `sensors: { attic: { driver: sht4x }, rain: { driver: pulse-counter, line: 17 } }
broker:
  listen: [127.0.0.1:${port}]
  users: [{ name: attic, password_hash: "${brokerHash}" }]
mqtt:
  - name: farm
    url: mqtt://127.0.0.1:${port}
    username: attic
    password: \${FARM_PASSWORD}
  - name: barn
    url: mqtt://127.0.0.1:${port}
    username: attic
    password_file: ${scratch.path("barn-password")}
    subscriptions: [{ topic: "attic/{sensor}", values: { temperature: { unit: °C } } }]
`;

const indented = (text: string): string => text.trimEnd().replaceAll(/^/gmu, "    ");

const goodWeb = () => `tls_server_config:
  cert_file: web.pem
  key: |
${indented(readFileSync(scratch.path("web.key"), "utf8"))}
basic_auth_users: { alice: "${webHash}" }
`;

beforeAll(() => {
  if (!hasPeers) return;
  mkdirSync(scratch.path("state"));
  makeCertificate(scratch.path("."), "web");
  scratch.write("barn-password", "U*U*U\n");
  scratch.write("wrong-password", `${planted("file")}\n`);
});
afterEach(stopPrograms);
afterAll(() => scratch.remove());

// Each has a secret where people put it by mistake, and something wrong that has to be said.
const badConfigs: Readonly<Record<string, string>> = {
  "a password in a URL": `mqtt: [{ url: "mqtt://user:${planted("url")}@broker.lan" }]`,
  "a URL in place of the list": `mqtt: "mqtt://user:${planted("scalar")}@broker.lan"`,
  "a variable in a URL": `mqtt: [{ url: "mqtt://\${HOST_OF_URL}" }]`,
  "a URL of another scheme": `mqtt: [{ url: "https://user:${planted("scheme")}@broker.lan" }]`,
  "a password and a file": `mqtt: [{ url: mqtt://a, password: ${planted("twice")}, password_file: x }]`,
  "a mistyped key": `mqtt: [{ url: mqtt://a, pasword: ${planted("key")} }]`,
  "a list of passwords": `mqtt: [{ url: mqtt://a, password: [${planted("list")}] }]`,
  "a mapping for a password": `mqtt: [{ url: mqtt://a, password: { is: ${planted("mapping")} } }]`,
  "a file that is no file": `mqtt: [{ url: mqtt://a, username: a, password_file: { x: ${planted("no-file")} } }]`,
  "a password for a hash": `broker: { users: [{ name: a, password_hash: ${planted("hash")} }] }`,
  "users as a mapping": `broker: { users: { a: ${planted("user")} } }`,
  "a password beside a hash": `broker: { users: [{ name: a, password: ${planted("beside")} }] }`,
  "a variable for a number": `mqtt: [{ url: mqtt://a, keep_alive: "\${FARM_PASSWORD}" }]`,
  "a line cut short": `mqtt: [{ url: mqtt://a, password: "${planted("syntax")}`,
  "a second password": `mqtt:\n  - url: mqtt://a\n    password: ${planted("first")}\n    password: ${planted("second")}`,
};

const badWebs: Readonly<Record<string, string>> = {
  "a password for a hash": `basic_auth_users: { alice: ${planted("web-user")} }`,
  "a list of users": `basic_auth_users: [{ alice: ${planted("web-list")} }]`,
  "a text of users": `basic_auth_users: "alice:${planted("web-text")}"`,
  "users swapped with their hashes": `basic_auth_users: { "${webHash}": alice }`,
  "a mistyped key": `basic_auth_user: { alice: ${planted("web-key")} }`,
  "a key that is none": `tls_server_config: { cert_file: web.pem, key: ${planted("web-pem")} }`,
  "a key for a certificate": `tls_server_config:\n  key_file: web.key\n  cert: |\n    -----BEGIN PRIVATE KEY-----\n    ${planted("web-cert")}\n    -----END PRIVATE KEY-----`,
  "a line cut short": `basic_auth_users: { alice: "${planted("web-syntax")}`,
};

describe.skipIf(!hasPeers)("a configuration with a secret in the wrong place", () => {
  const checked = async (config: string, web: string) => {
    const fake = createFakeSystem();
    const system = { ...fake, environment };
    const exit = await check(system, {
      "config.file": scratch.write("bad.yaml", config),
      "web.config.file": scratch.write("bad-web.yaml", web),
    });
    return { exit, output: fake.stdout() + fake.stderr() };
  };

  it.each(Object.keys(badConfigs))("is refused without repeating it: %s", async (what) => {
    const { exit, output } = await checked(badConfigs[what] ?? "", "");
    expect(exit).toBe(78);
    expect(output).toContain("bad.yaml");
    expect(secretsIn(output)).toEqual([]);
  });

  it.each(Object.keys(badWebs))("for the web is refused without repeating it: %s", async (what) => {
    const { exit, output } = await checked(
      "sensors: { attic: { driver: sht4x } }",
      badWebs[what] ?? "",
    );
    expect(exit).toBe(78);
    expect(output).toContain("bad-web.yaml");
    expect(secretsIn(output)).toEqual([]);
  });
});

describe.skipIf(!hasPeers)("the program", () => {
  const paths = ["/", "/metrics", "/-/healthy", "/-/ready", "/-/reload", "/nowhere"];

  /** Status, headers and body of an answer. */
  const ask = (program: Program, path: string, ...args: readonly string[]): string =>
    spawnSync("curl", ["-s", "-k", "-i", ...args, `${program.url}${path}`], { encoding: "utf8" })
      .stdout;

  /** Asks with secrets in every place of a request; resolves with all that was answered. */
  const askAround = (program: Program): string => {
    const answers: string[] = [];
    for (const path of paths) {
      const query = `${path}?token=${planted("query")}`;
      answers.push(
        ask(program, query, "--user", "alice:U*U", "--cookie", `session=${planted("cookie")}`),
        ask(program, query, "--user", `alice:${planted("wrong-password")}`),
        ask(program, query, "--user", `${planted("user-name")}:x`),
        ask(program, query, "--header", `Authorization: Bearer ${planted("bearer")}`),
        ask(program, query, "--user", "alice:U*U", "--data", `password=${planted("body")}`),
      );
    }
    return answers.join("\n");
  };

  /** Devices that log in to the embedded broker, rightly and wrongly, with secrets in their messages. */
  const connectDevices = async (program: Program, port: number): Promise<void> => {
    const url = `mqtt://127.0.0.1:${port}`;
    const will = { topic: "attic/will", payload: planted("will"), retain: true, qos: 0 } as const;
    const login = (username: string, password: string) =>
      connectAsync(url, { username, password, will, reconnectPeriod: 0 });
    await expect(login("attic", planted("device-password"))).rejects.toThrow();
    await expect(login(planted("device-name"), "U*U*U")).rejects.toThrow();
    const client = await login("attic", "U*U*U");
    await client.publishAsync("attic/shed", planted("payload"));
    // The bridge may not have subscribed yet.
    await expect
      .poll(
        async () => {
          await client.publishAsync("attic/hut", "21.5");
          return ask(program, "/metrics", "--user", "alice:U*U");
        },
        { timeout: 20_000, interval: 200 },
      )
      .toContain('sensor="hut"');
    // Gone without DISCONNECT, so that its will is published.
    client.stream.destroy();
  };

  it("shows no secret while it serves, whatever it is asked and whoever fails to log in", async () => {
    const port = await freePort();
    const config = scratch.write("config.yaml", goodConfig(port));
    const web = scratch.write("web.yaml", goodWeb());
    const program = await startProgram(
      [
        "--simulate",
        "--log.level=debug",
        "--web.enable-lifecycle",
        `--config.file=${config}`,
        `--web.config.file=${web}`,
        `--state.directory=${scratch.path("state")}`,
      ],
      environment,
    );
    await connectDevices(program, port);
    // The bridge was let in as barn and refused as farm.
    await expect.poll(program.output, { timeout: 20_000 }).toMatch(/broker=farm code=/u);
    let shown = askAround(program);
    await replaceFile(
      config,
      goodConfig(port).replace("username: attic", `pasword: ${planted("reload")}`),
    );
    program.signal("SIGHUP");
    await expect.poll(program.output, { timeout: 20_000 }).toContain("config_refused");
    await replaceFile(web, `basic_auth_users: { alice: ${planted("web-reload")} }\n`);
    await expect
      .poll(
        () => {
          shown += askAround(program);
          return program.output();
        },
        { timeout: 40_000, interval: 500 },
      )
      .toContain("web_config_refused");
    program.signal("SIGTERM");
    expect(await program.ended).toBe(0);
    shown += program.output();
    for (const sign of ["sensor_exporter_build_info", "pasword: is unknown", 'sensor="hut"']) {
      expect(shown).toContain(sign);
    }
    expect(secretsIn(shown)).toEqual([]);
    const saved = readdirSync(scratch.path("state"));
    expect(saved).not.toEqual([]);
    for (const name of saved) {
      expect(secretsIn(readFileSync(scratch.path(`state/${name}`), "utf8"))).toEqual([]);
    }
  }, 120_000);

  it("shows no secret in any command, right or wrong", async () => {
    const port = await freePort();
    const config = `--config.file=${scratch.write("config.yaml", goodConfig(port))}`;
    const web = `--web.config.file=${scratch.write("web.yaml", goodWeb())}`;
    const recording = scratch.write("none.ndjson", "");
    const serving = await startProgram(["--simulate", config], environment);
    const guest = ["--broker", "barn", config];
    const wrong = ["--password.file", scratch.path("wrong-password")];
    const commands = [
      ["check", config, web],
      ["check", "--json", config, web],
      ["read", "--simulate", config],
      ["read", "--simulate", "--json", config],
      ["rules", config],
      ["doctor", "--simulate", config],
      ["doctor", "--simulate", "--json", config],
      ["targets", "--once", "--mqtt", config],
      ["targets", "--once", "--url", `mqtt://u:${planted("argument")}@127.0.0.1:1`, config],
      ["explain", "--topic", "attic/shed", "--payload", "21.5", ...guest],
      ["explain", "--listen", "1s", ...guest],
      ["explain", "--unmatched", "--listen", "1s", ...guest],
      ["record", "--for", "1s", ...guest],
      ["record", "--for", "1s", ...guest, ...wrong],
      ["record", "--for", "1s", "--broker", "farm", config],
      ["replay", recording, ...guest, ...wrong],
      ["replay", recording, "--url", `mqtt://u:${planted("argument")}@127.0.0.1:1`, config],
      ["serve", "--simulate", config, web.replace("web.yaml", "gone.yaml")],
    ];
    const shown = await Promise.all(
      commands.map(async (words) => {
        const { output } = await runProgram(words, environment);
        return [words.slice(0, 2).join(" "), output, secretsIn(output)] as const;
      }),
    );
    expect(shown.filter(([, , secrets]) => secrets.length > 0)).toEqual([]);
    expect(shown.filter(([, output]) => output === "").map(([words]) => words)).toEqual([]);
    expect(secretsIn(serving.output())).toEqual([]);
  }, 120_000);
});
