import { type Budget, RenderFailure } from "./bounds.ts";
import { isTruthy, typeName, type Value } from "./values.ts";

/** The arguments of one call: those that have a name, and the rest of a variadic operation. */
export interface Arguments {
  readonly named: ReadonlyMap<string, Value>;
  readonly rest: readonly Value[];
}

/** A function, filter, method or test; its first parameter is what a filter, method or test is applied to. */
export interface Operation {
  readonly parameters: readonly string[];
  /** How many of them must be given; 1 if absent. */
  readonly required?: number;
  readonly isVariadic?: true;
  readonly apply: (given: Arguments, budget: Budget) => Value;
}

/** Operations by name. */
export type Operations = ReadonlyMap<string, Operation>;

/** The argument, or the fallback if it was left out. */
export const argument = (given: Arguments, name: string, fallback?: Value): Value =>
  given.named.has(name) ? given.named.get(name) : fallback;

/** The argument as a text; other types fail. */
export const textArgument = (given: Arguments, name: string, fallback?: string): string => {
  const value = argument(given, name, fallback);
  if (typeof value !== "string") throw new RenderFailure(`${name} is ${typeName(value)}, not text`);
  return value;
};

/** The argument as an integer; other types fail. */
export const integerArgument = (given: Arguments, name: string, fallback: number): number => {
  const value = argument(given, name, BigInt(fallback));
  if (typeof value !== "bigint") throw new RenderFailure(`${name} is ${typeName(value)}, not int`);
  return Number(value);
};

/** Whether the argument was given and is true. */
export const isAsked = (given: Arguments, name: string, budget: Budget): boolean =>
  isTruthy(argument(given, name, false), budget);

/** The default that was given; fails without one, as Home Assistant does since 2022.1. */
export const defaultOr = (given: Arguments, failure: string): Value => {
  if (!given.named.has("default")) throw new RenderFailure(failure);
  return argument(given, "default");
};
