import { type DomainName, nameBytes, readName } from "./name.ts";

/** Types of records that say where a service is: RFC 1035, section 3.2.2; RFC 3596; RFC 2782. */
export const recordTypes = { a: 1, ptr: 12, txt: 16, aaaa: 28, srv: 33 } as const;

/** What a record says. */
type RecordContent =
  | { readonly type: "ptr"; readonly target: DomainName }
  | { readonly type: "srv"; readonly target: DomainName; readonly port: number }
  | { readonly type: "txt"; readonly texts: readonly string[] }
  | { readonly type: "address"; readonly address: string };

/** One record of an answer. */
export interface ResourceRecord {
  readonly name: DomainName;
  readonly content: RecordContent;
  readonly ttlSeconds: number;
  /** True if it takes the place of all others of its name and type: RFC 6762, section 10.2. */
  readonly isFlush: boolean;
}

/** What is asked for. */
export interface Question {
  readonly name: DomainName;
  readonly type: (typeof recordTypes)[keyof typeof recordTypes];
}

const headerBytes = 12;
// More than fit into the 9000 bytes of the largest message: RFC 6762, section 17.
const maximumRecords = 1000;
// Response, standard query, no error; the other flags are to be ignored: section 18.
const relevantFlags = 0xf80f;
const responseFlags = 0x8000;
const internetClass = 1;
const flushBit = 0x8000;
const groupsOfAddress = 8;

const decoder = new TextDecoder();

const readTexts = (bytes: Uint8Array): readonly string[] => {
  const texts: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 1 + (bytes[at] ?? 0);
    texts.push(decoder.decode(bytes.subarray(at + 1, end)));
    at = end;
  }
  return texts;
};

const readAddress = (view: DataView, at: number, length: number): RecordContent | undefined => {
  if (length === 4) {
    const parts = Array.from({ length }, (_, index) => view.getUint8(at + index));
    return { type: "address", address: parts.join(".") };
  }
  const groups = Array.from({ length: groupsOfAddress }, (_, index) =>
    view.getUint16(at + 2 * index).toString(16),
  );
  return { type: "address", address: groups.join(":") };
};

interface Extent {
  readonly at: number;
  readonly length: number;
}

const bytesOf = (view: DataView, { at, length }: Extent): Uint8Array => {
  if (at + length > view.byteLength) throw new RangeError("a record that is cut off");
  return new Uint8Array(view.buffer, view.byteOffset + at, length);
};

const readContent = (view: DataView, type: number, extent: Extent): RecordContent | undefined => {
  const bytes = bytesOf(view, extent);
  const { at, length } = extent;
  if (type === recordTypes.ptr) return { type: "ptr", target: readName(view, at).name };
  if (type === recordTypes.srv) {
    return { type: "srv", target: readName(view, at + 6).name, port: view.getUint16(at + 4) };
  }
  if (type === recordTypes.txt) return { type: "txt", texts: readTexts(bytes) };
  const isAddress =
    (type === recordTypes.a && length === 4) || (type === recordTypes.aaaa && length === 16);
  return isAddress ? readAddress(view, at, length) : undefined;
};

/** Where the records begin: after the questions, which an answer may repeat. */
const recordsAt = (view: DataView): number => {
  let at = headerBytes;
  for (let left = view.getUint16(4); left > 0; left -= 1) at = readName(view, at).next + 4;
  return at;
};

const readRecord = (view: DataView, at: number) => {
  const { name, next } = readName(view, at);
  const recordClass = view.getUint16(next + 2);
  const extent: Extent = { at: next + 10, length: view.getUint16(next + 8) };
  const content = readContent(view, view.getUint16(next), extent);
  const isUnknown = content === undefined || (recordClass & ~flushBit) !== internetClass;
  const record: ResourceRecord | undefined = isUnknown
    ? undefined
    : {
        name,
        content,
        ttlSeconds: view.getUint32(next + 4),
        isFlush: (recordClass & flushBit) !== 0,
      };
  return { record, next: extent.at + extent.length };
};

const readRecords = (view: DataView): readonly ResourceRecord[] => {
  const count = view.getUint16(6) + view.getUint16(8) + view.getUint16(10);
  if (count > maximumRecords) throw new RangeError("more records than fit");
  const records: ResourceRecord[] = [];
  let at = recordsAt(view);
  for (let left = count; left > 0; left -= 1) {
    const { record, next } = readRecord(view, at);
    if (record !== undefined) records.push(record);
    at = next;
  }
  return records;
};

/** The records of an answer that say where services are; undefined for a question, or what is malformed. */
export const readAnswer = (bytes: Uint8Array): readonly ResourceRecord[] | undefined => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  try {
    const isAnswer = (view.getUint16(2) & relevantFlags) === responseFlags;
    return isAnswer ? readRecords(view) : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
};

/** A query of these questions. */
export const writeQuery = (questions: readonly Question[]): Uint8Array => {
  const header = [0, 0, 0, 0, questions.length >> 8, questions.length & 0xff, 0, 0, 0, 0, 0, 0];
  const body = questions.flatMap(({ name, type }) => [
    ...nameBytes(name),
    type >> 8,
    type & 0xff,
    0,
    internetClass,
  ]);
  return Uint8Array.from([...header, ...body]);
};
