import type { MqttConnectionConfig } from "../../config/mqtt-config.ts";
import { messageOf } from "../../errors.ts";
import type { Log } from "../../log.ts";
import { type MqttProblem, type MqttProblemCode, mqttRemedies } from "./problem.ts";

/** What is known of a connection. */
export interface MqttState {
  readonly isConnected: boolean;
  /** While connected, a subscription that is refused. */
  readonly problem?: MqttProblem | undefined;
}

/** Whose state it is, and who hears of it. */
export interface ReportOptions {
  readonly config: MqttConnectionConfig;
  readonly log: Log;
  readonly onState: (state: MqttState) => void;
  /** Told of each attempt that fails and each connection that ends, also where that is no change of state. */
  readonly onFailure?: (problem: MqttProblem) => void;
}

/** Says each change of state once, in the log and to whoever shows it. */
export interface Reports {
  readonly connected: (problem: MqttProblem | undefined) => void;
  /** A connection has ended, or could not be made. */
  readonly failed: (problem: MqttProblem) => void;
  readonly subscriptionRefused: (problem: MqttProblem) => void;
  readonly subscriptionsChanged: (problem: MqttProblem | undefined) => void;
  /** Runs what others have handed in: a defect in it must not end the program from within a socket's event. */
  readonly guard: (action: () => void) => void;
}

const maximumDefects = 100;
const refusals: readonly MqttProblemCode[] = ["bad-credentials", "not-authorized", "refused"];

/** Reports for one broker. */
export const createReports = ({
  config,
  log,
  onState,
  onFailure = () => {},
}: ReportOptions): Reports => {
  const broker = config.name;
  let isConnected = false;
  // What was said last; the same once more is no change of state.
  let saidFailure: string | undefined;
  const saidDefects = new Set<string>();

  const warn = (event: string, { code, message, remedy }: MqttProblem): void =>
    log.warn(event, { broker, code, error: message, remedy });

  const defect = (error: string): void => {
    // One that every message meets is said once.
    if (saidDefects.has(error) || saidDefects.size >= maximumDefects) return;
    saidDefects.add(error);
    log.error("mqtt_defect", { broker, code: "internal", error, remedy: mqttRemedies.internal });
  };

  return {
    connected: (problem) => {
      isConnected = true;
      saidFailure = undefined;
      log.info("mqtt_connected", { broker, url: config.url });
      onState({ isConnected, problem });
    },
    failed: (problem) => {
      const isChange = isConnected || saidFailure !== problem.message;
      isConnected = false;
      saidFailure = problem.message;
      if (isChange) {
        warn(refusals.includes(problem.code) ? "mqtt_refused" : "mqtt_disconnected", problem);
        onState({ isConnected, problem });
      }
      onFailure(problem);
    },
    subscriptionRefused: (problem) => warn("mqtt_refused", problem),
    subscriptionsChanged: (problem) => {
      if (isConnected) onState({ isConnected, problem });
    },
    guard: (action) => {
      try {
        action();
      } catch (thrown) {
        defect(messageOf(thrown));
      }
    },
  };
};
