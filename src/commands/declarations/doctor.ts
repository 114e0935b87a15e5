import { declareCommand } from "../declaration.ts";
import { configFile, simulate } from "../flags.ts";

/** The command `doctor`. */
export const doctorCommand = declareCommand({
  usage: "doctor",
  description: "look for what keeps sensors from being read, and say what mends it",
  flags: [configFile, simulate, ["--json", "print JSON, one object per finding"]],
  load: async () => (await import("../doctor.ts")).doctor,
});
