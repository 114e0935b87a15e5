import { messageOf } from "../errors.ts";
import { boardCheck, nodeCheck } from "./board.ts";
import { brokersCheck } from "./brokers.ts";
import { configurationCheck } from "./configuration.ts";
import type { Check, Examination } from "./examination.ts";
import { gpioCheck } from "./gpio.ts";
import { i2cCheck } from "./i2c.ts";
import { modulesCheck } from "./modules.ts";
import { oneWireCheck } from "./one-wire.ts";
import { powerCheck } from "./power.ts";
import { type Result, warn } from "./result.ts";
import { sensorsCheck } from "./sensors.ts";
import { portCheck, serviceCheck } from "./service.ts";
import { stateCheck } from "./state.ts";
import { clockCheck } from "./time.ts";

// From what all else stands on to what stands on all else.
const checks: readonly Check[] = [
  boardCheck,
  nodeCheck,
  modulesCheck,
  powerCheck,
  clockCheck,
  configurationCheck,
  i2cCheck,
  oneWireCheck,
  gpioCheck,
  sensorsCheck,
  brokersCheck,
  stateCheck,
  serviceCheck,
  portCheck,
];

// A simulated board has no device files, no service and no clock of its own.
const simulatedChecks: readonly Check[] = [
  nodeCheck,
  powerCheck,
  configurationCheck,
  oneWireCheck,
  gpioCheck,
  sensorsCheck,
];

/** Runs all checks, one after the other. */
export const examine = async (examination: Examination): Promise<readonly Result[]> => {
  const results: Result[] = [];
  for (const { topic, run } of examination.platform.isSimulated ? simulatedChecks : checks) {
    examination.signal.throwIfAborted();
    try {
      results.push(...(await run(examination)));
    } catch (error) {
      examination.signal.throwIfAborted();
      const remedy = "run it with sudo; if that does not help, report it";
      results.push(warn(topic, `could not be looked at: ${messageOf(error)}`, remedy));
    }
  }
  return results.filter(isNew);
};

/** Two files may be closed for one reason. */
const isNew = (result: Result, index: number, results: readonly Result[]): boolean =>
  results.findIndex(
    ({ finding, remedy }) => finding === result.finding && remedy === result.remedy,
  ) === index;
