import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { createPacketScanner } from "../../src/bridge/broker/packet-scanner.ts";
import { createRefusals } from "../../src/bridge/broker/refusals.ts";
import { createRetained } from "../../src/bridge/broker/retained.ts";
import { createVirtualClock } from "../mocks/clock.ts";
import {
  brokerConfig,
  closeAll,
  collect,
  connectAs,
  connectTo,
  type Rig,
  rawConnection,
  startRig,
} from "./broker-rig.ts";

afterEach(closeAll);

const hexadecimal = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");

// MQTT 3.1.1, sections 3.1, 3.8 and 3.3: CONNECT as "k" with a clean session, SUBSCRIBE to #, PUBLISH of "x" to "t".
const connectPacket = hexadecimal("10 0d 0004 4d515454 04 02 0000 0001 6b");
const subscribePacket = hexadecimal("82 06 0001 0001 23 00");
const publishPacket = hexadecimal("30 04 0001 74 78");

const isAlive = async (rig: Rig): Promise<boolean> => {
  const client = await connectAs(rig, "alice");
  const before = rig.messages.length;
  await client.publishAsync("alice/alive", "1", { qos: 1 });
  await rig.until(() => rig.messages.length > before);
  await client.endAsync(true);
  return true;
};

describe("a packet", () => {
  it("is cut by its header if it is too long, before it has arrived", async () => {
    const rig = await startRig(brokerConfig({ limits: { packetBytes: 1_024 } }));
    const { socket } = await rawConnection(rig);
    // A PUBLISH of 268 435 455 bytes, the longest that there is (section 2.2.3), of which nothing follows.
    socket.write(Buffer.concat([connectPacket, hexadecimal("30 ff ff ff 7f")]));
    await once(socket, "close");
    expect(rig.refused).toEqual(["packet-size"]);
  });

  it("is taken up to the last byte of the limit, and refused from one more on", async () => {
    const rig = await startRig(brokerConfig({ limits: { packetBytes: 1_024 } }));
    const client = await connectTo(rig);
    // Fixed header of 3 bytes, topic of 2 + 1.
    await client.publishAsync("t", Buffer.alloc(1_018), { qos: 0 });
    await rig.until(() => rig.messages.length === 1);
    const closed = once(client.stream, "close");
    client.publish("t", Buffer.alloc(1_019), { qos: 0 }, () => {});
    await closed;
    expect([rig.refused, rig.messages.length]).toEqual([["packet-size"], 1]);
  });

  it.each([
    { what: "HTTP", sent: Buffer.from("GET / HTTP/1.1\r\n\r\n") },
    { what: "a PUBLISH before the CONNECT (MQTT-3.1.0-1)", sent: publishPacket },
    {
      what: "a second CONNECT (MQTT-3.1.0-2)",
      sent: Buffer.concat([connectPacket, connectPacket]),
    },
    {
      what: "a length of five bytes (section 2.2.3)",
      sent: Buffer.concat([connectPacket, hexadecimal("30 80 80 80 80 01")]),
    },
    { what: "an unknown protocol", sent: hexadecimal("10 0d 0004 4d515455 04 02 0000 0001 6b") },
    {
      what: "a topic with a wildcard",
      sent: Buffer.concat([connectPacket, hexadecimal("30 04 0001 23 78")]),
    },
    {
      what: "a subscription to nothing",
      sent: Buffer.concat([connectPacket, hexadecimal("82 02 0001")]),
    },
  ])("ends its connection if it is $what", async ({ sent }) => {
    const rig = await startRig(brokerConfig());
    const { socket } = await rawConnection(rig);
    socket.write(sent);
    await once(socket, "close");
    expect(rig.refused).toEqual(["protocol"]);
    expect(await isAlive(rig)).toBe(true);
  });

  it("does no harm whatever is in it, alone or changed", async () => {
    const rig = await startRig(brokerConfig());
    const valid = [
      connectPacket,
      subscribePacket,
      publishPacket,
      hexadecimal("32 06 0001 74 0001 78"),
      hexadecimal("34 06 0001 74 0002 78"),
      hexadecimal("62 02 0002"),
      hexadecimal("40 02 0001"),
      hexadecimal("50 02 0001"),
      hexadecimal("70 02 0001"),
      hexadecimal("a2 05 0003 0001 23"),
      hexadecimal("c0 00"),
      hexadecimal("e0 00"),
      hexadecimal("f0 00"),
      hexadecimal("20 02 00 00"),
    ];
    const piece = fc.oneof(
      fc.constantFrom(...valid),
      fc.uint8Array({ maxLength: 30 }),
      fc
        .tuple(fc.constantFrom(...valid), fc.nat(20), fc.nat(255))
        .map(([packet, index, byte]) =>
          packet.map((old, at) => (at === index % packet.length ? byte : old)),
        ),
    );
    const conversation = fc.tuple(fc.boolean(), fc.array(piece, { maxLength: 12 }));
    await fc.assert(
      fc.asyncProperty(conversation, async ([isConnected, pieces]) => {
        const { socket } = await rawConnection(rig);
        socket.resume();
        socket.end(Buffer.concat([...(isConnected ? [connectPacket] : []), ...pieces]));
        await once(socket, "close");
      }),
      { numRuns: 400, interruptAfterTimeLimit: 4_000 },
    );
    expect(await isAlive(rig)).toBe(true);
  });

  it("is found wherever a connection is cut into pieces", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(0x30, 0x32, 0xc0, 0x82), fc.nat(300)), { maxLength: 8 }),
        fc.array(fc.nat(2_000), { maxLength: 12 }),
        (packets, cuts) => {
          const lengthBytes = (length: number) =>
            length < 128 ? [length] : [(length % 128) + 128, Math.floor(length / 128)];
          const encoded = [
            [...connectPacket],
            ...packets.map(([type, length]) => [
              type,
              ...lengthBytes(length),
              ...Array.from({ length }, () => 0x31),
            ]),
          ];
          const starts = encoded.map((_, index) => encoded.slice(0, index).flat().length);
          const expected = starts.filter((_, index) => (encoded[index]?.[0] ?? 0) >> 4 === 3);
          const all = Uint8Array.from(encoded.flat());
          const ends = [...cuts.map((cut) => Math.min(cut, all.length)), all.length].sort(
            (left, right) => left - right,
          );
          const scan = createPacketScanner(1_000);
          const found = ends.flatMap((end, index) => {
            const start = ends[index - 1] ?? 0;
            const scanned = scan(all.subarray(start, end));
            if ("fault" in scanned) return [Number.NaN];
            return scanned.stops.flatMap(({ offset, kind }) =>
              kind === "publish" ? [offset + start] : [],
            );
          });
          expect(found).toEqual(expected);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe("connections", () => {
  it("may publish before they have their answer, as much as they like (MQTT 3.1.1, section 3.1.4)", async () => {
    const rig = await startRig(brokerConfig());
    const { socket, untilReceived, received } = await rawConnection(rig);
    const login = hexadecimal("10 18 0004 4d515454 04 c2 0000 0000 0005 616c696365 0003 552a55");
    const packet = hexadecimal("30 0a 0007 616c6963652f74 78");
    socket.write(Buffer.concat([login, ...Array.from({ length: 5_000 }, () => packet)]));
    await rig.until(() => rig.messages.length === 5_000);
    await untilReceived(4);
    expect([received(), rig.refused]).toEqual(["20020000", []]);
  });

  it("are heard to the end, also if they end as soon as all is sent", async () => {
    const rig = await startRig(brokerConfig({ limits: { messagesPerSecondPerClient: 1_000_000 } }));
    const { socket } = await rawConnection(rig);
    const packets = Array.from({ length: 100_000 }, () => publishPacket);
    socket.end(Buffer.concat([connectPacket, ...packets]));
    await rig.until(() => rig.clientCounts.at(-1) === 0);
    expect(rig.messages).toHaveLength(100_000);
  });

  it("are refused with return code 3 once there are as many clients as allowed", async () => {
    const rig = await startRig(brokerConfig({ limits: { clients: 2 } }));
    const first = await connectTo(rig);
    await connectTo(rig);
    await expect(connectTo(rig)).rejects.toMatchObject({ code: 3 });
    await first.endAsync();
    await rig.until(() => rig.clientCounts.at(-1) === 1);
    await connectTo(rig);
    expect([rig.refused, rig.clientCounts]).toEqual([["clients"], [1, 2, 1, 2]]);
  });

  it("that never log in give way, the oldest first, and keep no client out", async () => {
    const rig = await startRig(brokerConfig({ limits: { clients: 1 } }));
    const idle = [];
    for (let count = 0; count < 32; count += 1) idle.push((await rawConnection(rig)).socket);
    const closed = idle.map((socket) => once(socket, "close"));
    await connectTo(rig);
    await closed[0];
    expect(idle.filter((socket) => socket.destroyed)).toEqual([idle[0]]);
    expect(rig.refused).toEqual(["connections"]);
  });
});

describe("messages", () => {
  it("of QoS 2 that are sent twice count once, until they are released (MQTT 3.1.1, section 4.3.3)", async () => {
    const rig = await startRig(brokerConfig());
    const { socket, received, untilReceived } = await rawConnection(rig);
    const publish = hexadecimal("34 06 0001 74 0007 78");
    const repeated = hexadecimal("3c 06 0001 74 0007 78");
    const release = hexadecimal("62 02 0007");
    const steps = [connectPacket, publish, repeated, release, publish];
    let length = 0;
    for (const step of steps) {
      socket.write(step);
      length += 4;
      await untilReceived(length);
    }
    // CONNACK, PUBREC twice, PUBCOMP, PUBREC.
    expect(received()).toBe("20020000" + "50020007" + "50020007" + "70020007" + "50020007");
    await rig.until(() => rig.messages.length === 2);
    expect(rig.messages).toHaveLength(2);
  });

  it("that come too fast wait, and none is lost", async () => {
    const clock = createVirtualClock();
    const rig = await startRig(
      brokerConfig({ limits: { messagesPerSecondPerClient: 100 } }),
      clock,
    );
    const { socket } = await rawConnection(rig);
    socket.write(
      Buffer.concat([connectPacket, ...Array.from({ length: 250 }, () => publishPacket)]),
    );
    await rig.until(() => rig.messages.length >= 100);
    await wait(50);
    expect(rig.messages).toHaveLength(100);
    await clock.advance(1_000);
    await wait(50);
    expect(rig.messages).toHaveLength(200);
    // Those of others are not held up meanwhile.
    expect(await isAlive(rig)).toBe(true);
    await clock.advance(1_000);
    await rig.until(() => rig.messages.length === 251);
    expect(new Set(rig.refused)).toEqual(new Set(["rate"]));
  });

  it("are not kept for a subscriber that does not read, and hold nobody else up", async () => {
    const rig = await startRig(brokerConfig());
    const { socket } = await rawConnection(rig);
    socket.write(Buffer.concat([connectPacket, subscribePacket]));
    await rig.until(() => rig.clientCounts.at(-1) === 1);
    await wait(50);
    socket.pause();
    const publisher = await connectTo(rig);
    const quick = collect(
      await connectTo(rig).then(async (client) => {
        await client.subscribeAsync("t");
        return client;
      }),
    );
    // 40 MB, of which the buffers of the system take ten at the most.
    const payload = Buffer.alloc(20_000, "x");
    const startedMs = performance.now();
    for (let count = 0; count < 2_000; count += 1) {
      await publisher.publishAsync("t", payload, { qos: 1 });
    }
    await quick.until(2_000);
    expect(rig.messages).toHaveLength(2_000);
    expect(new Set(rig.refused)).toEqual(new Set(["slow-subscriber"]));
    expect(performance.now() - startedMs).toBeLessThan(10_000);
  });

  it("that are retained are bounded: a new topic is delivered but not kept, and an old one never lost", async () => {
    const rig = await startRig(brokerConfig({ limits: { retainedMessages: 2 } }));
    const client = await connectTo(rig);
    const publish = (topic: string, text: string) =>
      client.publishAsync(topic, text, { qos: 1, retain: true });
    await publish("a", "1");
    await publish("b", "1");
    await publish("c", "1");
    await publish("a", "2");
    await rig.until(() => rig.messages.length === 4);
    const later = collect(client);
    await client.subscribeAsync("#");
    await later.until(2);
    await publish("b", "");
    await publish("c", "2");
    await later.until(4);
    const kept: string[] = [];
    rig.broker.subscribe(({ topic }) => kept.push(topic));
    expect(later.messages.slice(0, 2)).toEqual([
      { topic: "a", text: "2", isRetained: true },
      { topic: "b", text: "1", isRetained: true },
    ]);
    expect([kept, rig.refused]).toEqual([["a", "c"], ["retained"]]);
  });

  it("that are retained are bounded by their bytes, too", () => {
    const retained = createRetained(100, 20);
    const sized = (length: number) => new Uint8Array(length);
    // Topics count, in UTF-8: "é" has two bytes.
    expect(retained.keep("a", sized(9))).toBe(true);
    expect(retained.keep("é", sized(9))).toBe(false);
    expect(retained.keep("é", sized(8))).toBe(true);
    expect(retained.keep("a", sized(10))).toBe(false);
    expect(retained.keep("a", sized(0))).toBe(true);
    expect(retained.keep("b", sized(9))).toBe(true);
    expect([...retained.all()].map(([topic]) => topic)).toEqual(["é", "b"]);
  });
});

describe("subscriptions", () => {
  // MQTT 3.1.1, section 3.8.4: the lower of what was published with and what was subscribed with.
  it.each([
    { subscribed: 0, published: 2, expected: 0 },
    { subscribed: 1, published: 2, expected: 1 },
    { subscribed: 2, published: 1, expected: 1 },
    { subscribed: 2, published: 2, expected: 2 },
  ] as const)(
    "with QoS $subscribed get what is published with QoS $published with QoS $expected",
    async ({ subscribed, published, expected }) => {
      const rig = await startRig(brokerConfig());
      const client = await connectTo(rig);
      await client.subscribeAsync("w/#", { qos: subscribed });
      const delivered = new Promise((resolve) => {
        client.on("message", (_topic, _payload, { qos }) => resolve(qos));
      });
      await client.publishAsync("w/t", "x", { qos: published });
      expect(await delivered).toBe(expected);
    },
  );

  it("are refused beyond the limit of a client, and allowed again after others have ended", async () => {
    const rig = await startRig(brokerConfig({ limits: { subscriptionsPerClient: 2 } }));
    const client = await connectTo(rig);
    const granted: unknown[] = [];
    client.on("packetreceive", (packet) => {
      if (packet.cmd === "suback") granted.push(...packet.granted);
    });
    await client.subscribeAsync(["a", "b", "c"]).catch(() => {});
    await client.subscribeAsync("a", { qos: 1 });
    await client.unsubscribeAsync("b");
    await client.subscribeAsync("c");
    expect(granted).toEqual([0, 0, 128, 1, 0]);
    expect(rig.refused).toEqual(["subscriptions"]);
  });
});

describe("the log", () => {
  it("stays quiet however many clients there are to refuse, but the counter does not", () => {
    const clock = createVirtualClock();
    const lines: string[] = [];
    let count = 0;
    const log = {
      debug: () => {},
      info: () => {},
      error: () => {},
      warn: (e: string) => lines.push(e),
    };
    const refusals = createRefusals(log, () => (count += 1), clock);
    for (let index = 0; index < 1_000; index += 1) {
      refusals.refuse("protocol", { address: `fd00::${index.toString(16)}` });
    }
    expect([count, lines.length]).toEqual([1_000, 30]);
  });
});
