import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  headerLine,
  messageLine,
  type RecordedMessage,
  type RecordingEntry,
  readRecording,
} from "../../src/bridge/recording.ts";

const encoder = new TextEncoder();

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const readAll = async (content: string | Uint8Array, size = 65_536) => {
  const bytes = typeof content === "string" ? encoder.encode(content) : content;
  const entries: RecordingEntry[] = [];
  for await (const entry of readRecording(inPieces(bytes, size))) entries.push(entry);
  return entries;
};

const problemsOf = async (content: string | Uint8Array) =>
  (await readAll(content)).flatMap((entry) =>
    entry.kind === "problem" ? [`${entry.line} ${entry.problem}`] : [],
  );

const message = (topic: string, payload: string | Uint8Array, atMs = 0): RecordedMessage => ({
  atMs,
  topic,
  payload: typeof payload === "string" ? encoder.encode(payload) : payload,
  isRetained: false,
});

describe("a recording", () => {
  it("is lines of JSON that a person can read", () => {
    expect(headerLine({ broker: "house", startedWallMs: Date.UTC(2026, 4, 1) })).toBe(
      '{"recording":1,"broker":"house","started":"2026-05-01T00:00:00.000Z"}\n',
    );
    expect(messageLine({ ...message("a/b", '{"t":1}', 125), isRetained: true })).toBe(
      '{"at":0.125,"topic":"a/b","payload":"{\\"t\\":1}","retain":true}\n',
    );
  });

  it("holds what is no text as base64", () => {
    // RFC 4648, section 9: 14 fb 9c 03 d9 7e is FPucA9l+; 0xff is never in UTF-8.
    const payload = Uint8Array.of(0x14, 0xfb, 0x9c, 0x03, 0xd9, 0x7e);
    expect(messageLine(message("a", payload))).toBe('{"at":0,"topic":"a","base64":"FPucA9l+"}\n');
  });

  it("gives back every message as it was", async () => {
    const messages = fc.array(
      fc.record({
        atMs: fc.nat(1e9),
        topic: fc.string({ unit: "grapheme", minLength: 1 }),
        payload: fc.uint8Array(),
        isRetained: fc.boolean(),
      }),
    );
    await fc.assert(
      fc.asyncProperty(messages, fc.integer({ min: 1, max: 50 }), async (recorded, size) => {
        const text = recorded.map((each) => messageLine(each) ?? "").join("");
        const read = (await readAll(text, size)).map((entry) =>
          entry.kind === "message" ? entry.message : entry,
        );
        expect(read).toEqual(
          recorded.map((each) => ({ ...each, atMs: (each.atMs / 1000) * 1000 })),
        );
      }),
      { numRuns: 50 },
    );
  });

  it("keeps a byte-order mark", async () => {
    const payload = Uint8Array.of(0xef, 0xbb, 0xbf, 0x31);
    const [entry] = await readAll(messageLine(message("a", payload)) ?? "");
    expect(entry).toMatchObject({ message: { payload } });
  });

  it("leaves out a message that is longer than a line may be", () => {
    expect(messageLine(message("a", new Uint8Array(4_000_000).fill(0xff)))).toBeUndefined();
    // A line of 4 MiB holds 3 MiB in base64, the topic aside.
    expect(messageLine(message("a", new Uint8Array(3_000_000).fill(0xff)))).toBeDefined();
  });

  it("says when and where it was made", async () => {
    const startedWallMs = Date.UTC(2026, 10, 27, 12);
    expect(await readAll(headerLine({ broker: "house", startedWallMs }))).toEqual([
      { kind: "header", line: 1, header: { broker: "house", startedWallMs } },
    ]);
  });

  it("may have blank lines, comments, Windows line ends and no end to its last line", async () => {
    const text =
      '# why\r\n\r\n// and\n{"at":0,"topic":"a","payload":"1"}\r\n{"at":1,"topic":"b","payload":"2"}';
    const lines = (await readAll(text)).map(({ kind, line }) => [kind, line]);
    expect(lines).toEqual([
      ["message", 4],
      ["message", 5],
    ]);
  });

  it("names each line that says nothing, and goes on with the next", async () => {
    const lines = [
      "garbage",
      "[1]",
      '{"topic":"a","payload":"1"}',
      '{"at":-1,"topic":"a","payload":"1"}',
      '{"at":0,"payload":"1"}',
      '{"at":0,"topic":"","payload":"1"}',
      '{"at":0,"topic":"a"}',
      '{"at":0,"topic":"a","payload":1}',
      '{"at":0,"topic":"a","payload":"1","base64":"MQ=="}',
      '{"at":0,"topic":"a","base64":"MQ"}',
      '{"at":0,"topic":"a","payload":"1","retain":1}',
      '{"recording":2}',
      '{"at":0,"topic":"a","payload":"1"}',
    ];
    expect(await problemsOf(lines.join("\n"))).toEqual([
      "1 is no JSON object",
      "2 is no JSON object",
      "3 has no time in `at`: seconds, 0 or more",
      "4 has no time in `at`: seconds, 0 or more",
      "5 has no topic",
      "6 has no topic",
      "7 has no payload",
      "8 has a payload that is no text",
      "9 has both payload and base64",
      "10 has a base64 that is none",
      "11 has a retain that is neither true nor false",
      "12 is the beginning of a recording of another version",
    ]);
    expect((await readAll(lines.join("\n"))).at(-1)).toMatchObject({ kind: "message", line: 13 });
  });

  it("names a line that is no UTF-8 or has no end, and holds none of it", async () => {
    const good = encoder.encode('\n{"at":0,"topic":"a","payload":"1"}\n');
    const endless = new Uint8Array(5_000_000).fill(0x61);
    const bytes = new Uint8Array([0xff, ...good]);
    expect(await problemsOf(bytes)).toEqual(["1 is not UTF-8"]);
    const whole = new Uint8Array(endless.length + good.length);
    whole.set(endless);
    whole.set(good, endless.length);
    expect(await problemsOf(whole)).toEqual(["1 is longer than 4194304 bytes"]);
    expect((await readAll(whole)).at(-1)).toMatchObject({ kind: "message", line: 2 });
  });
});
