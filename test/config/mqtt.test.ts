import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { parsePath } from "../../src/bridge/rules/path.ts";
import { type LoadedConfig, loadConfig } from "../../src/config/load.ts";
import { testDrivers } from "./fixture-drivers.ts";
import { load, problemLines } from "./support.ts";

const files: Readonly<Record<string, string>> = {
  "/etc/exporter/password": "hunter2\n",
  "/etc/exporter/blank": "\n",
  "/etc/exporter/ca.pem": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
  "/etc/exporter/ca.der": "\u0000\u0001",
  "/run/large": "x".repeat(2 ** 20 + 1),
};

const failing: Readonly<Record<string, string>> = { "/run/secret": "EACCES" };

/** Loads a broker with these keys as /etc/exporter/config.yaml would have it. */
const loadBroker = async (keys: string): Promise<LoadedConfig> => {
  const text = `mqtt: [{ url: "mqtts://broker.lan", username: exporter, ${keys} }]\n`;
  return loadConfig({
    ...(await testDrivers()),
    file: "/etc/exporter/config.yaml",
    environment: { TOKEN: "hunter2" },
    readFile: async (path, maximumBytes) => {
      const content = path === "/etc/exporter/config.yaml" ? text : files[path];
      if (content !== undefined) return new TextEncoder().encode(content).subarray(0, maximumBytes);
      throw Object.assign(new Error("of the system"), { code: failing[path] ?? "ENOENT" });
    },
  });
};

const connectionWith = async (keys: string) => {
  const loaded = await loadBroker(keys);
  return "config" in loaded ? loaded.config.mqtt[0]?.connection : undefined;
};

const remedies = async (keys: string): Promise<readonly string[]> =>
  problemLines(await loadBroker(keys)).map((line) => line.replace(/^.*?mqtt\[0\]\./u, ""));

describe("the password of a broker", () => {
  it("is known to whoever connects, and shown to nobody", async () => {
    const connection = await connectionWith(`password: "\${TOKEN}"`);
    const { password } = connection ?? {};
    expect(password && "secret" in password && password.secret.reveal()).toBe("hunter2");
    for (const shown of [JSON.stringify(connection), inspect(connection, { depth: 9 })]) {
      expect(shown).toContain("[secret]");
      expect(shown).not.toContain("hunter2");
    }
  });

  it("stays in its file, which is found beside the configuration", async () => {
    expect(await connectionWith("password_file: password")).toMatchObject({
      password: { file: "/etc/exporter/password" },
    });
  });
});

describe("a file that a broker needs", () => {
  it("is named by its whole path", async () => {
    const keys = "ca_file: ca.pem, certificate_file: /etc/exporter/ca.pem, key_file: ./ca.pem";
    const path = "/etc/exporter/ca.pem";
    expect(await connectionWith(keys)).toMatchObject({
      tls: { caFile: path, certificateFile: path, keyFile: path, minimumVersion: "TLSv1.2" },
    });
  });

  it.each([
    ["password_file: gone", "there is no such file; check the path"],
    ["password_file: /run/secret", "permission denied; let the user of the service read it"],
  ])("must be readable when the configuration is loaded: %s", async (keys, words) => {
    expect(await remedies(keys)).toEqual([`password_file: the file cannot be read: ${words}`]);
  });

  it.each([
    ["password_file: blank", "password_file: the file is empty; write the secret into it"],
    ["password_file: /run/large", "password_file: the file is larger than 1 MiB; check the path"],
    ["ca_file: ca.der", "ca_file: the file holds nothing in PEM form; check the path"],
    ["ca_file: /run/large", "ca_file: the file is larger than 1 MiB; check the path"],
    ["ca_file: 5", "ca_file: must be text; is 5; put it in quotes"],
  ])("must hold what it is for: %s", async (keys, problem) => {
    expect(await remedies(keys)).toEqual([problem]);
  });
});

