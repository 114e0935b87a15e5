import type { Device } from "../device.ts";
import { type DialectContext, defineDialect } from "../dialect.ts";
import type { Gate, Presence } from "../gate.ts";
import { createGates } from "../gates.ts";
import type { Meaning } from "../meaning.ts";
import type { Interpret, TopicPlan } from "../plan.ts";
import { everythingBelow, ignored, reading } from "../plans.ts";
import type { Levels } from "../topic.ts";

// Statistics come every minute (mqtt.stats_interval); counts of objects only when they change.
const statisticsExpireMs = 300_000;
const expiresMs = 86_400_000;

const words: Readonly<Record<string, Presence>> = {
  online: "online",
  offline: "offline",
  stopped: "offline",
};

/** Percentages are published as text: "12.3". */
const interpretUsage = (channel: string, key: string): Meaning | string => {
  const resources: Readonly<Record<string, string>> = { cpu: "cpu", mem: "memory", gpu: "gpu" };
  const resource = Object.hasOwn(resources, key) ? resources[key] : undefined;
  // One number for each process, whose identifiers change, would be without end.
  if (resource === undefined || /^\d+$/u.test(channel)) return "a process";
  return { quantity: "utilizationRatio", unit: "%", labels: { channel: `${channel} ${resource}` } };
};

const storageKeys: ReadonlySet<string> = new Set(["total", "used", "free"]);

/** What stands below `service` is of Frigate itself. */
const interpretService = ([key = "", name = "", field = ""]: readonly string[]):
  | Meaning
  | string => {
  if (key === "uptime") return { quantity: "uptimeSeconds" };
  if (key === "temperatures") return { quantity: "temperatureCelsius", labels: { channel: name } };
  if (key !== "storage" || !storageKeys.has(field)) return "a version or a time";
  return { quantity: "dataSizeBytes", unit: "MB", labels: { channel: field, mount: name } };
};

/** Frames a second, of a camera or in all. */
const interpretRate = (key: string): Meaning | string =>
  key.endsWith("_fps")
    ? { quantity: "ratePerSecond", labels: { channel: key } }
    : "a process, or a setting";

const interpretDetector = (name: string, key: string): Meaning | string =>
  key === "inference_speed"
    ? { quantity: "durationSeconds", unit: "ms", labels: { channel: name } }
    : "a process, or a time";

const interpretStatistics =
  (cameraOf: (name: string) => Device): Interpret =>
  ([group = "", name = "", key = "", ...more], value) => {
    if (typeof value === "boolean") return "a setting";
    const ofCamera = (camera: string, rate: Meaning | string): Meaning | string =>
      typeof rate === "string" ? rate : { ...rate, device: cameraOf(camera) };
    switch (group) {
      case "cameras":
        return ofCamera(name, interpretRate(key));
      case "service":
        return interpretService([name, key, ...more]);
      case "detectors":
        return interpretDetector(name, key);
      case "cpu_usages":
      case "gpu_usages":
        return interpretUsage(name, key);
      default:
        // Before version 0.12 cameras stood beside all that.
        return name === "" ? interpretRate(group) : ofCamera(group, interpretRate(name));
    }
  };

const switches: ReadonlySet<string> = new Set(["motion"]);
const settings =
  /^(?:detect|recordings|snapshots|motion_contour_area|motion_threshold|improve_contrast|ptz|birdseye|birdseye_mode|audio|review_alerts|review_detections|review_status|enabled|status)$/u;

const routeCamera = (
  context: DialectContext,
  prefix: string,
  gate: Gate,
  [camera = "", kind = "", ...more]: Levels,
): readonly TopicPlan[] | undefined => {
  const device = () => context.device({ id: `${prefix}/${camera}`, name: camera, gates: [gate] });
  if (more.at(-1) === "snapshot") return ignored("an image");
  if (settings.test(kind) || more.at(-1) === "set") return ignored("a setting");
  if (switches.has(kind) && more.length === 0) {
    return reading(device(), { quantity: "motionDetected" });
  }
  const isCount = more.length === 0 || (more.length === 1 && more[0] === "active");
  if (!isCount || kind === "") return ignored("no count of objects");
  const channel = more.length === 0 ? kind : `${kind} active`;
  return reading(device(), { quantity: "items", labels: { channel } });
};

/** Frigate, a video recorder that recognizes things. */
export const dialect = defineDialect({
  title: "Frigate",
  source: "https://docs.frigate.video/integrations/mqtt",
  prefixes: ["frigate"],
  subscriptions: everythingBelow,
  expiresMs,
  start: (context) => {
    const gateOf = createGates();
    const routeOwn = (prefix: string, topic: string): readonly TopicPlan[] | undefined => {
      const gate = gateOf(prefix);
      const device = () => context.device({ id: prefix, name: prefix, gates: [gate] });
      if (topic === "available") {
        const told = (presence: Presence) => {
          gate.set(presence);
          device().gate.set(presence);
        };
        return [{ kind: "availability", words, told }];
      }
      if (topic !== "stats") return undefined;
      const interpret = interpretStatistics((name) =>
        context.device({ id: `${prefix}/${name}`, name, gates: [gate] }),
      );
      return [{ kind: "fields", device: device(), interpret, expiresMs: statisticsExpireMs }];
    };
    return {
      route: ({ below, prefix }) => {
        if (below === undefined || prefix === undefined) return undefined;
        const own = routeOwn(prefix, below.join("/"));
        if (own !== undefined) return own;
        if (below.length < 2) return ignored("events");
        return routeCamera(context, prefix, gateOf(prefix), below);
      },
    };
  },
});
