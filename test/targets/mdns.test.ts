import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createAsking } from "../../src/targets/mdns/asking.ts";
import { browse } from "../../src/targets/mdns/browse.ts";
import { createCache } from "../../src/targets/mdns/cache.ts";
import { readAnswer, writeQuery } from "../../src/targets/mdns/message.ts";
import {
  address,
  address6,
  answer,
  type PacketRecord,
  pairs,
  pointer,
  server,
  service,
} from "./mdns-packets.ts";

const serviceName = service.split(".");

/** A browser of the network whose time is moved by hand. */
const createBrowser = () => {
  const cache = createCache();
  let nowMs = 1000;
  const browsed = () => {
    cache.expire(nowMs);
    return browse(cache, serviceName, nowMs);
  };
  return {
    hear: (...records: readonly PacketRecord[]) => {
      for (const record of readAnswer(answer(records)) ?? []) cache.take(record, nowMs);
    },
    elapse: (seconds: number) => {
      nowMs += 1000 * seconds;
    },
    found: () =>
      browsed().found.map(({ host, port, addresses }) => `${host.join(".")}:${port} ${addresses}`),
    attributes: () => browsed().found.map(({ attributes }) => Object.fromEntries(attributes)),
    questions: () => browsed().questions.map(({ name, type }) => `${name.join(".")} ${type}`),
  };
};

const attic = [
  pointer("attic"),
  server("attic", "attic.local"),
  pairs("attic", ["path=/metrics"]),
  address("attic.local", "192.168.7.20"),
];

describe("an answer of Multicast DNS", () => {
  it("is read with compressed names", () => {
    // RFC 1035, section 4.1.4: 0xc00c points to the name at byte 12, 0xc027 to that at byte 39.
    const bytes = Buffer.from(
      "000084000000000200000000" +
        "105f70726f6d6574686575732d68747470045f746370056c6f63616c00" +
        "000c0001000011940008" +
        "056174746963c00c" +
        "c0330021800100000078000d" +
        "000000002740" +
        "0470692d31c022",
      "hex",
    );
    expect(readAnswer(bytes)).toMatchObject([
      { content: { type: "ptr", target: ["attic", ...serviceName] }, ttlSeconds: 4500 },
      {
        name: ["attic", ...serviceName],
        content: { type: "srv", target: ["pi-1", "local"], port: 10_048 },
        ttlSeconds: 120,
        isFlush: true,
      },
    ]);
  });

  it("is read after questions that it repeats", () => {
    expect(readAnswer(answer(attic, { questions: [service] }))).toHaveLength(4);
  });

  it.each([
    ["a question", 0x0000],
    ["another opcode", 0x8800],
    ["an error", 0x8003],
  ])("is not %s", (_what, flags) => {
    expect(readAnswer(answer(attic, { flags }))).toBeUndefined();
  });

  it.each([
    ["a pointer to itself", "000084000000000100000000c00c000c000100000078000100"],
    ["a pointer beyond the end", "000084000000000100000000ffff000c000100000078000100"],
    ["a record that is cut off", "00008400000000010000000000000c00010000007800ff00"],
    ["a label of 64 bytes", `00008400000000010000000040${"61".repeat(64)}00000c0001000000780000`],
    ["more records than it has", "00008400000000ff00000000"],
    ["a header that is cut off", "0000840000"],
    ["nothing", ""],
  ])("is not %s", (_what, hexadecimal) => {
    expect(readAnswer(Buffer.from(hexadecimal, "hex"))).toBeUndefined();
  });

  it("is read or refused, whatever bytes it has", () => {
    const header = Buffer.from("0000840000000005", "hex");
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const records = readAnswer(Buffer.concat([header, bytes])) ?? [];
        expect(records.length).toBeLessThanOrEqual(1000);
      }),
    );
  });

  it("survives any byte that is changed", () => {
    const whole = answer(attic);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (index, value) => {
        readAnswer(whole.map((byte, at) => (at === index ? value : byte)));
      }),
    );
  });
});

describe("a query of Multicast DNS", () => {
  it("has the bytes that RFC 1035 and RFC 6762 ask for", () => {
    // Section 4.1: id 0, no flags, one question; type 12, class 1.
    expect(Buffer.from(writeQuery([{ name: serviceName, type: 12 }])).toString("hex")).toBe(
      "000000000001000000000000" +
        "105f70726f6d6574686575732d68747470045f746370056c6f63616c00" +
        "000c0001",
    );
  });
});

