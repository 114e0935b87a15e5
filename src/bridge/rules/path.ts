/** Keys and indices of a path, `*` for all; or what is wrong with the text. */
export type ParsedPath = { readonly path: readonly string[] } | { readonly problem: string };

// A key after a dot or at the beginning, one in quotes, or one in brackets.
const step =
  /(?:(?:^|\.)(?:([^.[\]"']+)|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')|\[(?:(\d+|\*)|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')\])/uy;

const deepest = 16;

/** Reads a path into a payload: `env.t`, `bat[0].level`, `["heat.index"]`, `probes.*.t`. */
export const parsePath = (text: string): ParsedPath => {
  const path: string[] = [];
  step.lastIndex = 0;
  while (step.lastIndex < text.length) {
    const at = step.lastIndex;
    const found = step.exec(text);
    if (found === null) return { problem: `is not a path from "${text.slice(at, at + 20)}" on` };
    const [, plain, double, single, index, inDouble, inSingle] = found;
    const quoted = double ?? single ?? inDouble ?? inSingle;
    path.push(plain?.trim() ?? index ?? quoted?.replace(/\\(.)/gu, "$1") ?? "");
  }
  if (path.length === 0) return { problem: "is empty" };
  return path.length > deepest ? { problem: `has more than ${deepest} levels` } : { path };
};
