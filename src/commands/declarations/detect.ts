import { declareCommand } from "../declaration.ts";
import { configFile, simulate } from "../flags.ts";

/** The command `detect`. */
export const detectCommand = declareCommand({
  usage: "detect",
  description: "find the sensors that are connected and print a configuration for them",
  flags: [
    ["--bus <number...>", "look at these I2C buses only, also at one that belongs to a display"],
    ["--json", "print JSON: what was found and what kept from looking"],
    simulate,
    [configFile[0], "with --simulate: the board to simulate; else config/simulated.yaml"],
  ],
  load: async () => (await import("../detect.ts")).detect,
});
