import { joined, list, meant, type Templates } from "./words.ts";

const units = (symbols: readonly string[]): string =>
  symbols.length === 0 ? "remove it, for it has none" : `write one of ${list(symbols)}`;

/** Messages about brokers, and about the dialects that are looked for there. */
export const mqttMessages = {
  "nothing-to-do": () => ({
    problem: "the file names neither sensors: nor mqtt: nor broker:, so there is nothing to read",
    remedy: "start from config/minimal.yaml",
  }),
  "mqtt-url": () => ({
    problem: "must be a URL of a broker: mqtt, mqtts, ws or wss, a host and perhaps a port",
    remedy: "such as mqtt://broker.lan:1883 or wss://broker.lan/mqtt",
  }),
  "mqtt-url-login": () => ({
    problem: "the URL holds a user or password, which would be shown with it",
    remedy: "use username and password_file, or password",
  }),
  "mqtt-tls-unused": (scheme: string, secure: string) => ({
    problem: `has no effect with ${scheme}, which is not encrypted`,
    remedy: `begin the URL with ${secure}, or remove it`,
  }),
  "mqtt-key-pair": (other: string) => ({
    problem: `needs ${other} too`,
    remedy: "give both or neither",
  }),
  "mqtt-session-client": () => ({
    problem: "needs client_id, by which the broker knows whose session it keeps",
    remedy: "add client_id, or remove it",
  }),
  "mqtt-password-alone": () => ({
    problem: "needs username: MQTT 3.1.1 has no password without one",
    remedy: "add username",
  }),
  "broker-name-taken": (name: string) => ({
    problem: `two brokers are called ${name}, which is the value of the label broker`,
    remedy: "give each its own name",
  }),
  "status-topic": () => ({
    problem: "must be a topic without + and #, which does not begin with $",
    remedy: "such as sensor-exporter/status",
  }),
  "topic-filter": () => ({
    problem: "must be a topic filter: + and # stand for whole levels, # for the last one",
    remedy: "such as home/+/temperature or home/#",
  }),
  "discover-prefix": () => ({
    problem: "must be the first levels of topics, without # and without / at either end",
    remedy: "such as zigbee2mqtt or home/+",
  }),
  "dialect-unknown": (nearest: string | undefined, known: readonly string[]) => ({
    problem: "must be the name of a dialect",
    remedy: joined(meant(nearest), `there are ${list(known)}`),
  }),
  "dialect-twice": (name: string) => ({
    problem: `${name} is given twice`,
    remedy: "keep one; prefix takes several prefixes",
  }),
  "listen-address": () => ({
    problem:
      "must be an address with a port: 127.0.0.1:1883, [::1]:1883, or 1883 for all addresses",
  }),
  "broker-anonymous": (address: string) => ({
    problem: `everybody who reaches ${address} could publish, so anonymous clients are refused there`,
    remedy: "name users below users:, or listen on 127.0.0.1 and ::1 alone",
  }),
  "broker-user-twice": (name: string) => ({
    problem: `the user ${name} is given twice`,
    remedy: "keep one",
  }),
  "broker-user-name": (name: string) => ({
    problem: `${name} has one of / + # $ in it, so {user} in a filter would open topics of others`,
    remedy: "choose another name, or give publish and subscribe without {user}",
  }),
  "broker-client-ca": () => ({
    problem: "needs client_ca_file, or no client's certificate could be verified",
    remedy: "add client_ca_file",
  }),
  "topic-pattern": (problem: string) => ({
    problem: `is no topic of a rule: ${problem}`,
    remedy: "such as plant/{room}/{sensor}/climate or lab/{sensor}/#",
  }),
  "topic-part": (part: string) => ({
    problem: `the part {${part}} cannot become a label of that name`,
    remedy: "rename it, such as {room}; use {sensor} for the name of the sensor",
  }),
  "rule-share": () => ({ problem: "must be a name without / + and #" }),
  "rule-name-taken": (name: string) => ({
    problem: `another rule or a dialect is called ${name}, which is the value of the label rule`,
    remedy: "give the rule a name of its own",
  }),
  "rule-empty": () => ({
    problem: "the rule takes nothing from its messages",
    remedy: "add values, metrics or availability",
  }),
  "rule-sensor-missing": () => ({
    problem: "is missing, and the topic has no named part that could be the sensor's name",
    remedy: "name a part {sensor}, or add sensor",
  }),
  "rule-sensor-part": (part: string, known: readonly string[]) => ({
    problem: `{${part}} is no part of the topic`,
    remedy: joined(
      known.length === 0 ? undefined : `use one of ${list(known.map((name) => `{${name}}`))},`,
      "{$.path} looks into the payload",
    ),
  }),
  "rule-sensor-form": () => ({
    problem: "must be text with named parts as {part}, or {$.path} to look into the payload",
  }),
} satisfies Templates;

