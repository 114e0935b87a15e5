import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../mocks/clock.ts";
import { startClient } from "./client-rig.ts";
import { connack, publishOnce, startRawBroker } from "./raw-broker.ts";

const hasty = { random: () => 0.01 };

describe("what a broker answers", () => {
  // MQTT 3.1.1, table 3.1, and MQTT 5, table 3-1.
  it.each([
    [
      "3.1.1",
      1,
      "refused",
      "it does not speak this version of MQTT",
      "Set the other `protocol_version`.",
    ],
    [
      "3.1.1",
      2,
      "refused",
      "it does not accept the client id",
      expect.stringContaining("client_id"),
    ],
    ["3.1.1", 3, "refused", "it is not available", "See the broker's log."],
    [
      "3.1.1",
      4,
      "bad-credentials",
      "user or password are wrong",
      expect.stringContaining("Check user"),
    ],
    ["3.1.1", 5, "not-authorized", "this client is not authorized", expect.any(String)],
    [
      "5",
      0x84,
      "refused",
      "it does not speak this version of MQTT",
      "Set the other `protocol_version`.",
    ],
    [
      "5",
      0x86,
      "bad-credentials",
      "user or password are wrong",
      expect.stringContaining("Check user"),
    ],
    ["5", 0x87, "not-authorized", "this client is not authorized", expect.any(String)],
    ["5", 0x89, "refused", "it is busy", "See the broker's log."],
    ["5", 0xee, "refused", "reason code 238", "See the broker's log."],
  ] as const)(
    "is said in words once, and tried again: MQTT %s, code %d",
    async (protocolVersion, code, problemCode, words, remedy) => {
      const broker = await startRawBroker(() => connack(protocolVersion, code));
      const rig = await startClient(broker.url, { protocolVersion }, hasty);
      await rig.until(() => broker.connects() >= 3);
      const message = `The broker refuses the connection: ${words}.`;
      expect(rig.states).toEqual([
        { isConnected: false, problem: { code: problemCode, message, remedy } },
      ]);
      expect(rig.failures.slice(0, 2)).toEqual([problemCode, problemCode]);
      expect(rig.lines).toEqual([
        expect.stringContaining(`event=mqtt_refused broker=house code=${problemCode}`),
      ]);
    },
  );

  it("tells a client that another one has taken its place", async () => {
    const broker = await startRawBroker(() => connack("5"));
    const rig = await startClient(broker.url);
    await rig.connected();
    // MQTT 5, section 3.14: DISCONNECT with Session taken over.
    broker.socket().end(Uint8Array.of(0xe0, 2, 0x8e, 0));
    const { message, remedy } = await rig.problem("taken-over");
    expect(message).toBe(
      "The broker ended the connection: another client connected with the same client id.",
    );
    expect(remedy).toBe("Give each client a client id of its own.");
  });

  it.each([
    // MQTT 5, section 1.5.5: no length has more than four bytes.
    ["a length of five bytes", Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0xff, 0x01)],
    // Section 3.3.1.2: there is no QoS 3.
    ["a QoS that does not exist", Uint8Array.of(0x36, 4, 0, 1, 0x61, 0)],
    ["a web page", Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n".padEnd(600, "x"))],
  ])("ends the connection if it is %s", async (_what, bytes) => {
    const broker = await startRawBroker(() => connack("5"));
    const rig = await startClient(broker.url);
    await rig.connected();
    const before = broker.connects();
    broker.socket().write(bytes);
    await rig.problem("protocol");
    await rig.until(() => broker.connects() > before);
  });

  it("says that a broker closed without a word", async () => {
    const broker = await startRawBroker(() => connack("5"));
    const rig = await startClient(broker.url);
    await rig.connected();
    broker.socket().destroy();
    await rig.problem("closed");
  });

  it("ends an attempt to connect when the client closes, however silent the broker is", async () => {
    const broker = await startRawBroker(() => undefined);
    const rig = await startClient(broker.url);
    await rig.until(() => broker.connects() === 1);
    await rig.client.close();
    expect(rig.lines).toEqual([]);
  });

  it("asks again for a refused filter every five minutes, and says once that it is refused", async () => {
    const clock = createVirtualClock();
    const broker = await startRawBroker(() => connack("3.1.1"));
    const options = { protocolVersion: "3.1.1", keepAliveMs: 0 } as const;
    const rig = await startClient(broker.url, options, { clock });
    rig.client.subscribe([{ filter: "a", qos: 0 }]);
    await rig.connected();
    // MQTT 3.1.1, sections 3.8 and 3.9: SUBSCRIBE has a packet id after its length, SUBACK a code after the id.
    const requests = () => broker.received().filter(([first]) => first === 0x82);
    const answer = (code: number) => {
      const [, , high = 0, low = 0] = requests().at(-1) ?? [];
      broker.socket().write(Uint8Array.of(0x90, 3, high, low, code));
    };
    await rig.until(() => requests().length === 1);
    answer(0x80);
    await rig.problem("subscription-refused");
    for (const [count, code] of [
      [2, 0x80],
      [3, 0x00],
    ] as const) {
      await clock.advance(300_000);
      await rig.until(() => requests().length === count);
      answer(code);
    }
    await rig.until(() => rig.states.length === 3);
    expect(rig.states.at(-1)).toEqual({ isConnected: true });
    expect(rig.lines.filter((line) => line.includes("subscription-refused"))).toHaveLength(1);
  });

  it("gives up on a broker that does not answer within 20 seconds", async () => {
    const clock = createVirtualClock();
    const broker = await startRawBroker(() => undefined);
    const rig = await startClient(broker.url, {}, { clock });
    await rig.until(() => broker.connects() === 1);
    await clock.advance(19_999);
    expect(rig.states).toEqual([]);
    await clock.advance(1);
    const { message } = await rig.problem("timeout");
    expect(message).toBe("The broker did not answer within 20 s.");
  });

  it("takes leave of filters that were given up while it was away, where the session lasted", async () => {
    const broker = await startRawBroker((connects) =>
      connects === 2 ? undefined : connack("3.1.1", 0, connects > 1),
    );
    const session = { clientId: "lasting", sessionExpiryMs: 60_000 };
    const rig = await startClient(broker.url, { protocolVersion: "3.1.1", ...session }, hasty);
    rig.client.subscribe([{ filter: "a", qos: 0 }]);
    await rig.connected();
    broker.socket().destroy();
    await rig.until(() => broker.connects() === 2);
    rig.client.subscribe([{ filter: "b", qos: 0 }]);
    broker.socket().destroy();
    // MQTT 3.1.1, section 3.10: UNSUBSCRIBE, then packet id and filter.
    const isGivenUp = () =>
      broker.received().some((bytes) => Buffer.from(bytes).includes(Buffer.of(0, 1, 0x61)));
    await rig.until(() => broker.connects() === 3);
    await rig.until(() => broker.received().some(([first]) => first === 0xa2) && isGivenUp());
  });

  it("counts a redelivery once, and a new publication of the same value again", async () => {
    const broker = await startRawBroker((connects) => connack("3.1.1", 0, connects > 1));
    const rig = await startClient(
      broker.url,
      { protocolVersion: "3.1.1", clientId: "lasting", sessionExpiryMs: 60_000 },
      hasty,
    );
    await rig.connected();
    broker.socket().write(publishOnce("a", "1", 7));
    await rig.until(() => rig.heard.length === 1);
    broker.socket().destroy();
    await rig.until(() => broker.connects() === 2);
    broker.socket().write(publishOnce("a", "1", 7, true));
    broker.socket().write(publishOnce("a", "2", 8, true));
    broker.socket().write(publishOnce("a", "2", 7));
    await rig.until(() => rig.heard.length === 3);
    expect(rig.heard.map(({ text }) => text)).toEqual(["1", "2", "2"]);
    expect(rig.dropped).toEqual(["duplicate"]);
  });

  it("keeps the connection while a flood keeps it from answering", async () => {
    const broker = await startRawBroker(() => connack("3.1.1"));
    const rig = await startClient(
      broker.url,
      { protocolVersion: "3.1.1", keepAliveMs: 1000 },
      {
        onMessage: () => {
          const endMs = performance.now() + 20;
          while (performance.now() < endMs);
        },
      },
    );
    await rig.connected();
    // It answers no ping; 3 s of work for 1 s of keep-alive.
    const flood = async (): Promise<void> => {
      for (let index = 0; index < 150; index += 1) {
        broker.socket().write(publishOnce("a", String(index), 1));
        await sleep(1);
      }
    };
    await flood();
    expect(rig.states).toEqual([{ isConnected: true }]);
    expect(broker.received().some((bytes) => bytes.includes(0xc0))).toBe(true);
  });
});
