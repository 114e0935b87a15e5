import { type Statement, say } from "./messages.ts";

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Text with its references replaced, or why it cannot be. */
export type Expansion =
  | { readonly text: string; readonly isFromEnvironment: boolean }
  | { readonly fault: Statement };

// An escape, or a reference as far as it is well formed.
const reference = /\$\$\{|\$\{(?:([A-Za-z_]\w*)\})?/g;

/** Replaces `${NAME}` by the variable of that name and `$${` by a plain `${`. */
export const expandEnvironment = (text: string, environment: Environment): Expansion => {
  let fault: Statement | undefined;
  let isFromEnvironment = false;
  const expanded = text.replace(reference, (match: string, name: string | undefined) => {
    if (match === "$$" + "{") return "$" + "{";
    const value = name === undefined ? undefined : environment[name];
    fault ??= faultOf(name, value);
    isFromEnvironment = true;
    return value ?? "";
  });
  return fault === undefined ? { text: expanded, isFromEnvironment } : { fault };
};

const faultOf = (name: string | undefined, value: string | undefined): Statement | undefined => {
  if (name === undefined) return say("environment-syntax");
  return value === undefined ? say("environment-unset", name) : undefined;
};
