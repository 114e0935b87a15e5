import { announceMessages } from "./messages/announce.ts";
import { fileMessages } from "./messages/file.ts";
import { mqttMessages, ruleMessages } from "./messages/mqtt.ts";
import { schemaMessages } from "./messages/schema.ts";
import { sensorMessages } from "./messages/sensors.ts";
import { webMessages } from "./messages/web.ts";
import type { Text } from "./messages/words.ts";

const templates = {
  ...fileMessages,
  ...schemaMessages,
  ...sensorMessages,
  ...mqttMessages,
  ...ruleMessages,
  ...webMessages,
  ...announceMessages,
};

type Values = { [Code in keyof typeof templates]: Parameters<(typeof templates)[Code]> };

const catalogue: { readonly [Code in keyof Values]: (...values: Values[Code]) => Text } = templates;

/** Key of one of the messages that configuration problems can have. */
export type ProblemCode = keyof Values;

/** Every key, for the test that looks for a fixture of each. */
export const problemCodes: readonly string[] = Object.keys(templates);

/** What is wrong and what to do about it, in words of the configuration file. */
export interface Statement extends Text {
  readonly code: ProblemCode;
}

/** The message of that key about these values. */
export const say = <Code extends ProblemCode>(code: Code, ...values: Values[Code]): Statement => ({
  code,
  ...catalogue[code](...values),
});