describe("a board on the network", () => {
  it("is found once its server, its text and an address are known, which are asked for", () => {
    const browser = createBrowser();
    expect(browser.questions()).toEqual([`${service} 12`]);
    browser.hear(pointer("attic"));
    expect(browser.questions()).toEqual([`attic.${service} 33`, `attic.${service} 16`]);
    browser.hear(server("attic", "attic.local"), pairs("attic"));
    expect(browser.questions()).toEqual(["attic.local 1", "attic.local 28"]);
    expect(browser.found()).toEqual([]);
    browser.hear(address("attic.local", "192.168.7.20"));
    expect(browser.questions()).toEqual([]);
    expect(browser.found()).toEqual(["attic.local:10048 192.168.7.20"]);
  });

  it("is found whatever the case of its names", () => {
    const browser = createBrowser();
    browser.hear(
      pointer("Attic"),
      server("ATTIC", "Attic.local"),
      pairs("attic"),
      address("attic.LOCAL", "192.168.7.20"),
    );
    expect(browser.found()).toEqual(["Attic.local:10048 192.168.7.20"]);
  });

  it("has the pairs of its text, of which the first of a name counts", () => {
    const browser = createBrowser();
    // RFC 6763, section 6.4: no name, no equals sign, no value, twice.
    const texts = ["Path=/a", "path=/b", "=x", "flag", "empty=", "label_room=attic=2"];
    browser.hear(...attic, pairs("attic", texts));
    expect(browser.attributes()).toEqual([
      { path: "/a", flag: "", empty: "", label_room: "attic=2" },
    ]);
  });

  it("has its addresses of both kinds", () => {
    const browser = createBrowser();
    browser.hear(...attic, address6("attic.local", [0xfd00, 0, 0, 0, 0, 0, 0, 7]));
    expect(browser.found()).toEqual(["attic.local:10048 192.168.7.20,fd00:0:0:0:0:0:0:7"]);
  });

  it("leaves a second after it has taken leave (RFC 6762, section 10.1)", () => {
    const browser = createBrowser();
    browser.hear(...attic);
    browser.hear(pointer("attic", 0));
    expect(browser.found()).toHaveLength(1);
    browser.elapse(1);
    expect(browser.found()).toEqual([]);
  });

  it("leaves when its records have ended, and is asked for before that", () => {
    const browser = createBrowser();
    browser.hear(...attic);
    browser.elapse(95);
    expect(browser.questions()).toEqual([]);
    // Section 5.2: 80 % of the 120 s of server and address are over.
    browser.elapse(1);
    expect(browser.questions()).toEqual([`attic.${service} 33`, "attic.local 1", "attic.local 28"]);
    expect(browser.found()).toHaveLength(1);
    browser.elapse(24);
    expect(browser.found()).toEqual([]);
  });

  it("moves to another address at once, and leaves the old one a second later (section 10.2)", () => {
    const browser = createBrowser();
    browser.hear(...attic);
    browser.elapse(10);
    browser.hear(address("attic.local", "192.168.7.21"));
    browser.elapse(1);
    expect(browser.found()).toEqual(["attic.local:10048 192.168.7.21"]);
  });

  it("keeps addresses that come in one answer", () => {
    const browser = createBrowser();
    browser.hear(...attic);
    browser.elapse(10);
    browser.hear(address("attic.local", "192.168.7.20"), address("attic.local", "10.0.0.7"));
    browser.elapse(2);
    expect(browser.found()).toEqual(["attic.local:10048 192.168.7.20,10.0.0.7"]);
  });

  it("is taken over by another server at once", () => {
    const browser = createBrowser();
    browser.hear(...attic);
    browser.elapse(10);
    browser.hear(server("attic", "attic.local", 9100));
    expect(browser.found()).toEqual(["attic.local:9100 192.168.7.20"]);
  });
});

describe("questions", () => {
  it("are asked after pauses that double, up to an hour (RFC 6762, section 5.2)", () => {
    const asking = createAsking();
    const question = { name: serviceName, type: 12 } as const;
    const askedAt: number[] = [];
    for (let second = 0; second <= 16_000; second += 1) {
      if (asking.queries([question], 1000 * second).length > 0) askedAt.push(second);
    }
    expect(askedAt).toEqual([
      0, 1, 3, 7, 15, 31, 63, 127, 255, 511, 1023, 2047, 4095, 7695, 11_295, 14_895,
    ]);
  });

  it("are asked at once again when the network is another", () => {
    const asking = createAsking();
    const question = { name: serviceName, type: 12 } as const;
    expect(asking.queries([question], 0)).toHaveLength(1);
    expect(asking.queries([question], 10)).toHaveLength(0);
    asking.forget();
    expect(asking.queries([question], 20)).toHaveLength(1);
  });

  it("fit into a packet however many there are", () => {
    const asking = createAsking();
    const questions = Array.from({ length: 500 }, (_, index) => ({
      name: [`board-${index}${"x".repeat(50)}`, ...serviceName],
      type: 33 as const,
    }));
    const queries = asking.queries(questions, 0);
    expect(Math.max(...queries.map(({ length }) => length))).toBeLessThan(1400);
    expect(queries.length).toBe(125);
  });
});
