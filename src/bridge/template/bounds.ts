/** Longest template that is read, in characters. */
export const templateCharactersMax = 4096;
/** Longest text that may arise while a template is rendered, in characters. */
export const textCharactersMax = 65_536;
/** Most steps that one rendering may take: one for each part of the template and for each 64 characters or one item touched. */
export const stepsMax = 20_000;
/** Deepest nesting of brackets and blocks in a template, and of what it prints or compares. */
export const depthMax = 48;
/** Most operators, filters and subscripts in a template: each one lengthens the evaluation's stack. */
export const operatorsMax = 600;

/** What a rendering may still spend. */
export interface Budget {
  steps: number;
}

/** The template was understood but gave no value for this payload. */
export class RenderFailure extends Error {
  override readonly name = "RenderFailure";
  /** True if it asked an undefined value for something. */
  readonly isUndefined: boolean;

  constructor(reason: string, { isUndefined = false } = {}) {
    super(reason);
    this.isUndefined = isUndefined;
  }
}

/** `is_defined` met something undefined. */
export class UndefinedMet extends Error {
  override readonly name = "UndefinedMet";
}

/** The template uses what is not supported, or is no template. */
export class UnsupportedTemplate extends Error {
  override readonly name = "UnsupportedTemplate";
}

/** Takes the steps from the budget, and ends the rendering once it is used up. */
export const spend = (budget: Budget, steps: number): void => {
  budget.steps -= steps;
  if (budget.steps < 0) throw new RenderFailure("too many steps");
};

/** Pays for reading or building the text, which must not be too long. */
export const spendText = (budget: Budget, characters: number): void => {
  if (characters > textCharactersMax) throw new RenderFailure("text too long");
  spend(budget, 1 + (characters >> 6));
};

/** What the evaluation gives, unless that is undefined or comes from asking something undefined. */
export const whenDefined = <Result>(evaluate: () => Result | undefined): Result => {
  try {
    const result = evaluate();
    if (result !== undefined) return result;
  } catch (cause) {
    if (!(cause instanceof RenderFailure) || !cause.isUndefined) throw cause;
  }
  throw new UndefinedMet();
};
