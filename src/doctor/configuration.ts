import type { Check } from "./examination.ts";
import { fail, ok, warn } from "./result.ts";

const topic = "configuration";

/** The configuration: there, and right. */
export const configurationCheck: Check = {
  topic,
  run: async ({ loaded }) => {
    if ("missing" in loaded) {
      const remedy = "sensor-exporter detect | sudo tee /etc/sensor-exporter/config.yaml";
      return [warn(topic, loaded.missing, remedy)];
    }
    if ("problems" in loaded) {
      const remedy = `edit the file, then sudo sensor-exporter check --config.file=${loaded.file}`;
      return loaded.problems.map((problem) => fail(topic, problem, remedy));
    }
    const { sensors, mqtt, broker } = loaded.config;
    const brokers = mqtt.length + (broker === undefined ? 0 : 1);
    if (sensors.length + brokers === 0) {
      const finding = `${loaded.file} is right, but names no sensor and no broker`;
      return [warn(topic, finding, `sensor-exporter detect, and edit ${loaded.file}`)];
    }
    return [ok(topic, `${loaded.file}: sensors ${sensors.length}, brokers ${brokers}`)];
  },
};
