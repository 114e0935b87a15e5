import { once } from "node:events";
import { createServer } from "node:net";

// Below the ports that Linux gives to connections (ip_local_port_range, 32768 and up): one of those could take the port
// of a peer while the peer is down. By chance, since several test files run at once.
const lowestPort = 20_000;
const highestPort = 32_000;
const attempts = 100;
const given = new Set<number>();

const isFree = async (port: number): Promise<boolean> => {
  const server = createServer();
  const outcome = Promise.race([
    once(server, "listening").then(() => true),
    once(server, "error").then(() => false),
  ]);
  server.listen(port, "127.0.0.1");
  if (!(await outcome)) return false;
  server.close();
  await once(server, "close");
  return true;
};

/** A port of this machine that nobody listens on, and that no connection will take meanwhile. */
export const freePort = async (): Promise<number> => {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const port = lowestPort + Math.floor(Math.random() * (highestPort - lowestPort));
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
  throw new Error("no port is free");
};
