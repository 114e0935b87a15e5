import { StartError } from "../errors.ts";

/** A socket that systemd has bound and handed over, by its file descriptor. */
interface InheritedSocket {
  readonly descriptor: number;
}

// SD_LISTEN_FDS_START of sd_listen_fds(3).
const firstDescriptor = 3;
const mostSockets = 64;
const flag = "--web.systemd-socket";

/** The sockets that systemd has handed over (sd_listen_fds(3)), one or more; throws StartError saying why there are none. */
export const inheritedSockets = ({
  environment,
  processId,
}: {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly processId: number;
}): readonly InheritedSocket[] => {
  const { LISTEN_FDS: count, LISTEN_PID: owner } = environment;
  if (count === undefined || owner === undefined) {
    throw new StartError(
      `${flag}: systemd has handed over no socket; ` +
        "enable sensor-exporter.socket, or leave the flag out",
    );
  }
  if (owner !== String(processId)) {
    throw new StartError(
      `${flag}: the sockets are meant for process ${owner}, and this is ${processId}; ` +
        "what starts the exporter must become it (exec)",
    );
  }
  const sockets = /^\d+$/u.test(count) ? Number(count) : 0;
  if (sockets < 1 || sockets > mostSockets) {
    throw new StartError(`${flag}: LISTEN_FDS is "${count}", not a number of 1 to ${mostSockets}`);
  }
  return Array.from({ length: sockets }, (_, index) => ({ descriptor: firstDescriptor + index }));
};
