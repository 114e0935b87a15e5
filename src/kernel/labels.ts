import type { Sysfs } from "../buses/sysfs.ts";

/** An attribute with the label of an input, and the input that it belongs to. */
export interface LabelAttribute {
  readonly attribute: string;
  readonly input: string;
}

/** The labels that there are, by input. */
export const readLabels = async (
  sysfs: Sysfs,
  path: string,
  attributes: readonly LabelAttribute[],
): Promise<ReadonlyMap<string, string>> => {
  const texts = new Map<string, string>();
  for (const { attribute, input } of attributes) {
    const text = await sysfs.readOptional(`${path}/${attribute}`);
    if (text !== undefined && text !== "") texts.set(input, text);
  }
  return texts;
};
