import { declareCommand } from "../declaration.ts";
import { configFile, webConfigFile } from "../flags.ts";

/** The command `check`. */
export const checkCommand = declareCommand({
  usage: "check",
  description: "check the configuration and show what would run",
  flags: [configFile, webConfigFile, ["--json", "print JSON"]],
  load: async () => (await import("../check.ts")).check,
});
