import { createGate, type Gate } from "./gate.ts";

/** Gates beyond that are not kept: names that are published must not use memory without end. */
const maximumGates = 5000;

/** The gates of things that are told apart by a key, such as gateways by the beginning of their topics. */
export const createGates = (
  parentsOf: (key: string) => readonly Gate[] = () => [],
): ((key: string) => Gate) => {
  const gates = new Map<string, Gate>();
  return (key) => {
    const known = gates.get(key);
    if (known !== undefined) return known;
    const created = createGate({ parents: gates.size < maximumGates ? parentsOf(key) : [] });
    if (gates.size < maximumGates) gates.set(key, created);
    return created;
  };
};
