import { declareCommand } from "../declaration.ts";
import { configFile, simulate } from "../flags.ts";

/** The command `read`. */
export const readCommand = declareCommand({
  usage: "read [sensor...]",
  description: "read each sensor once, or those that are named, and show its values",
  flags: [
    configFile,
    simulate,
    ["--watch", "read again at each sensor's interval until interrupted"],
    ["--json", "print JSON, one object per reading"],
  ],
  load: async () => (await import("../read.ts")).read,
});
