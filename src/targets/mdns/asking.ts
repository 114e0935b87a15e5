import { type Question, writeQuery } from "./message.ts";
import { nameKey } from "./name.ts";

const firstMs = 1000;
// RFC 6762, section 5.2: intervals double, up to an hour.
const lastMs = 3_600_000;
// Fits into one Ethernet frame however long the names are.
const questionsPerQuery = 4;

interface Asked {
  readonly intervalMs: number;
  readonly nextMs: number;
}

/** Queries for what is wanted now, each question after ever longer pauses for as long as it is wanted. */
export const createAsking = () => {
  let asked = new Map<string, Asked>();
  return {
    queries: (wanted: readonly Question[], nowMs: number): readonly Uint8Array[] => {
      const still = new Map<string, Asked>();
      const due: Question[] = [];
      for (const question of wanted) {
        const key = `${question.type} ${nameKey(question.name)}`;
        const before = asked.get(key);
        if (before !== undefined && before.nextMs > nowMs) {
          still.set(key, before);
          continue;
        }
        const intervalMs = Math.min(lastMs, before === undefined ? firstMs : 2 * before.intervalMs);
        still.set(key, { intervalMs, nextMs: nowMs + intervalMs });
        due.push(question);
      }
      asked = still;
      const count = Math.ceil(due.length / questionsPerQuery);
      return Array.from({ length: count }, (_, index) =>
        writeQuery(due.slice(index * questionsPerQuery, (index + 1) * questionsPerQuery)),
      );
    },
    /** Asks for everything anew, as on a network that was not there before. */
    forget: () => asked.clear(),
  };
};
