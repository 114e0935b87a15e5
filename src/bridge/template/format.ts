import { type Budget, RenderFailure, spendText } from "./bounds.ts";
import { decimalsOf, finite, operandOf, roundedUnits, truncated } from "./numbers.ts";
import { textOf } from "./text.ts";
import type { Value } from "./values.ts";

const widthMax = 100;

// Python's library reference, "printf-style String Formatting".
const conversions = /%(?<flags>[-+ 0#]*)(?<width>\d*)(?:\.(?<precision>\d*))?(?<conversion>.|$)/gs;

const decimalText = (number: number, decimals: number): string => {
  const units = roundedUnits(finite(number), decimals);
  const digits = String(units < 0n ? -units : units).padStart(decimals + 1, "0");
  const point = digits.length - decimals;
  const isNegative = number < 0 || Object.is(number, -0);
  const fraction = decimals === 0 ? "" : `.${digits.slice(point)}`;
  return `${isNegative ? "-" : ""}${digits.slice(0, point)}${fraction}`;
};

const integerOf = (value: Value): bigint => {
  const operand = operandOf(value, "format");
  return typeof operand === "bigint" ? operand : truncated(operand);
};

const bodyOf = (
  conversion: string,
  precision: number | undefined,
  value: Value,
  budget: Budget,
): string => {
  if (conversion === "s") return textOf(value, budget).slice(0, precision);
  if (conversion === "d" || conversion === "i") return String(integerOf(value));
  if (conversion === "x" || conversion === "X") {
    const text = integerOf(value).toString(16);
    return conversion === "x" ? text : text.toUpperCase();
  }
  if (conversion === "f" || conversion === "F") {
    const decimals = decimalsOf(BigInt(precision ?? 6));
    return decimalText(Number(operandOf(value, "format")), decimals);
  }
  throw new RenderFailure(`format %${conversion}`);
};

const padded = (body: string, flags: string, width: number, isNumber: boolean): string => {
  const plus = flags.includes("+") ? "+" : " ";
  const isSigned = isNumber && /[+ ]/.test(flags) && !body.startsWith("-");
  const signed = isSigned ? plus + body : body;
  if (flags.includes("-")) return signed.padEnd(width);
  if (!flags.includes("0") || !isNumber) return signed.padStart(width);
  const sign = /^[-+ ]/.exec(signed)?.[0] ?? "";
  return sign + signed.slice(sign.length).padStart(width - sign.length, "0");
};

/** The text with its `%s`, `%d`, `%x` and `%f` filled in, as Python's `%` does. */
export const formatted = (template: string, values: readonly Value[], budget: Budget): string => {
  spendText(budget, template.length);
  let used = 0;
  const text = template.replace(conversions, (_, flags, widthText, precisionText, conversion) => {
    if (conversion === "%") return "%";
    const width = Number(widthText);
    if (width > widthMax) throw new RenderFailure("format too wide");
    if (used >= values.length) throw new RenderFailure("format with too few values");
    const precision = precisionText === undefined ? undefined : Number(precisionText);
    const body = bodyOf(conversion, precision, values[used++], budget);
    return padded(body, flags, width, conversion !== "s");
  });
  if (used < values.length) throw new RenderFailure("format with too many values");
  spendText(budget, text.length);
  return text;
};
