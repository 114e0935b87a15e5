import {
  RenderFailure,
  stepsMax,
  templateCharactersMax,
  UndefinedMet,
  UnsupportedTemplate,
} from "./template/bounds.ts";
import { pathProgram } from "./template/path.ts";
import type { Payload } from "./template/scope.ts";
import { type Program, programOf } from "./template/statements.ts";
import { partsOf } from "./template/tokens.ts";

/** The outcome of rendering; `unchanged` means that `is_defined` met something undefined, so what was known stays. */
export type Rendered =
  /** Trimmed; may be "" or "None", which the caller judges. */
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "unchanged" }
  | { readonly kind: "failed"; readonly reason: string };

/** A compiled value template. */
export interface Template {
  readonly render: (payload: Payload) => Rendered;
}

/** What of a template is not supported, such as `for`, `now()` or `filter regex_findall`. */
export interface Unsupported {
  readonly unsupported: string;
}

// The template is from anybody who may publish: whatever goes wrong in it must not end more than
// this one value.
const outcomeOf = (thrown: unknown): Rendered => {
  if (thrown instanceof UndefinedMet) return { kind: "unchanged" };
  if (thrown instanceof RenderFailure) return { kind: "failed", reason: thrown.message };
  return { kind: "failed", reason: "internal" };
};

const templateOf = (program: Program): Template => ({
  render: (payload) => {
    try {
      const scope = { payload, budget: { steps: stepsMax }, variables: new Map() };
      return { kind: "text", text: program(scope).trim() };
    } catch (cause) {
      return outcomeOf(cause);
    }
  },
});

/** Compiles a Home Assistant value template, of at most 4096 characters, or names what it cannot do. */
export const compileTemplate = (source: string): Template | Unsupported => {
  if (source.length > templateCharactersMax) return { unsupported: "template too long" };
  try {
    const parts = partsOf(source);
    return templateOf(pathProgram(parts) ?? programOf(parts));
  } catch (cause) {
    return { unsupported: cause instanceof UnsupportedTemplate ? cause.message : "internal" };
  }
};
