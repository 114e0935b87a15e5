import { type Statement, say } from "./messages.ts";

// https://en.wikipedia.org/wiki/Bcrypt#Description: version, cost, 22 characters of salt, 31 of hash.
const hashForm = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;
const leastCost = 4;
// Each step doubles the work: 14 is sixteen times that of 10, the cost which the exporter toolkit suggests.
const highestCost = 14;

/** The cost of a bcrypt hash, 4 to 14. */
export const costOf = (hash: string): number => Number(hashForm.exec(hash)?.[1]);

/** What is wrong with a bcrypt hash; undefined if nothing is. */
export const hashFault = (hash: unknown): Statement | undefined => {
  const cost = typeof hash === "string" ? costOf(hash) : Number.NaN;
  if (Number.isNaN(cost)) return say("web-hash-form");
  const isInRange = cost >= leastCost && cost <= highestCost;
  return isInRange ? undefined : say("web-hash-cost", cost, leastCost, highestCost);
};
