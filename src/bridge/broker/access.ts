import type { BrokerUser } from "../../config/broker-config.ts";
import { StartError } from "../../errors.ts";
import { covers, isTopicFilter, isTopicName } from "./topic-filter.ts";

/** What one client may do. */
export interface Access {
  readonly mayPublish: (topic: string) => boolean;
  readonly maySubscribe: (filter: string) => boolean;
}

const createAccess = (publish: readonly string[], subscribe: readonly string[]): Access => ({
  // Topics that begin with `$` are the broker's own: nobody publishes there (MQTT 3.1.1, section 4.7.2).
  mayPublish: (topic) =>
    isTopicName(topic) && !topic.startsWith("$") && publish.some((wide) => covers(wide, topic)),
  // aedes would take a shared subscription for a topic of that name, and never deliver anything.
  maySubscribe: (filter) =>
    isTopicFilter(filter) &&
    !filter.startsWith("$share/") &&
    subscribe.some((wide) => covers(wide, filter)),
});

/** Who needs no password may publish and subscribe to all but `$` topics. */
export const anonymousAccess = createAccess(["#"], ["#"]);

const placeholder = "{user}";

/** A name with a wildcard or a level in it would open the topics of others. */
const filterOf = (filter: string, name: string): string => {
  if (filter.includes(placeholder) && /[/+#$\0]/u.test(name)) {
    throw new StartError(
      `broker: the user "${name}" cannot stand for ${placeholder} in "${filter}", since its name has one of / + # $ in it; choose another name`,
    );
  }
  const own = filter.replaceAll(placeholder, name);
  if (isTopicFilter(own)) return own;
  throw new StartError(
    `broker: "${filter}" of the user "${name}" is no topic filter; wildcards are whole levels, and # is the last one`,
  );
};

/** What each user may do, by name; throws StartError for a filter that is none. */
export const accessByUser = (users: readonly BrokerUser[]): ReadonlyMap<string, Access> =>
  new Map(
    users.map(({ name, publish, subscribe }) => [
      name,
      createAccess(
        publish.map((filter) => filterOf(filter, name)),
        subscribe.map((filter) => filterOf(filter, name)),
      ),
    ]),
  );
