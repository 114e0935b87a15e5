import { declareCommand } from "../declaration.ts";
import { configFile } from "../flags.ts";

/** The command `rules`. */
export const rulesCommand = declareCommand({
  usage: "rules",
  description: "print alerts of Prometheus that fit the configuration",
  flags: [
    configFile,
    ["--instance <name>", "label instance of this exporter in Prometheus (default: any)"],
  ],
  load: async () => (await import("../rules.ts")).rules,
});
