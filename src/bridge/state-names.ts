import { definitionOf, type Quantity } from "../quantities.ts";
import type { Meaning } from "./meaning.ts";
import { meaningOfName, wordsOfKey } from "./vocabulary.ts";

/** Words that only mean a state where it is known that the value is on or off. */
const stateWords: ReadonlyMap<string, Quantity> = new Map([
  ["contact", "contactOpen"],
  ["moisture", "leakDetected"],
  ["water", "leakDetected"],
  ["flood", "leakDetected"],
  ["rain", "rainDetected"],
  ["gas", "gasDetected"],
  ["sound", "soundDetected"],
  ["noise", "soundDetected"],
  ["tamper", "tamperDetected"],
  ["problem", "problemDetected"],
  ["error", "problemDetected"],
  ["fault", "problemDetected"],
  ["alarm", "alarmActive"],
  ["button", "buttonPressed"],
  ["running", "running"],
  ["charging", "batteryCharging"],
  ["connected", "connected"],
  ["connectivity", "connected"],
  ["plugged", "pluggedIn"],
]);

/** Words by which a name says the opposite, or not what is, but what somebody wants. */
const others: ReadonlySet<string> = new Set(
  "closed close ok normal clear not no inactive disabled enabled enable disable".split(" "),
);

const knownState = (name: string, words: readonly string[]): Meaning | undefined => {
  if (words.some((word) => others.has(word))) return undefined;
  const meaning = meaningOfName(name);
  if (typeof meaning?.quantity === "string") {
    if (definitionOf(meaning.quantity).dimension === "state") return meaning;
  }
  const quantity = stateWords.get(words.at(-1) ?? "");
  if (quantity === undefined) return undefined;
  const rest = words.slice(0, -1).join("_");
  return { quantity, labels: rest === "" ? undefined : { channel: rest } };
};

/** What a value that is on or off means by its name; a state of its own where the name does not say. */
export const meaningOfStateName = (name: string): Meaning =>
  knownState(name, wordsOfKey(name)) ?? {
    quantity: "state",
    labels: { channel: name.slice(0, 128) },
  };
