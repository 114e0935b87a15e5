import type { z } from "zod";
import type { EmbeddedBrokerConfig, MqttBrokerConfig } from "../bridge-config.ts";
import { locateIssues } from "../issues.ts";
import { say } from "../messages.ts";
import type { Located, Path } from "../problems.ts";
import { keysAt } from "../schema-walk.ts";
import type { Part } from "../sensor-entry.ts";
import { findNode, type TreeNode } from "../tree.ts";
import { brokerConfig } from "./broker-schema.ts";
import { checkBroker, checkConnection, checkDiscover } from "./connection-checks.ts";
import { connectionConfig, usualName } from "./connection-schema.ts";
import { discoverConfig } from "./discover-schema.ts";
import type { Beside } from "./files.ts";
import { at, type Finding, itemsIn, locateFindings, textAt } from "./finding.ts";
import { limitsConfig } from "./limits-schema.ts";
import { createMetricComparison } from "./metric-checks.ts";
import { plainEntry } from "./plain.ts";
import { checkRule, checkRuleNames } from "./rule-checks.ts";
import { ruleConfig } from "./rule-config.ts";
import { embeddedSchema, mqttSchema } from "./schemas.ts";

/** What the configuration says of brokers. */
export interface BridgePart {
  readonly mqtt: readonly MqttBrokerConfig[];
  readonly broker: EmbeddedBrokerConfig | undefined;
  readonly problems: readonly Located[];
}

/** Where dialects and files come from. */
export interface BridgeSources extends Beside {
  readonly dialectNames: readonly string[];
}

interface Reading {
  readonly root: TreeNode;
  readonly dialectNames: readonly string[];
  /** Called for every rule of the file, since metrics are those of all brokers. */
  readonly compareMetrics: (rule: unknown) => readonly Finding[];
  /** Names of brokers so far. */
  readonly names: Set<string>;
}

const below = (path: Path, findings: readonly Finding[]): readonly Finding[] =>
  findings.map((finding) => ({ ...finding, path: [...path, ...finding.path] }));

const checkEntry = (
  given: unknown,
  { dialectNames, compareMetrics }: Reading,
): readonly Finding[] => {
  const rules = itemsIn(at(given, "subscriptions"));
  return [
    ...checkDiscover(given),
    ...checkRuleNames(rules, dialectNames),
    ...rules.flatMap((rule, index) =>
      below(["subscriptions", index], [...checkRule(rule), ...compareMetrics(rule)]),
    ),
  ];
};

const checkName = (name: string | undefined, key: string, { names }: Reading) => {
  if (name === undefined) return [];
  const isTaken = names.has(name);
  names.add(name);
  return isTaken ? [{ path: [key], statement: say("broker-name-taken", name) }] : [];
};

const readEntry = async <Schema extends z.ZodType>(
  reading: Reading,
  path: Path,
  schema: Schema,
  check: (given: unknown) => readonly Finding[],
): Promise<Part<z.output<Schema>>> => {
  const { root } = reading;
  const { node } = findNode(root, path);
  if (node === undefined) return { problems: [] };
  const given = plainEntry(node);
  const parsed = await schema.safeParseAsync(given);
  const allowedAt = (inner: Path) => keysAt(schema, inner);
  const refused = parsed.success
    ? []
    : locateIssues(parsed.error.issues, { root, path, allowedAt });
  const findings = locateFindings(root, path, [...check(given), ...checkEntry(given, reading)]);
  // What is wrong by itself is wrong together with others for that reason alone.
  const places = new Set(refused.map((problem) => JSON.stringify(problem.path)));
  const others = findings.filter((problem) => !places.has(JSON.stringify(problem.path)));
  return { value: parsed.data, problems: [...refused, ...others] };
};

type Remote = z.output<ReturnType<typeof mqttSchema>>;
type Embedded = z.output<ReturnType<typeof embeddedSchema>>;

const discoverOf = ({ discover, subscriptions }: Remote | Embedded, names: readonly string[]) => ({
  discover: discoverConfig(discover, subscriptions.length > 0, names),
  rules: subscriptions.map(ruleConfig),
});

const readRemotes = async (
  reading: Reading,
  schema: ReturnType<typeof mqttSchema>,
): Promise<Part<readonly MqttBrokerConfig[]>> => {
  const { node } = findNode(reading.root, ["mqtt"]);
  const value: MqttBrokerConfig[] = [];
  const problems: Located[] = [];
  const count = node?.kind === "sequence" ? node.items.length : 0;
  for (let index = 0; index < count; index += 1) {
    const part = await readEntry(reading, ["mqtt", index], schema, (given) => {
      const url = textAt(given, "url");
      const name = textAt(given, "name") ?? (url && usualName(url));
      const key = textAt(given, "name") === undefined ? "url" : "name";
      return [...checkConnection(given), ...checkName(name, key, reading)];
    });
    problems.push(...part.problems);
    if (part.value === undefined) continue;
    value.push({
      connection: connectionConfig(part.value, part.value.limits.payload),
      announce: part.value.announce,
      ...discoverOf(part.value, reading.dialectNames),
      limits: limitsConfig(part.value.limits),
    });
  }
  return { value, problems };
};

const readEmbedded = async (
  reading: Reading,
  schema: ReturnType<typeof embeddedSchema>,
): Promise<Part<EmbeddedBrokerConfig>> => {
  const { value, problems } = await readEntry(reading, ["broker"], schema, (given) => [
    ...checkBroker(given),
    ...checkName(textAt(given, "name") ?? "embedded", "name", reading),
  ]);
  if (value === undefined) return { problems };
  return {
    value: {
      ...brokerConfig(value),
      name: value.name,
      announce: value.announce,
      ...discoverOf(value, reading.dialectNames),
      bridgeLimits: limitsConfig(value.limits),
    },
    problems,
  };
};

/** Reads the sections `mqtt:` and `broker:`. */
export const readBridge = async (root: TreeNode, sources: BridgeSources): Promise<BridgePart> => {
  const { dialectNames } = sources;
  const compareMetrics = createMetricComparison();
  const reading: Reading = { root, dialectNames, compareMetrics, names: new Set() };
  const remotes = await readRemotes(reading, mqttSchema(dialectNames, sources));
  const embedded = await readEmbedded(reading, embeddedSchema(dialectNames, sources));
  return {
    mqtt: remotes.value ?? [],
    broker: embedded.value,
    problems: [...remotes.problems, ...embedded.problems],
  };
};
