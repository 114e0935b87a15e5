import type { DeclaredCommand } from "../declaration.ts";
import { checkCommand } from "./check.ts";
import { detectCommand } from "./detect.ts";
import { doctorCommand } from "./doctor.ts";
import { explainCommand } from "./explain.ts";
import { readCommand } from "./read.ts";
import { recordCommand } from "./record.ts";
import { replayCommand } from "./replay.ts";
import { rulesCommand } from "./rules.ts";
import { targetsCommand } from "./targets.ts";

/** Every command but `serve`, as the help lists them. */
export const declaredCommands: readonly DeclaredCommand[] = [
  checkCommand,
  readCommand,
  detectCommand,
  doctorCommand,
  explainCommand,
  recordCommand,
  replayCommand,
  rulesCommand,
  targetsCommand,
];
