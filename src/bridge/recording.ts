import { createPayload, isObject, textOf } from "./payload.ts";
import { type Line, splitLines } from "./recording/lines.ts";

/** One message of a recording. */
export interface RecordedMessage {
  /** Milliseconds since the first message. */
  readonly atMs: number;
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly isRetained: boolean;
}

/** What the first line of a recording says. */
export interface RecordingHeader {
  readonly broker: string | undefined;
  /** Milliseconds since 1970 at the first message; undefined if it does not say. */
  readonly startedWallMs: number | undefined;
}

/** A line of a recording that says something, or what is wrong with it. */
export type RecordingEntry =
  | { readonly kind: "header"; readonly line: number; readonly header: RecordingHeader }
  | { readonly kind: "message"; readonly line: number; readonly message: RecordedMessage }
  | { readonly kind: "problem"; readonly line: number; readonly problem: string };

const version = 1;
const millisecondsPerSecond = 1000;
/** A payload of 2 MiB as base64, and room for its topic. */
const maximumLineBytes = 4_194_304;

/** The first line of a recording. */
export const headerLine = ({
  broker,
  startedWallMs,
}: {
  readonly broker: string;
  readonly startedWallMs: number;
}): string =>
  `${JSON.stringify({ recording: version, broker, started: new Date(startedWallMs).toISOString() })}\n`;

const base64Of = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");

/** A byte-order mark is lost in decoding, and would be missing when the message is played back. */
const isPlainText = (bytes: Uint8Array, text: string | undefined): text is string =>
  text !== undefined && !(bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf);

/** The line of a message; undefined if it would be longer than a line may be. */
export const messageLine = ({
  atMs,
  topic,
  payload,
  isRetained,
}: RecordedMessage): string | undefined => {
  const text = textOf(createPayload(payload));
  const content = isPlainText(payload, text) ? { payload: text } : { base64: base64Of(payload) };
  const at = Math.round(atMs) / millisecondsPerSecond;
  const line = `${JSON.stringify({ at, topic, ...content, ...(isRetained ? { retain: true } : {}) })}\n`;
  return Buffer.byteLength(line) <= maximumLineBytes ? line : undefined;
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/u;
const encoder = new TextEncoder();

const payloadOf = (
  entry: Readonly<Record<string, unknown>>,
): Uint8Array | { readonly problem: string } => {
  const { payload, base64: encoded } = entry;
  if (payload !== undefined && encoded !== undefined) {
    return { problem: "has both payload and base64" };
  }
  if (typeof payload === "string") return encoder.encode(payload);
  if (typeof encoded === "string" && base64.test(encoded)) {
    return new Uint8Array(Buffer.from(encoded, "base64"));
  }
  if (encoded !== undefined) return { problem: "has a base64 that is none" };
  return { problem: payload === undefined ? "has no payload" : "has a payload that is no text" };
};

const longestTopicBytes = 65_535;

const messageOf = (
  entry: Readonly<Record<string, unknown>>,
): RecordedMessage | { readonly problem: string } => {
  const { at, topic, retain = false } = entry;
  if (typeof at !== "number" || !Number.isFinite(at) || at < 0) {
    return { problem: "has no time in `at`: seconds, 0 or more" };
  }
  if (typeof topic !== "string" || topic === "") return { problem: "has no topic" };
  if (encoder.encode(topic).length > longestTopicBytes) {
    return { problem: `has a topic of more than ${longestTopicBytes} bytes` };
  }
  if (typeof retain !== "boolean")
    return { problem: "has a retain that is neither true nor false" };
  const payload = payloadOf(entry);
  if ("problem" in payload) return payload;
  return { atMs: at * millisecondsPerSecond, topic, payload, isRetained: retain };
};

const headerOf = (entry: Readonly<Record<string, unknown>>): RecordingHeader => {
  const { broker, started } = entry;
  const startedWallMs = typeof started === "string" ? Date.parse(started) : Number.NaN;
  return {
    broker: typeof broker === "string" ? broker : undefined,
    startedWallMs: Number.isNaN(startedWallMs) ? undefined : startedWallMs,
  };
};

const entryOf = ({ number: line, text, problem }: Line): RecordingEntry | undefined => {
  if (text === undefined) return { kind: "problem", line, problem: problem ?? "" };
  const trimmed = text.trim();
  if (trimmed === "" || trimmed.startsWith("#") || trimmed.startsWith("//")) return undefined;
  const entry = parseJson(trimmed);
  if (!isObject(entry)) return { kind: "problem", line, problem: "is no JSON object" };
  if (entry["recording"] === version) return { kind: "header", line, header: headerOf(entry) };
  if (entry["recording"] !== undefined) {
    return { kind: "problem", line, problem: "is the beginning of a recording of another version" };
  }
  const message = messageOf(entry);
  return "problem" in message
    ? { kind: "problem", line, problem: message.problem }
    : { kind: "message", line, message };
};

/** Reads a recording as its bytes come: one line at a time, however long it is. */
export async function* readRecording(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<RecordingEntry> {
  for await (const line of splitLines(chunks, maximumLineBytes)) {
    const entry = entryOf(line);
    if (entry !== undefined) yield entry;
  }
}
