import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";

/** A value as it stands in the message: what it means depends on the data type. */
export type PublishedValue = bigint | number | boolean | string;

/** A metric of a message; Sparkplug 3.0.0, section 6.4, and sparkplug_b.proto of Eclipse Tahu. */
export interface PublishedMetric {
  readonly name?: string;
  /** In decimal digits, since it has 64 bits. */
  readonly alias?: string;
  readonly datatype?: number;
  readonly isHistorical?: boolean;
  readonly isNull?: boolean;
  readonly properties?: ReadonlyMap<string, PublishedValue>;
  readonly value?: PublishedValue;
}

/** A message as far as it is read: neither data sets nor templates nor files. */
export interface PublishedPayload {
  readonly metrics: readonly PublishedMetric[];
  readonly uuid: string | undefined;
}

/** More than any node has; those beyond are ignored. */
const maximumMetrics = 10_000;

type Visit = (field: number, wireType: WireType, reader: BinaryReader) => boolean;

/** Goes through the fields of a protobuf message; those that nobody has read are skipped. */
const visitFields = (bytes: Uint8Array, visit: Visit): void => {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (!visit(field, wireType, reader)) reader.skip(wireType, field);
  }
};

/** How a field is written: a field of that number in another form belongs to somebody else. */
const forms = {
  uint32: { wireType: WireType.Varint, read: (reader: BinaryReader) => reader.uint32() },
  uint64: { wireType: WireType.Varint, read: (reader: BinaryReader) => BigInt(reader.uint64()) },
  bool: { wireType: WireType.Varint, read: (reader: BinaryReader) => reader.bool() },
  float: { wireType: WireType.Bit32, read: (reader: BinaryReader) => reader.float() },
  double: { wireType: WireType.Bit64, read: (reader: BinaryReader) => reader.double() },
  string: { wireType: WireType.LengthDelimited, read: (reader: BinaryReader) => reader.string() },
} as const;

type Form = (typeof forms)[keyof typeof forms];

/** Forms of the `value` fields: they begin at 10 in a metric and at 3 in a property, in the same order. */
const valueForms: readonly Form[] = [
  forms.uint32,
  forms.uint64,
  forms.float,
  forms.double,
  forms.bool,
  forms.string,
];

const readValue = (
  index: number,
  wireType: WireType,
  reader: BinaryReader,
): PublishedValue | undefined => {
  const form = valueForms[index];
  return form?.wireType === wireType ? form.read(reader) : undefined;
};

const readProperty = (bytes: Uint8Array): PublishedValue | undefined => {
  let value: PublishedValue | undefined;
  visitFields(bytes, (field, wireType, reader) => {
    const found = readValue(field - 3, wireType, reader);
    value = found ?? value;
    return found !== undefined;
  });
  return value;
};

const readProperties = (bytes: Uint8Array): ReadonlyMap<string, PublishedValue> => {
  const keys: string[] = [];
  const values: (PublishedValue | undefined)[] = [];
  visitFields(bytes, (field, wireType, reader) => {
    if (wireType !== WireType.LengthDelimited) return false;
    if (field === 1) keys.push(reader.string());
    else if (field === 2) values.push(readProperty(reader.bytes()));
    else return false;
    return true;
  });
  const properties = new Map<string, PublishedValue>();
  keys.forEach((key, index) => {
    const value = values[index];
    if (value !== undefined) properties.set(key, value);
  });
  return properties;
};

/** Fields of a metric besides its value and properties. */
const metricFields: ReadonlyMap<number, readonly [keyof PublishedMetric, Form]> = new Map([
  [1, ["name", forms.string]],
  [2, ["alias", forms.uint64]],
  [4, ["datatype", forms.uint32]],
  [5, ["isHistorical", forms.bool]],
  [7, ["isNull", forms.bool]],
] as const);

const readMetric = (bytes: Uint8Array): PublishedMetric => {
  const found: Record<string, unknown> = {};
  visitFields(bytes, (field, wireType, reader) => {
    const [key, form] = metricFields.get(field) ?? [];
    if (key !== undefined && form?.wireType === wireType) {
      const value = form.read(reader);
      found[key] = key === "alias" ? String(value) : value;
      return true;
    }
    if (field === 9 && wireType === WireType.LengthDelimited) {
      found["properties"] = readProperties(reader.bytes());
      return true;
    }
    const value = readValue(field - 10, wireType, reader);
    if (value !== undefined) found["value"] = value;
    return value !== undefined;
  });
  return found;
};

const readPayload = (bytes: Uint8Array): PublishedPayload => {
  const metrics: PublishedMetric[] = [];
  let uuid: string | undefined;
  visitFields(bytes, (field, wireType, reader) => {
    if (wireType !== WireType.LengthDelimited) return false;
    if (field === 2 && metrics.length < maximumMetrics) metrics.push(readMetric(reader.bytes()));
    else if (field === 4) uuid = reader.string();
    else return false;
    return true;
  });
  return { metrics, uuid };
};

/** Decodes a Sparkplug B payload; undefined if it is no such message. */
export const decodePayload = (bytes: Uint8Array): PublishedPayload | undefined => {
  try {
    return readPayload(bytes);
  } catch {
    // Cut off, or not protobuf at all: the reader says so by exceptions only.
    return undefined;
  }
};
