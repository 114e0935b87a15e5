import { errorCodes, errorMeanings } from "../../src/errors.ts";
import { code, page } from "./markdown.ts";

const isCode = (text: string): text is keyof typeof errorCodes => Object.hasOwn(errorCodes, text);

/** docs/errors.md: every code with its meaning and its remedy. */
export const renderErrors = (): string =>
  page("Errors", "src/errors.ts", [
    "When a sensor fails, its log line has one of these codes (`code=`), and so has the counter" +
      " `sensor_poll_failures_total{sensor, code}`. `sensor_up` is 0 and readings end when they expire;" +
      " all other sensors go on. The log line carries the remedy that fits the case best; what follows is the general one.",
    ...Object.keys(errorCodes)
      .filter(isCode)
      .flatMap((name) => [`## ${name}`, errorMeanings[name], `**Remedy:** ${errorCodes[name]}`]),
    "## Exit codes",
    `A wrong configuration ends the program with 78 (${code("EX_CONFIG")}); any other failure to start, with 1.`,
  ]);
