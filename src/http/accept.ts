import type { Format } from "../exposition/format.ts";

/** One element of a list header with a quality: its value, parameters and weight. */
interface Preference {
  readonly value: string;
  readonly parameters: ReadonlyMap<string, string>;
  /** From 0, not acceptable, to 1. */
  readonly quality: number;
}

// RFC 9110, section 12.4.2: up to three decimals.
const qualityValue = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;

const unquoted = (text: string): string => text.replace(/^"(.*)"$/s, "$1");

/** Undefined for what is not well formed, which then counts as not sent. */
const parsePreference = (element: string): Preference | undefined => {
  const [value = "", ...rest] = element.split(";").map((part) => part.trim().toLowerCase());
  const parameters = new Map<string, string>();
  for (const part of rest.filter((text) => text !== "")) {
    const [, name, content] = /^([^=\s]+)=(\S+)$/s.exec(part) ?? [];
    if (name === undefined || content === undefined) return undefined;
    parameters.set(name, unquoted(content));
  }
  const quality = parameters.get("q") ?? "1";
  if (value === "" || !qualityValue.test(quality)) return undefined;
  parameters.delete("q");
  return { value, parameters, quality: Number(quality) };
};

const parsePreferences = (header: string): readonly Preference[] =>
  header
    .split(",")
    .map(parsePreference)
    .filter((preference) => preference !== undefined);

interface Offer {
  readonly type: string;
  readonly version: string;
}

const offers: Readonly<Record<Format, Offer>> = {
  text: { type: "text/plain", version: "0.0.4" },
  openmetrics: { type: "application/openmetrics-text", version: "1.0.0" },
};

const any = 1;
const named = 3;

/** How closely an element names the offer, or 0 if it does not. Versions count, charset and escaping do not. */
const closeness = ({ value, parameters }: Preference, offer: Offer): number => {
  const version = parameters.get("version");
  if (version !== undefined && version !== offer.version) return 0;
  if (value === "*/*") return any;
  if (value === `${offer.type.split("/", 1)[0]}/*`) return 2;
  if (value !== offer.type) return 0;
  return version === undefined ? named : 4;
};

/** RFC 9110, section 12.5.1: the closest element decides, and of equally close ones the most favourable. */
const judge = (preferences: readonly Preference[], offer: Offer) => {
  let best = { closeness: 0, quality: 0 };
  for (const preference of preferences) {
    const judged = { closeness: closeness(preference, offer), quality: preference.quality };
    const isCloser = judged.closeness > best.closeness;
    const isBetter = judged.closeness === best.closeness && judged.quality > best.quality;
    if (judged.closeness > 0 && (isCloser || isBetter)) best = judged;
  }
  return best;
};

/**
 * The format to answer an Accept header with: OpenMetrics to who prefers it, or names it and likes it as much as the
 * text format, which everybody else gets, also who accepts neither.
 */
export const chooseFormat = (accept: string | undefined): Format => {
  const preferences = parsePreferences(accept ?? "");
  const text = judge(preferences, offers.text);
  const openmetrics = judge(preferences, offers.openmetrics);
  const isPreferred = openmetrics.quality > text.quality;
  const isNamed =
    openmetrics.closeness >= named &&
    openmetrics.quality > 0 &&
    openmetrics.quality === text.quality;
  return isPreferred || isNamed ? "openmetrics" : "text";
};

/** True if an Accept-Encoding header allows gzip and does not prefer the plain body. */
export const acceptsGzip = (acceptEncoding: string | undefined): boolean => {
  const preferences = parsePreferences(acceptEncoding ?? "");
  const qualityOf = (...names: readonly string[]): number | undefined =>
    preferences.find(({ value }) => names.includes(value))?.quality;
  // RFC 9110, section 8.4.1.3: x-gzip is the old name for it.
  const gzip = qualityOf("gzip", "x-gzip") ?? qualityOf("*") ?? 0;
  return gzip > 0 && gzip >= (qualityOf("identity") ?? 0);
};
