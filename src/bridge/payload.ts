/** What a message says, decoded as far as somebody has asked. */
export interface Payload {
  readonly bytes: Uint8Array;
  text: string | undefined;
  json: unknown;
  isDecoded: boolean;
  isParsed: boolean;
}

/** A payload that nobody has looked at. */
export const createPayload = (bytes: Uint8Array): Payload => ({
  bytes,
  text: undefined,
  json: undefined,
  isDecoded: false,
  isParsed: false,
});

// Without `ignoreBOM` a mark of order at the beginning is dropped, which is what JSON.parse needs.
const decoder = new TextDecoder("utf-8", { fatal: true });

const decode = (bytes: Uint8Array): string | undefined => {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
};

/** The text of a payload; undefined if it is not UTF-8. */
export const textOf = (payload: Payload): string | undefined => {
  if (payload.isDecoded) return payload.text;
  payload.isDecoded = true;
  payload.text = decode(payload.bytes);
  return payload.text;
};

// Anything else cannot begin a JSON text (RFC 8259, section 2), and an exception costs more than a look.
const beginsJson = /^\s*(?:[-{["\d]|true|false|null)/u;

/** The JSON value that the whole payload is; undefined if it is none. */
export const jsonOf = (payload: Payload): unknown => {
  if (payload.isParsed) return payload.json;
  payload.isParsed = true;
  const text = textOf(payload);
  if (text === undefined || !beginsJson.test(text)) return undefined;
  try {
    payload.json = JSON.parse(text);
  } catch {
    // Text that only begins like JSON: "12.6.5", "21:08".
  }
  return payload.json;
};

/** True for a JSON object. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The value at a path of own keys and indices; undefined if there is none. */
export const valueAt = (value: unknown, path: readonly string[]): unknown => {
  let current = value;
  for (const key of path) {
    // Only own keys, so that `__proto__` and `constructor` are keys like any other.
    if (isObject(current) && Object.hasOwn(current, key)) current = current[key];
    else if (Array.isArray(current) && /^\d+$/u.test(key)) current = current[Number(key)];
    else return undefined;
  }
  return current;
};

/** A string, number or boolean of the payload itself: a JSON scalar, else its text. */
export const scalarOf = (payload: Payload): unknown => {
  const text = textOf(payload);
  if (text === undefined) return undefined;
  const first = text.charCodeAt(0);
  // A number, the most frequent payload, needs no JSON.
  if ((first >= 0x30 && first <= 0x39) || first === 0x2d) return text;
  const json = jsonOf(payload);
  return json === undefined ? text : json;
};