/** Messages about what a rule takes from its messages. */
export const ruleMessages = {
  "path-form": (problem: string) => ({
    problem,
    remedy: `such as env.t, bat[0].level, ["heat.index"] or probes.*.t`,
  }),
  "path-star": () => ({
    problem: "a * would find several values here",
    remedy: "name the one that is meant",
  }),
  "quantity-unknown": (nearest: string | undefined) => ({
    problem: "is no quantity",
    remedy: joined(meant(nearest), "see docs/metrics.md; metrics of your own go below metrics:"),
  }),
  "value-unit": (quantity: string, known: readonly string[], nearest: string | undefined) => ({
    problem: `is no unit of ${quantity}`,
    remedy: joined(meant(nearest), units(known)),
  }),
  "value-unit-missing": (quantity: string, known: readonly string[]) => ({
    problem: `needs unit: devices publish ${quantity} in several`,
    remedy: `write { path: …, unit: … } with one of ${list(known)}`,
  }),
  "value-source-twice": () => ({
    problem: "is given beside path",
    remedy: "keep one of the two",
  }),
  "value-fan": (stars: number, labels: number) => ({
    problem: `the path has ${stars} * and fan names ${labels} labels for them`,
    remedy: "name one label for each *, such as fan: [phase]",
  }),
  "value-states": (key: string) => ({
    problem: `${key} means nothing beside states, each of which is 1 or 0`,
    remedy: "keep one of the two",
  }),
  "value-states-quantity": (quantity: string) => ({
    problem: `${quantity} cannot be a set of states`,
    remedy: "use value:, state: or a gauge below metrics:",
  }),
  "value-twice": () => ({
    problem: "two values would be one series: same metric, same labels",
    remedy: "tell them apart, such as labels: { channel: in }",
  }),
  "value-label-twice": (label: string) => ({
    problem: `the label ${label} has another value already, from the topic or the rule`,
    remedy: "rename one of them",
  }),
  "value-expression": (reason: string) => ({
    problem: `cannot be evaluated: ${reason}`,
    remedy: "it is what stands between {{ and }} in Home Assistant, with value and value_json",
  }),
  "metric-name": () => ({
    problem:
      "a metric's name must be sensor_ and words of small letters and digits with _ between them",
    remedy: "such as sensor_gravity_ratio",
  }),
  "metric-reserved": (word: string) => ({
    problem: `must not end with ${word}, which means something else to Prometheus`,
    remedy: "rename it",
  }),
  "metric-taken": (use: string | undefined) => ({
    problem: "this metric is the exporter's own",
    remedy: use === undefined ? "choose another name" : `write ${use}: below values:`,
  }),
  "metric-total": (type: string) => ({
    problem: `the name of a ${type} ${type === "counter" ? "must" : "must not"} end with _total`,
    remedy: "rename it, or change type",
  }),
  "metric-unit": (unit: string) => ({
    problem: `the name must end with its unit, _${unit}, before any _total`,
    remedy: "rename it, or remove unit",
  }),
  "metric-differs": () => ({
    problem: "another rule gives this metric another type, help or unit",
    remedy: "use the same text in both",
  }),
  "metric-help": () => ({ problem: "must be one line of text that says what it measures" }),
  "availability-words": (word: string) => ({
    problem: `${word} is among online and offline both`,
    remedy: "keep it in one of them",
  }),
} satisfies Templates;
