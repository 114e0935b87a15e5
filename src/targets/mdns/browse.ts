import type { Cache, CachedRecord } from "./cache.ts";
import { type Question, recordTypes } from "./message.ts";
import type { DomainName } from "./name.ts";
import { nameKey } from "./name.ts";

/** A service that is there, with all that is needed to reach it. */
export interface FoundService {
  /** The same for as long as the service has its name. */
  readonly key: string;
  readonly host: DomainName;
  readonly port: number;
  readonly addresses: readonly string[];
  /** Pairs of its TXT record: RFC 6763, section 6.3. */
  readonly attributes: ReadonlyMap<string, string>;
}

/** What is known of the instances of a service, and what is to be asked to know more, or to go on knowing it. */
export interface Browsed {
  readonly found: readonly FoundService[];
  readonly questions: readonly Question[];
}

// RFC 6762, section 5.2: a record that is still wanted is asked for again once 80 % of its life are over.
const restShare = 0.2;

type Of<Type extends CachedRecord["content"]["type"]> = Extract<
  CachedRecord["content"],
  { readonly type: Type }
>;

/** The newest record of a kind: of several there may be, the others are about to end. */
const newest = <Type extends CachedRecord["content"]["type"]>(
  records: readonly CachedRecord[],
  isType: (content: CachedRecord["content"]) => content is Of<Type>,
): Of<Type> | undefined => {
  let latest: { readonly heardMs: number; readonly content: Of<Type> } | undefined;
  for (const { content, heardMs } of records) {
    if (isType(content) && heardMs >= (latest?.heardMs ?? 0)) latest = { heardMs, content };
  }
  return latest?.content;
};

const isServer = (content: CachedRecord["content"]): content is Of<"srv"> => content.type === "srv";
const isText = (content: CachedRecord["content"]): content is Of<"txt"> => content.type === "txt";

const attributesOf = (texts: readonly string[]): ReadonlyMap<string, string> => {
  const attributes = new Map<string, string>();
  for (const text of texts) {
    const [, name, value = ""] = /^([^=]+)(?:=([\s\S]*))?$/u.exec(text) ?? [];
    // RFC 6763, section 6.4: names are without case, and the first of several counts.
    if (name !== undefined && !attributes.has(name.toLowerCase())) {
      attributes.set(name.toLowerCase(), value);
    }
  }
  return attributes;
};

/** Looks up the instances of a service in a cache. */
export const browse = (cache: Cache, service: DomainName, nowMs: number): Browsed => {
  const found: FoundService[] = [];
  const questions = new Map<string, Question>();
  const ask = (name: DomainName, type: keyof typeof recordTypes): void => {
    questions.set(`${type} ${nameKey(name)}`, { name, type: recordTypes[type] });
  };
  /** The records of a name that hold, those that end soon asked for. */
  const look = (
    name: DomainName,
    type: CachedRecord["content"]["type"],
    asked: readonly (keyof typeof recordTypes)[],
  ): readonly CachedRecord[] => {
    const records = cache.at(name).filter(({ content }) => content.type === type);
    const isFresh = records.some(
      ({ expiresMs, heardMs }) => expiresMs - nowMs > restShare * (expiresMs - heardMs),
    );
    if (!isFresh) for (const each of asked) ask(name, each);
    return records;
  };

  for (const { content } of look(service, "ptr", ["ptr"])) {
    if (content.type !== "ptr") continue;
    const server = newest(look(content.target, "srv", ["srv"]), isServer);
    const text = newest(look(content.target, "txt", ["txt"]), isText);
    if (server === undefined) continue;
    const addresses = look(server.target, "address", ["a", "aaaa"]).flatMap((record) =>
      record.content.type === "address" ? [record.content.address] : [],
    );
    if (text === undefined || addresses.length === 0) continue;
    found.push({
      key: nameKey(content.target),
      host: server.target,
      port: server.port,
      addresses,
      attributes: attributesOf(text.texts),
    });
  }
  return { found, questions: [...questions.values()] };
};
