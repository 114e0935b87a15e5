import { perMinute } from "./expressions.ts";
import { graph } from "./panels.ts";
import { ofSensors } from "./selectors.ts";

/** Graphs of polls that failed and of readings that were rejected, told apart by these labels and the reason. */
export const rejectionGraphs = (labels: readonly string[]) => {
  const query = (metric: "pollFailures" | "rejectedReadings", reason: string) => {
    const all = [...labels, reason];
    return {
      expression: perMinute(ofSensors(metric), all.join(", ")),
      legend: all.map((label) => `{{${label}}}`).join(" "),
    };
  };
  const look = { unit: "cpm", width: 12, style: "bars" } as const;
  return {
    failures: graph({
      ...look,
      title: "Failed polls by code",
      description: "Polls that failed in a minute, by the code that docs/errors.md explains.",
      queries: [query("pollFailures", "code")],
    }),
    rejections: graph({
      ...look,
      title: "Rejected readings by reason",
      description:
        "Readings in a minute that were not exported because they cannot be true or could not be read.",
      queries: [query("rejectedReadings", "reason")],
    }),
  };
};
