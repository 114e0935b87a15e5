import { compileTemplate, type Template, type Unsupported } from "../template.ts";
import { isFilter } from "../topic.ts";
import type { AnnouncedEntity } from "./announcement.ts";
import { type AnnouncedAvailability, availabilityOf } from "./availability-config.ts";
import { type AnnouncedReading, readingsOfComponent } from "./components.ts";
import { wordIn } from "./fields.ts";

/** All of an announcement that matters here; one with the same text is no change. */
export interface Definition {
  readonly text: string;
  /** The entity's own identifier, the same wherever it is announced. */
  readonly identity: string;
  readonly name: string | null | undefined;
  readonly deviceClass: string | undefined;
  readonly readings: readonly AnnouncedReading[];
  readonly availability: AnnouncedAvailability | undefined;
  /** Why nothing can be made of it. */
  readonly problem: string | undefined;
}

/** A reading whose template is compiled. */
export interface PreparedReading {
  readonly announced: AnnouncedReading;
  readonly template: Template | undefined;
}

const longestTopic = 1024;

/** A filter of wildcards alone would fetch everything there is. */
const canSubscribe = (topic: string): boolean =>
  topic.length <= longestTopic &&
  isFilter(topic) &&
  !topic.startsWith("$share/") &&
  /[^+#/]/u.test(topic);

const problemOf = (
  readings: readonly AnnouncedReading[],
  availability: AnnouncedAvailability | undefined,
  encoding: string | undefined,
): string | undefined => {
  if (encoding === "") return "encoding: bytes";
  const topics = [...readings, ...(availability?.topics ?? [])].map(({ topic }) => topic);
  const wrong = topics.find((topic) => !canSubscribe(topic));
  return wrong === undefined ? undefined : `topic: ${JSON.stringify(wrong.slice(0, 100))}`;
};

const nameIn = ({ config }: AnnouncedEntity): string | null | undefined =>
  config["name"] === null ? null : wordIn(config, "name");

/** What an announcement defines. */
export const definitionOf = (entity: AnnouncedEntity): Definition => {
  const { component, config, key, objectId } = entity;
  const name = nameIn(entity);
  const readings = readingsOfComponent(component, config, name ?? objectId);
  const availability = availabilityOf(config);
  const deviceClass = wordIn(config, "device_class")?.toLowerCase();
  const uniqueId = wordIn(config, "unique_id");
  const encoding = config["encoding"] === "" ? "" : undefined;
  return {
    text: JSON.stringify([
      component,
      name,
      deviceClass,
      uniqueId,
      encoding,
      readings,
      availability,
    ]),
    identity: uniqueId === undefined ? key : `${component} ${uniqueId}`,
    name,
    deviceClass,
    readings,
    availability,
    problem: problemOf(readings, availability, encoding),
  };
};

const compiled = (template: string | undefined): Template | Unsupported | undefined =>
  template === undefined ? undefined : compileTemplate(template);

/** The readings with their templates compiled, or what of a template is not supported. */
export const prepare = ({
  readings,
  availability,
}: Definition): readonly PreparedReading[] | Unsupported => {
  for (const { template } of availability?.topics ?? []) {
    const found = compiled(template);
    if (found !== undefined && "unsupported" in found) return found;
  }
  const prepared: PreparedReading[] = [];
  for (const announced of readings) {
    const template = compiled(announced.template);
    if (template !== undefined && "unsupported" in template) return template;
    prepared.push({ announced, template });
  }
  return prepared;
};
