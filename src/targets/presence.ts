import { z } from "zod";
import type { Labels } from "../reading.ts";
import { addressOf, defaultPath, parseTargetUrl } from "./url.ts";

/** Topics below which exporters announce themselves, unless told otherwise. */
export const presencePrefix = "sensor-exporter/presence";

/** What an announcement may be long; nothing in it needs more. */
export const maximumAnnouncementBytes = 8192;

const schemaName = "sensor-exporter-presence/1";

/** An exporter as it announces itself: the payload of a retained message. */
export interface Announcement {
  readonly url: string;
  readonly labels: Labels;
}

// Keys that are not known may come with a later version, which an older reader can live with.
const announcement = z.object({
  schema: z.literal(schemaName),
  url: z.string(),
  labels: z.record(z.string(), z.string()).default({}),
});

/** The payload of an announcement. */
export const formatAnnouncement = ({ url, labels }: Announcement): string =>
  JSON.stringify({ schema: schemaName, url, labels });

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The announcement that a payload holds; undefined if it is none. */
export const parseAnnouncement = (payload: Uint8Array): Announcement | undefined => {
  if (payload.length > maximumAnnouncementBytes) return undefined;
  return announcement.safeParse(parseJson(new TextDecoder().decode(payload))).data;
};

/** The topic of the exporter at a URL: no two URLs have the same. */
export const presenceTopic = (url: string): string => {
  const parsed = parseTargetUrl(url);
  if (parsed === undefined) return `${presencePrefix}/${encodeURIComponent(url)}`;
  const scheme = parsed.scheme === "https" ? "https:" : "";
  const path = parsed.path === defaultPath ? "" : parsed.path;
  return `${presencePrefix}/${scheme}${addressOf(parsed)}${path}`;
};
