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

/** What a value that is on or off means by its name; `otherwise` where the name does not say. */
export const meaningOfStateName = (name: string, otherwise: Quantity = "state"): Meaning => {
  const meaning = meaningOfName(name, { allowsHead: true });
  if (typeof meaning?.quantity === "string") {
    if (definitionOf(meaning.quantity).dimension === "state") return meaning;
  }
  const words = wordsOfKey(name);
  const word = words.findLast((each) => stateWords.has(each));
  const rest = words.filter((each) => each !== word).join("_");
  const quantity = word === undefined ? undefined : stateWords.get(word);
  if (quantity === undefined)
    return { quantity: otherwise, labels: { channel: name.slice(0, 128) } };
  return { quantity, labels: rest === "" ? undefined : { channel: rest } };
};
