import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { locateIssues } from "../../src/config/issues.ts";
import { formatProblem } from "../../src/config/problems.ts";
import { readTree } from "../../src/config/read-tree.ts";
import { keysAt } from "../../src/config/schema-walk.ts";
import {
  createSecret,
  readSecretsBeside,
  secret,
  secretFile,
  secretGivenOnce,
} from "../../src/config/secrets.ts";
import { plainValue } from "../../src/config/tree.ts";

const files: Readonly<Record<string, string>> = {
  "/etc/exporter/password": "hunter2\r\n",
  "/run/empty": "\n",
  "/run/large": "x".repeat(70_000),
};

const readSecret = readSecretsBeside("/etc/exporter/config.yaml", async (path, maximumBytes) => {
  const content = files[path];
  if (content !== undefined) return new TextEncoder().encode(content).subarray(0, maximumBytes);
  throw Object.assign(new Error("of the system"), {
    code: path === "/root/x" ? "EACCES" : "ENOENT",
  });
});

/** As the schema of a broker will be: a secret, its file, and something else that can be wrong. */
const schema = z
  .strictObject({
    url: z.string(),
    password: secret().optional(),
    password_file: secretFile(readSecret).optional(),
  })
  .check(secretGivenOnce("password"));

const check = async (text: string, environment = {}) => {
  const { root, faults } = readTree(text, environment);
  if (root === undefined) throw new Error("the test's YAML is wrong");
  const parsed = await schema.safeParseAsync(plainValue(root));
  const allowedAt = () => keysAt(schema, []);
  const located = parsed.success
    ? []
    : locateIssues(parsed.error.issues, { root, path: [], allowedAt });
  return {
    value: parsed.data,
    problems: [...faults, ...located].map(({ statement, position, path }) =>
      formatProblem({ ...statement, file: "f", position, path }),
    ),
  };
};

describe("a secret", () => {
  it("is revealed only when asked for", () => {
    const value = createSecret("hunter2");
    expect(value.reveal()).toBe("hunter2");
    for (const shown of [
      String(value),
      `${value}`,
      JSON.stringify({ value }),
      inspect({ value }, { depth: 9, showHidden: true }),
      String(new Error(`refused ${value}`)),
    ]) {
      expect(shown).toContain("[secret]");
      expect(shown).not.toContain("hunter2");
    }
  });

  it("can be written into the file", async () => {
    const { value } = await check("{ url: x, password: hunter2 }");
    expect(value?.password?.reveal()).toBe("hunter2");
  });

  it("can come from the environment", async () => {
    const { value } = await check(`{ url: x, password: "\${PW}" }`, { PW: "00123" });
    expect(value?.password?.reveal()).toBe("00123");
  });

  it("can come from a file beside the configuration, without the line end", async () => {
    const { value } = await check("{ url: x, password_file: password }");
    expect(value?.password_file?.reveal()).toBe("hunter2");
  });

  it.each([
    [
      "{ url: x, password: 12345678 }",
      "f:1:21: password: must be text, not empty; put it in quotes",
    ],
    ['{ url: x, password: "" }', "f:1:21: password: must be text, not empty; put it in quotes"],
    [
      "{ url: x, password: [hunter2] }",
      "f:1:21: password: must be text, not empty; put it in quotes",
    ],
    [
      "{ url: x, password_file: gone }",
      "f:1:26: password_file: the file cannot be read: there is no such file; check the path",
    ],
    [
      "{ url: x, password_file: /root/x }",
      "f:1:26: password_file: the file cannot be read: permission denied; let the user of the service read it",
    ],
    [
      "{ url: x, password_file: /run/empty }",
      "f:1:26: password_file: the file is empty; write the secret into it",
    ],
    [
      "{ url: x, password_file: /run/large }",
      "f:1:26: password_file: the file is larger than 64 KiB; check the path",
    ],
    [
      "{ url: x, password: hunter2, password_file: password }",
      "f:1:45: password_file: is given beside password; keep one of the two",
    ],
  ])("is refused without being shown: %s", async (text, problem) => {
    expect((await check(text)).problems).toEqual([problem]);
  });

  it("is checked for being given twice even where something else is wrong", async () => {
    const { problems } = await check("{ password: hunter2, password_file: password }");
    expect(problems).toEqual([
      "f:1:1: url: is missing; it must be text",
      "f:1:37: password_file: is given beside password; keep one of the two",
    ]);
  });
});
