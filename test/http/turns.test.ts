import { describe, expect, it } from "vitest";
import { createTurns, type Turns } from "../../src/http/turns.ts";

/** Takes turns for clients by name and writes down who got one, in order. */
const takeAll = async (turns: Turns, clients: readonly string[]): Promise<readonly string[]> => {
  const order: string[] = [];
  await Promise.all(
    clients.map(async (client) => {
      const turn = turns.take(client);
      if (turn === undefined) return order.push(`${client} turned away`);
      if (!(await turn)) return order.push(`${client} put out`);
      order.push(client);
      await Promise.resolve();
      return turns.end();
    }),
  );
  return order;
};

describe("turns", () => {
  it("go round the clients, not by who came first", async () => {
    const turns = createTurns({ perClient: 4, total: 64 });
    expect(await takeAll(turns, ["a", "a", "a", "a", "b", "b", "c"])).toEqual([
      ...["a", "a", "b", "c", "a", "b", "a"],
    ]);
  });

  it("are refused to a client that has too many waiting, and to no other", async () => {
    const turns = createTurns({ perClient: 1, total: 64 });
    expect(await takeAll(turns, ["a", "a", "a", "b"])).toEqual([
      ...["a turned away", "a", "a", "b"],
    ]);
  });

  it("are refused to all when too many wait together", async () => {
    const turns = createTurns({ perClient: 4, total: 2 });
    expect(await takeAll(turns, ["a", "b", "c", "d"])).toEqual(["d turned away", "a", "b", "c"]);
  });

  it("go to a newcomer rather than to the client that waits for most, when too many wait", async () => {
    const turns = createTurns({ perClient: 4, total: 4 });
    expect(await takeAll(turns, ["a", "a", "a", "b", "b", "c", "d"])).toEqual([
      ...["a", "a put out", "b put out", "a", "b", "c", "d"],
    ]);
  });

  it("are free again afterwards, and only one is held at a time", async () => {
    const turns = createTurns({ perClient: 4, total: 64 });
    await takeAll(turns, ["a", "b"]);
    await turns.take("c");
    let isSecond = false;
    const second = turns.take("d")?.then(() => {
      isSecond = true;
    });
    await Promise.resolve();
    expect(isSecond).toBe(false);
    turns.end();
    await second;
    expect(isSecond).toBe(true);
  });
});
