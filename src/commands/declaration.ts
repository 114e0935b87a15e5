import type { System } from "./system.ts";

/** A flag as the command line declares it, and what its help says. */
export type Flag = readonly [flag: string, description: string];

/** Runs a command with its flags and the other words of its line; resolves with the exit code. */
export type Run<Options> = (
  system: System,
  options: Options,
  words: readonly string[],
) => Promise<number>;

/** A command as the command line declares it; its module is loaded only when it runs. */
export interface Declaration<Options> {
  /** Its name and its arguments. */
  readonly usage: string;
  readonly description: string;
  readonly flags: readonly Flag[];
  readonly load: () => Promise<Run<Options>>;
}

/** A declaration whose options only its own command knows. */
export interface DeclaredCommand extends Omit<Declaration<never>, "load"> {
  readonly accept: (visit: <Options>(load: () => Promise<Run<Options>>) => void) => void;
}

/** Declares a command that needs no more of the command line than flags. */
export const declareCommand = <Options>({
  load,
  ...declared
}: Declaration<Options>): DeclaredCommand => ({ ...declared, accept: (visit) => visit(load) });
