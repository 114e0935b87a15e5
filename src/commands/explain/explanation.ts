import type { BrokerSessionConfig } from "../../bridge/broker-session.ts";
import type { Message } from "../../bridge/message.ts";
import { createPayload, jsonOf, type Payload, textOf } from "../../bridge/payload.ts";
import type { RehearsedBroker, Taking } from "../../bridge/rehearsal.ts";
import { createRecords } from "../../bridge/rules/record.ts";
import type { Finding } from "../../bridge/trace.ts";
import { nearestRule } from "./nearest-rule.ts";
import type { DialectPrefixes, Others } from "./others.ts";
import { type TakerConfig, wordsOf } from "./words.ts";

/** What came of a message, in words. */
export interface Explanation {
  readonly broker: string;
  /** Since the first message. */
  readonly atMs: number;
  readonly topic: string;
  readonly isRetained: boolean;
  /** The beginning of the payload. */
  readonly payload: string;
  readonly taker: TakerConfig | undefined;
  readonly findings: readonly ExplainedFinding[];
  readonly notes: readonly string[];
  /** Why nobody took it. */
  readonly nobody: Nobody | undefined;
}

/** A finding, and what it means. */
export interface ExplainedFinding {
  readonly finding: Finding;
  readonly text: string;
}

/** Who might have taken a message that nobody took. */
export interface Nobody {
  readonly nearestRule: string | undefined;
  readonly dialects: readonly DialectPrefixes[];
  readonly candidates: readonly ExplainedCandidate[];
}

/** A dialect that is not configured, and what it would make of a message. */
interface ExplainedCandidate {
  readonly dialect: string;
  readonly isUseful: boolean;
  readonly findings: readonly ExplainedFinding[];
}

const longestPayload = 200;

/** The beginning of a payload as text; of one that is no text, its length. */
const payloadText = (payload: Payload): string => {
  const text = textOf(payload);
  if (text === undefined) return `${payload.bytes.length} bytes that are no text`;
  return text.length > longestPayload ? `${text.slice(0, longestPayload)}…` : text;
};

const takerOf = ({ rules, discover }: BrokerSessionConfig, name: string): TakerConfig => {
  const rule = rules.find((each) => each.name === name);
  if (rule !== undefined) return { kind: "rule", name, allow: rule.allow, deny: rule.deny };
  const dialect = discover.find((each) => each.dialect === name);
  const { allow = [], deny = [], rename } = dialect ?? {};
  return { kind: "dialect", name, allow, deny, rename };
};

const explained = (
  findings: readonly Finding[],
  taker: TakerConfig | undefined,
  record: unknown,
): readonly ExplainedFinding[] =>
  findings.map((finding) => ({ finding, text: wordsOf(finding, { taker, record }) }));

/** Explains what a broker's messages become. */
export const createExplain = ({
  about,
  broker,
  prefixes,
}: {
  readonly about: BrokerSessionConfig;
  readonly broker: RehearsedBroker;
  readonly prefixes: readonly DialectPrefixes[];
}) => {
  const records = new Map(
    about.rules.map(({ name, separator }) => [name, createRecords(separator)] as const),
  );

  const nobodyOf = (message: Message, record: unknown, others: Others): Nobody => ({
    nearestRule: nearestRule(about.rules, message.topic),
    dialects: prefixes,
    candidates: others.take(message).map(({ dialect, isUseful, findings }) => ({
      dialect,
      isUseful,
      findings: explained(findings, undefined, record),
    })),
  });

  return {
    take: broker.take,
    wanted: broker.wanted,
    /** Puts into words what came of a message; the others are asked about what nobody took. */
    explain: (
      message: Message,
      { taker: name, findings, notes }: Taking,
      others: Others | undefined,
    ): Omit<Explanation, "atMs"> => {
      const payload = createPayload(message.payload);
      const taker = name === undefined ? undefined : takerOf(about, name);
      const record = (records.get(name ?? "") ?? jsonOf)(payload);
      return {
        broker: about.name,
        topic: message.topic,
        isRetained: message.isRetained,
        payload: payloadText(payload),
        taker,
        findings: explained(findings, taker, record),
        notes,
        nobody:
          name === undefined && others !== undefined
            ? nobodyOf(message, record, others)
            : undefined,
      };
    },
  };
};

/** Explains the messages of one broker. */
export type Explainer = ReturnType<typeof createExplain>;
