import { familyOfMeaning, type Meaning } from "./meaning.ts";
import type { Interpret } from "./plan.ts";
import { meaningOfUnknown } from "./vocabulary.ts";

/** As many fields as a topic may have; those beyond are not told apart. */
const maximumOwners = 2000;

const isOne = (meaning: Meaning | readonly Meaning[]): meaning is Meaning => "quantity" in meaning;

/**
 * Interprets so that no two fields of a topic become the same series: `heat index` and `heat.index` mean the same, and
 * the second one becomes a value by its own name.
 */
export const distinctly = (interpret: Interpret): Interpret => {
  const owners = new Map<string, string>();
  return (path, value, root) => {
    const meaning = interpret(path, value, root);
    if (typeof meaning === "string" || !isOne(meaning)) return meaning;
    const series = JSON.stringify([familyOfMeaning(meaning).name, meaning.labels]);
    const field = JSON.stringify(path);
    const owner = owners.get(series) ?? field;
    if (owners.size < maximumOwners) owners.set(series, owner);
    return owner === field ? meaning : meaningOfUnknown(path.join("/"));
  };
};
