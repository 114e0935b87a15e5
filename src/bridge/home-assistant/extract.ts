import { jsonOf, type Payload, textOf } from "../payload.ts";
import type { NotFound } from "../plan.ts";
import type { Template } from "../template.ts";
import type { Form } from "./components.ts";

const notFound = (reason: string): NotFound => ({ notFound: reason });

/** The text of a state, after its template if it has one. */
export const textOfState = (
  payload: Payload,
  template: Template | undefined,
): string | NotFound => {
  const value = textOf(payload);
  if (value === undefined) return notFound("wrong-type");
  if (template === undefined || value === "") return value;
  // The payload keeps its JSON for the next of many templates.
  const rendered = template.render({ value, valueJson: () => jsonOf(payload) });
  if (rendered.kind === "unchanged") return notFound("unchanged");
  return rendered.kind === "text" ? rendered.text : notFound("template-failed");
};

/** True for what Home Assistant takes for an unknown state; nothing, too, is no word. */
const isUnknown = (text: string): boolean => text === "" || text === "None";

const binaryOf = (text: string, on: string, off: string): number | null | NotFound => {
  if (text === on) return 1;
  if (text === off) return 0;
  if (isUnknown(text)) return null;
  const [folded, foldedOn, foldedOff] = [text, on, off].map((word) => word.trim().toLowerCase());
  // Case is forgiven where it does not tell the two apart.
  if (foldedOn !== foldedOff) {
    if (folded === foldedOn) return 1;
    if (folded === foldedOff) return 0;
  }
  return notFound("unknown-word");
};

// ISO 8601 with a time zone; without one it is anybody's guess.
const timestamp =
  /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})$/u;
const millisecondsPerSecond = 1000;

const secondsOf = (text: string): number | null | NotFound => {
  if (isUnknown(text)) return null;
  const milliseconds = timestamp.test(text) ? Date.parse(text.replace(" ", "T")) : Number.NaN;
  return Number.isNaN(milliseconds)
    ? notFound("not-a-number")
    : milliseconds / millisecondsPerSecond;
};

// Neither "007" nor 16 digits nor "3494547e94" was measured: those are identifiers.
const bareNumber = /^[-+]?(?:0|[1-9]\d{0,14})(?:\.\d+)?(?:[eE][-+]\d+)?$/u;

/** The value that stands in a payload, as its form has it; null if the entity says that it has none. */
export const valueOfState = (
  payload: Payload,
  template: Template | undefined,
  form: Form,
): unknown => {
  const text = textOfState(payload, template);
  if (typeof text !== "string" || form.kind === "number") return text;
  if (form.kind === "bare") return bareNumber.test(text.trim()) ? text : null;
  return form.kind === "binary" ? binaryOf(text, form.on, form.off) : secondsOf(text);
};
