import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileTemplate, type Rendered } from "../../src/bridge/template.ts";

const longestMilliseconds = 400;

const names = ["value", "value_json", "a", "b", "__proto__", "constructor", "x", "true", "none"];
const words = ["if", "else", "elif", "endif", "set", "for", "is", "not", "in", "and", "or"];
const calls = ["float", "int", "round", "default", "replace", "split", "get", "join", "format"];
const filters = ["is_defined", "multiply", "regex_replace", "truncate", "to_json", "iif", "max"];
const signs = [..."+-*/%~<>()[]{}.,:|=", "**", "//", "==", "!=", "<=", ">="];
const braces = ["{{", "}}", "{%", "%}", "{#", "#}", "{{-", "-%}"];
const literals = ["0", "1", "-1", "2.5", "1e308", "0x1f", "'a'", "'%s'", '","', "'(a+)+$'", "''"];
const pieces = [...names, ...words, ...calls, ...filters, ...signs, ...braces, ...literals];

const anything = fc
  .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 3 })), { maxLength: 60 })
  .map((parts) => parts.join(" "));

// Expressions which parse for the most part, so that the evaluation is reached.
const { expression } = fc.letrec<{ expression: string; leaf: string }>((tie) => ({
  leaf: fc.constantFrom("value", "value_json", "value_json.a", "value_json['b'][0]", ...literals),
  expression: fc.oneof(
    { depthSize: "medium", withCrossShrink: true },
    tie("leaf"),
    fc
      .tuple(
        tie("expression"),
        fc.constantFrom(...signs.slice(0, 6), "**", "//", "<", "=="),
        tie("expression"),
      )
      .map(([left, sign, right]) => `(${left} ${sign} ${right})`),
    fc
      .tuple(tie("expression"), fc.constantFrom(...calls.slice(0, 4), ...filters, "join", "count"))
      .map(([operand, filter]) => `${operand} | ${filter}`),
    fc
      .tuple(tie("expression"), tie("expression"), tie("expression"))
      .map(([value, start, end]) => `(${value})[${start}:${end}]`),
    fc
      .tuple(tie("expression"), tie("expression"), tie("expression"))
      .map(([text, old, fresh]) => `(${text}) | replace(${old}, ${fresh})`),
    fc
      .tuple(tie("expression"), tie("expression"))
      .map(([text, pattern]) => `(${text}) | regex_replace(${pattern}, 'x')`),
    fc
      .tuple(tie("expression"), tie("expression"))
      .map(([left, right]) => `{'a': [${left}], 'b': ${right}}`),
    fc
      .tuple(tie("expression"), tie("expression"), tie("expression"))
      .map(([left, test, right]) => `(${left} if ${test} else ${right})`),
  ),
}));

const payload = fc.oneof(
  fc.string(),
  fc.json(),
  fc.json().map((json) => `{"a":${json},"b":[${json}]}`),
);

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const outcome = (source: string, text: string): Rendered | { readonly unsupported: string } => {
  const template = compileTemplate(source);
  if ("unsupported" in template) return template;
  return template.render({ value: text, valueJson: () => parsed(text) });
};

const expectBounded = (source: string, text: string): void => {
  const before = performance.now();
  const result = outcome(source, text);
  expect(performance.now() - before).toBeLessThan(longestMilliseconds);
  expect(result).not.toEqual({ kind: "failed", reason: "internal" });
  expect(result).not.toEqual({ unsupported: "internal" });
};

const manyKeys = JSON.stringify(
  Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`key${index}`, index])),
);

describe("a value template from anybody", () => {
  it("never throws and ends soon, whatever its tokens and the payload are", () => {
    fc.assert(fc.property(anything, payload, expectBounded), { numRuns: 1500 });
  });

  it("never throws and ends soon, whatever its expression computes", () => {
    const source = expression.map((each) => `{{ ${each} }}`);
    fc.assert(fc.property(source, payload, expectBounded), { numRuns: 1500 });
  });

  it.each([
    ["doubling", `{% set x = value %}${"{% set x = x ~ x %}".repeat(200)}{{ x }}`],
    ["doubling a list", `{% set x = [value] %}${"{% set x = x + x %}".repeat(200)}{{ x }}`],
    ["nesting a list", `{% set x = [1] %}${"{% set x = [x, x] %}".repeat(150)}{{ x }}`],
    [
      "comparing nests",
      `{% set x = [1] %}${"{% set x = [x, x] %}".repeat(40)}{{ x == [x] or x == x }}`,
    ],
    ["a power", "{{ 2 ** 1000 ** 1000 }}"],
    ["products", `{% set x = 10 ** 300 %}{{ x${" * x".repeat(500)} }}`],
    ["a replacement that grows", `{{ value${" | replace('a', 'aaaaaaaaaa')".repeat(100)} }}`],
    ["a replacement of nothing", "{{ value | replace('', 'x') }}"],
    ["a square expression", "{{ value | regex_replace('a*b', '') }}"],
    ["a cubic expression", "{{ value | regex_replace('^|a*a*b', '') }}"],
    ["a class that is none in JavaScript", "{{ value | regex_replace('[^]a*a*a*a*a*x]', '') }}"],
    ["many square expressions", `{{ ${"value | regex_replace('a?a?a*b', '') ~ ".repeat(90)}1 }}`],
    ["many strippings", `{{ ${"value.strip(value_json.b) ~ ".repeat(120)}1 }}`],
    ["many truths", `{{ ${"value|bool(1) and ".repeat(180)}1 }}`],
    ["many searches", `{{ ${"value_json.b in value_json.a ~ ".repeat(120)}1 }}`],
    ["a wide format", "{{ '%99999999d' | format(1) }}"],
    ["a precise format", "{{ '%.99999999f' | format(1) }}"],
    ["many brackets", `{{ ${"[".repeat(2000)}`],
    ["many signs", `{{ ${"- ".repeat(2000)}1 }}`],
    ["many negations", `{{ ${"not ".repeat(1000)}1 }}`],
    ["many blocks", "{% if 1 %}".repeat(400)],
    ["many subscripts", `{{ value_json${".a".repeat(2000)} }}`],
    ["many digits", `{{ ${"9".repeat(4000)} * ${"9".repeat(50)} }}`],
    ["a long quotation", `{{ '${"\\".repeat(4000)}`],
    ["many counts of keys", `{{ ${"value_json|count ~ ".repeat(180)}1 }}`],
    ["many comparisons of keys", `{{ ${"(value_json == value) ~ ".repeat(150)}1 }}`],
  ])("bounds what is made to grow: %s", (_, source) => {
    expectBounded(source, "a".repeat(1000));
    expectBounded(source, `{"a":"${"a".repeat(60_000)}","b":"b${"a".repeat(30_000)}"}`);
    expectBounded(source, manyKeys);
  });
});
