import type { ResourceRecord } from "./message.ts";
import { type DomainName, nameKey } from "./name.ts";

/** A record for as long as it holds. */
export interface CachedRecord extends ResourceRecord {
  readonly heardMs: number;
  readonly expiresMs: number;
}

/** Records by the name that they are about. */
export interface Cache {
  readonly take: (record: ResourceRecord, nowMs: number) => void;
  readonly at: (name: DomainName) => readonly CachedRecord[];
  /** Forgets what no longer holds. */
  readonly expire: (nowMs: number) => void;
  /** Lets everything hold for at least so long from now. */
  readonly extend: (untilMs: number) => void;
}

const millisecondsPerSecond = 1000;
// RFC 6762, sections 10.1 and 10.2: what is taken back, or replaced, holds for a second more.
const graceMs = 1000;
// Section 10 recommends 75 minutes at most; nobody is to be believed for ever.
const longestMs = 86_400_000;
const maximumRecords = 100_000;
// Of one name: its addresses, or the instances of the service.
const recordsOfName = 20_000;

const isSame = (left: ResourceRecord, right: ResourceRecord): boolean =>
  JSON.stringify(left.content) === JSON.stringify(right.content);

const kindOf = ({ content }: ResourceRecord): string =>
  content.type === "address" ? `address ${content.address.includes(":")}` : content.type;

/** An empty cache. */
export const createCache = (): Cache => {
  const byName = new Map<string, Map<string, CachedRecord>>();
  let count = 0;

  const shorten = (records: Map<string, CachedRecord>, of: ResourceRecord, nowMs: number): void => {
    for (const [key, record] of records) {
      const isOld = nowMs - record.heardMs > graceMs && !isSame(record, of);
      if (!isOld || kindOf(record) !== kindOf(of)) continue;
      records.set(key, { ...record, expiresMs: Math.min(record.expiresMs, nowMs + graceMs) });
    }
  };
  const end = (records: Map<string, CachedRecord>, key: string, nowMs: number): void => {
    const known = records.get(key);
    if (known !== undefined) records.set(key, { ...known, expiresMs: nowMs + graceMs });
  };
  const hasRoom = (records: ReadonlyMap<string, CachedRecord>): boolean =>
    count < maximumRecords && records.size < recordsOfName;
  return {
    take: (record, nowMs) => {
      const name = nameKey(record.name);
      const records = byName.get(name) ?? new Map<string, CachedRecord>();
      const key = JSON.stringify(record.content);
      if (record.isFlush) shorten(records, record, nowMs);
      if (record.ttlSeconds === 0) {
        end(records, key, nowMs);
        return;
      }
      if (!records.has(key)) {
        if (!hasRoom(records)) return;
        count += 1;
      }
      const lifeMs = Math.min(record.ttlSeconds * millisecondsPerSecond, longestMs);
      records.set(key, { ...record, heardMs: nowMs, expiresMs: nowMs + lifeMs });
      byName.set(name, records);
    },
    at: (name) => [...(byName.get(nameKey(name))?.values() ?? [])],
    expire: (nowMs) => {
      for (const [name, records] of byName) {
        for (const [key, { expiresMs }] of records) {
          if (expiresMs > nowMs) continue;
          records.delete(key);
          count -= 1;
        }
        if (records.size === 0) byName.delete(name);
      }
    },
    extend: (untilMs) => {
      for (const records of byName.values()) {
        for (const [key, record] of records) {
          records.set(key, { ...record, expiresMs: Math.max(record.expiresMs, untilMs) });
        }
      }
    },
  };
};
