import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createConnection } from "node:net";
import type { EmulatedChip } from "./chips.ts";
import { emulatedBus } from "./environment.ts";

/** Changes of chips by address: what is given is merged into the chip, null removes it. */
export type ChipChanges = Readonly<Record<string, EmulatedChip | null>>;

/** Plugs, unplugs and changes chips on the emulated bus. */
export const changeChips = async (changes: ChipChanges): Promise<void> => {
  const connection = createConnection(emulatedBus.socket ?? "").setEncoding("utf8");
  await once(connection, "connect");
  connection.write(`${JSON.stringify(changes)}\n`);
  const [answer] = await once(connection, "data");
  connection.destroy();
  if (answer !== "ok\n") throw new Error(`the emulator answers: ${answer}`);
};

/** One transfer: `12.3 w44:fd -> ok`. */
export const transfers = async (): Promise<readonly string[]> =>
  (await readFile(emulatedBus.log ?? "", "utf8")).split("\n").filter((line) => line !== "");
