import { formatPlace } from "../buses/i2c-errors.ts";
import { hexadecimal } from "../hexadecimal.ts";
import type { Finding, Settings, Suggestion } from "./finding.ts";
import type { Answer, Chip } from "./i2c-probe.ts";

/** Where a chip is. */
export interface Place {
  readonly bus: number;
  readonly address: number;
}

const usualBus = 1;

const suggest = ({ name, driver }: Chip, { bus, address }: Place): Suggestion => {
  const isUsualAddress = driver.addresses[0] === address;
  const settings: Settings = {
    ...(bus === usualBus ? {} : { bus }),
    ...(isUsualAddress ? {} : { address }),
  };
  const atAddress = `${name} ${hexadecimal(address)}`;
  const onBus = `${atAddress} bus ${bus}`;
  if (bus !== usualBus) return { driver: name, names: [onBus], settings };
  return { driver: name, names: isUsualAddress ? [name, atAddress] : [atAddress], settings };
};

const quotedList = (words: readonly string[]): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;

/** What it said of itself that the title does not say already. */
const identityWords = (title: string, identity: Readonly<Record<string, string>>): string => {
  const words = Object.entries(identity)
    .filter(([_key, value]) => !title.includes(value))
    .map(([key, value]) => `${key} ${value}`);
  return words.length === 0 ? "" : ` (${words.join(", ")})`;
};

const identified = (
  answers: readonly Extract<Answer, { readonly kind: "identified" }>[],
  place: Place,
  words: string,
): Finding => {
  const [only, ...others] = answers;
  const suggestions = answers.map(({ chip }) => suggest(chip, place));
  if (only !== undefined && others.length === 0) {
    const what = `${only.chip.driver.title}${identityWords(only.chip.driver.title, only.identity)}`;
    return { place: words, what, certainty: "found", suggestions, remarks: [] };
  }
  const names = quotedList(answers.map(({ chip }) => chip.name));
  return {
    place: words,
    what: names,
    certainty: "possible",
    suggestions,
    remarks: ["It passes for each of these; keep the one that is printed on the chip."],
  };
};

/** What sits at an address, told by all that its chips' drivers learned; undefined if nothing does. */
export const findingOf = (answers: readonly Answer[], place: Place): Finding | undefined => {
  const words = formatPlace(place.bus, place.address);
  const known = answers.flatMap((answer) => (answer.kind === "identified" ? [answer] : []));
  if (known.length > 0) return identified(known, place, words);
  const possible = answers.flatMap((answer) => (answer.kind === "possible" ? [answer] : []));
  if (possible.length > 0) {
    return {
      place: words,
      what: quotedList(possible.map(({ chip }) => chip.name)),
      certainty: "possible",
      suggestions: possible.map(({ chip }) => suggest(chip, place)),
      remarks: [...new Set(possible.map(({ reason }) => reason))],
    };
  }
  const refused = answers.flatMap((answer) => (answer.kind === "refused" ? [answer] : []));
  if (refused.length > 0) {
    return {
      place: words,
      what: `not ${quotedList(refused.map(({ chip }) => chip.name))}`,
      certainty: "unknown",
      suggestions: [],
      remarks: refused.map(({ chip, reason }) => `${chip.name}: ${reason}`),
    };
  }
  return undefined;
};
