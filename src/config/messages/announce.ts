import type { Templates } from "./words.ts";

/** Messages about announcements. */
export const announceMessages = {
  "announce-url": () => ({
    problem: "must be an http or https URL of metrics, without user, query and fragment",
    remedy: "such as http://pi.lan:10048/metrics",
  }),
  "announce-status": () => ({
    problem: "needs the last will of the connection, which status_topic has already",
    remedy: "remove one, or give one to a second entry of the broker with discover: []",
  }),
} satisfies Templates;
