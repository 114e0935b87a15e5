import type { AnnounceConfig } from "../config/bridge-config.ts";
import { formatAnnouncement, presenceTopic } from "../targets/presence.ts";

/** The retained message by which an exporter is found: where it stands, and what it says. */
export const announcementOf = (
  announce: AnnounceConfig | undefined,
  servedAt: string | undefined,
): { readonly topic: string; readonly payload: string } | undefined => {
  const url = announce?.url ?? servedAt;
  if (announce === undefined || url === undefined) return undefined;
  return {
    topic: announce.topic ?? presenceTopic(url),
    payload: formatAnnouncement({ url, labels: announce.labels }),
  };
};
