import { definitionOf } from "../../quantities.ts";
import type { Meaning } from "../meaning.ts";
import { hasUsualUnit } from "../usual-units.ts";
import { suffixes } from "../vocabulary/suffixes.ts";
import { meaningOfName, meaningOfUnknown, wordsOfKey } from "../vocabulary.ts";

/** Text sensors share their topics with numeric ones; of these a text of digits would be no number. */
const textual =
  /(?:^|_)(?:b?ssid|ip|mac|version|firmware|hash|serial|id|code|address|timestamp)(?:_|$)/u;

const namesUnit = (words: readonly string[]): boolean =>
  [1, 2].some((length) => words.length > length && suffixes.has(words.slice(-length).join("_")));

/** A sum that starts anew is no counter. */
const withoutCounter = (meaning: Meaning, words: readonly string[]): Meaning =>
  meaning.quantity === "energyJoulesTotal" &&
  words.some((word) => /^(?:today|yesterday|hourly|daily|weekly|monthly|yearly)$/u.test(word))
    ? { ...meaning, quantity: "energyBalanceJoules" }
    : meaning;

/** What a numeric sensor means by its object identifier, or why it is no reading. */
export const meaningOfSensor = (object: string): Meaning | string => {
  const words = wordsOfKey(object);
  if (textual.test(words.join("_"))) return "a text by its name";
  const meaning = meaningOfName(object);
  if (typeof meaning?.quantity !== "string") return meaningOfUnknown(object);
  const { quantity } = meaning;
  const isSure =
    hasUsualUnit(quantity) || (namesUnit(words) && definitionOf(quantity).dimension !== "state");
  return isSure ? withoutCounter(meaning, words) : meaningOfUnknown(object);
};