describe("what came from the environment", () => {
  it.each([
    `name: "\${TOKEN}", discover: ["\${TOKEN}"]`,
    `discover: [{ dialect: shelly, prefix: "\${TOKEN}/#" }]`,
    `status_topic: "\${TOKEN}/+"`,
    `subscriptions: [{ topic: "\${TOKEN}/{a" }]`,
    `subscriptions: [{ topic: "{a}/\${TOKEN}" }, { topic: "{a}/\${TOKEN}" }]`,
    `subscriptions: [{ topic: "{a}", sensor: "{\${TOKEN}}" }]`,
    `subscriptions: [{ topic: "{a}", values: { power: { path: "a..\${TOKEN}" } } }]`,
    `subscriptions: [{ topic: "{a}", values: { power: { expression: "\${TOKEN}()" } } }]`,
    `subscriptions: [{ topic: "{a}", values: { power: { expression: "1 + \${TOKEN}()" } } }]`,
    `subscriptions: [{ topic: "{a}", sensor: "x {\${TOKEN}}" }]`,
    `subscriptions: [{ topic: "x/{a\${TOKEN}/b" }]`,
    `subscriptions: [{ topic: "{a}", availability: { online: ["\${TOKEN}"], offline: ["\${TOKEN}"] } }]`,
    `subscriptions: [{ topic: "{a}", metrics: { sensor_a: { help: "A.", unit: "\${TOKEN}" } } }]`,
  ])("is not shown in a problem: %s", async (keys) => {
    const problems = await remedies(keys);
    expect(problems).not.toEqual([]);
    expect(problems.join("\n")).not.toContain("hunter2");
  });
});

describe("the embedded broker", () => {
  const loadEmbedded = (keys: string) => load(`broker: ${keys}\n`);

  it.each(["{}", "{ listen: localhost:1883 }", '{ listen: ["127.0.0.2:1883", "[::1]:1883"] }'])(
    "takes anonymous clients of its own machine: %s",
    async (keys) => {
      expect(await loadEmbedded(keys)).toMatchObject({
        config: { broker: { allowAnonymous: true, users: [] } },
      });
    },
  );

  it.each([
    "{ listen: 1883 }",
    '{ listen: ":1883" }',
    "{ listen: 0.0.0.0:1883 }",
    '{ listen: "[::]:1883" }',
    "{ listen: board.lan:1883 }",
    '{ listen: ["127.0.0.1:1883", "192.168.1.2:1883"] }',
  ])("takes none from elsewhere: %s", async (keys) => {
    expect(problemLines(await loadEmbedded(keys)).join()).toContain(
      "anonymous clients are refused",
    );
  });

  it("must be a mapping", async () => {
    expect(problemLines(await load("broker:\n"))).toEqual([
      "config.yaml:1:1: broker: must be a mapping; is empty",
    ]);
  });
});

describe("a path into a payload", () => {
  it.each([
    ["env.t", ["env", "t"]],
    ["bat[0].level", ["bat", "0", "level"]],
    ['["heat.index"]', ["heat.index"]],
    ["'a b'.c", ["a b", "c"]],
    ['"say \\"hi\\""', ['say "hi"']],
    ["probes.*.t", ["probes", "*", "t"]],
    ["probes[*].t", ["probes", "*", "t"]],
    ["0", ["0"]],
    ["__proto__.constructor", ["__proto__", "constructor"]],
    ["a.b c.d", ["a", "b c", "d"]],
  ])("is keys and indices: %s", (text, path) => {
    expect(parsePath(text)).toEqual({ path });
  });

  it.each([
    ["", "is empty"],
    ["a..b", 'is not a path from "..b" on'],
    [".a", undefined],
    ["a.", 'is not a path from "." on'],
    ["a[", 'is not a path from "[" on'],
    ["a[b]", 'is not a path from "[b]" on'],
    ["a['b", 'is not a path from "[\'b" on'],
    [Array.from({ length: 17 }, () => "a").join("."), "has more than 16 levels"],
  ])("is refused with where it goes wrong: %s", (text, problem) => {
    expect(parsePath(text)).toEqual(problem === undefined ? { path: ["a"] } : { problem });
  });
});
