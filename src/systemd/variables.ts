/** What systemd says to one process alone (sd_notify(3), sd_listen_fds(3)), by the names of its environment. */
export const processVariables = [
  "LISTEN_FDNAMES",
  "LISTEN_FDS",
  "LISTEN_PID",
  "NOTIFY_SOCKET",
  "WATCHDOG_PID",
  "WATCHDOG_USEC",
] as const;
