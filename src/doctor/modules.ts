import { asSensorError, SensorError } from "../errors.ts";
import { type Check, configOf, type Examination } from "./examination.ts";
import { fail, ok, type Result, warn } from "./result.ts";

interface NativeModule {
  readonly name: string;
  readonly load: (examination: Examination) => Promise<unknown>;
  /** True if the configuration cannot do without it. */
  readonly isNeeded: (examination: Examination) => boolean;
}

const hasSensor = (examination: Examination, kind: "i2c" | "gpio"): boolean =>
  configOf(examination)?.sensors.some(({ connection }) => connection.kind === kind) === true;

const modules: readonly NativeModule[] = [
  {
    name: "i2c-bus",
    load: ({ platform }) => platform.loadI2c(),
    isNeeded: (examination) => hasSensor(examination, "i2c"),
  },
  {
    name: "onoff",
    load: ({ platform }) => platform.loadOnoff(),
    // The character device serves lines as well, by way of libgpiod's tools.
    isNeeded: (examination) =>
      hasSensor(examination, "gpio") && configOf(examination)?.gpio.backend === "sysfs",
  },
];

const reasonOf = (error: unknown): string => {
  const { message, cause } = asSensorError(error);
  const detail = error instanceof SensorError && cause instanceof Error ? cause.message : undefined;
  const [line = ""] = (detail ?? "").split("\n");
  return line === "" || message.includes(line) ? message : `${message} (${line})`;
};

/** The native modules: there, and built for this Node.js. npm 12 installs them without building, and says so only once. */
export const modulesCheck: Check = {
  topic: "modules",
  run: async (examination) => {
    const results: Result[] = [];
    for (const module of modules) {
      try {
        await module.load(examination);
        results.push(ok("modules", `${module.name} loads`));
      } catch (error) {
        const remedy =
          `sudo apt install build-essential python3; cd ${examination.packageDirectory}; ` +
          "npm install --omit=dev; npm rebuild i2c-bus epoll (npm 12 builds only what it is told to)";
        const say = module.isNeeded(examination) ? fail : warn;
        results.push(say("modules", reasonOf(error), remedy));
      }
    }
    return results;
  },
};
