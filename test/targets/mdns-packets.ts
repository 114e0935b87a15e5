/** One record of an answer, as RFC 1035, section 4.1.3 has it; the name with dots between its labels. */
export interface PacketRecord {
  readonly name: string;
  readonly type: number;
  readonly ttlSeconds: number;
  readonly content: readonly number[];
  readonly isFlush?: boolean;
}

const types = { a: 1, ptr: 12, txt: 16, aaaa: 28, srv: 33 } as const;

const text = (characters: string): readonly number[] => [...new TextEncoder().encode(characters)];
const counted = (characters: string): readonly number[] => {
  const bytes = text(characters);
  return [bytes.length, ...bytes];
};
const short = (value: number): readonly number[] => [value >> 8, value & 0xff];
const long = (value: number): readonly number[] => [
  ...short(value >>> 16),
  ...short(value & 0xffff),
];

/** A name on the wire, uncompressed. */
export const wireName = (name: string): readonly number[] => [
  ...name.split(".").flatMap(counted),
  0,
];

/** Name of the service: https://www.iana.org/assignments/service-names-port-numbers. */
export const service = "_prometheus-http._tcp.local";

/** A shared record: many hosts have one of the same name. */
export const pointer = (instance: string, ttlSeconds = 4500): PacketRecord => ({
  name: service,
  type: types.ptr,
  ttlSeconds,
  content: wireName(`${instance}.${service}`),
});

/** RFC 2782: priority, weight, port, target. */
export const server = (
  instance: string,
  host: string,
  port = 10_048,
  ttlSeconds = 120,
): PacketRecord => ({
  name: `${instance}.${service}`,
  type: types.srv,
  ttlSeconds,
  isFlush: true,
  content: [...short(0), ...short(0), ...short(port), ...wireName(host)],
});

/** RFC 6763, section 6: pairs, each after its length. */
export const pairs = (
  instance: string,
  texts: readonly string[] = [],
  ttlSeconds = 4500,
): PacketRecord => ({
  name: `${instance}.${service}`,
  type: types.txt,
  ttlSeconds,
  isFlush: true,
  content: texts.length === 0 ? [0] : texts.flatMap(counted),
});

/** An address of IPv4. */
export const address = (host: string, ipv4: string, ttlSeconds = 120): PacketRecord => ({
  name: host,
  type: types.a,
  ttlSeconds,
  isFlush: true,
  content: ipv4.split(".").map(Number),
});

/** An address of IPv6, by its eight groups. */
export const address6 = (
  host: string,
  groups: readonly number[],
  ttlSeconds = 120,
): PacketRecord => ({
  name: host,
  type: types.aaaa,
  ttlSeconds,
  isFlush: true,
  content: groups.flatMap(short),
});

/** An answer of Multicast DNS: RFC 6762, section 18. */
export const answer = (
  records: readonly PacketRecord[],
  { flags = 0x8400, questions = [] }: { flags?: number; questions?: readonly string[] } = {},
): Uint8Array =>
  Uint8Array.from([
    ...short(0),
    ...short(flags),
    ...short(questions.length),
    ...short(records.length),
    ...short(0),
    ...short(0),
    ...questions.flatMap((name) => [...wireName(name), ...short(types.ptr), ...short(1)]),
    ...records.flatMap(({ name, type, ttlSeconds, content, isFlush = false }) => [
      ...wireName(name),
      ...short(type),
      ...short(isFlush ? 0x8001 : 1),
      ...long(ttlSeconds),
      ...short(content.length),
      ...content,
    ]),
  ]);
