import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ConnectionOptions, connect } from "node:tls";
import { type Clock, systemClock } from "../../src/clock.ts";
import { formatProblem } from "../../src/config/problems.ts";
import { createLiveWebConfig } from "../../src/http/live-web-config.ts";
import { startHttp } from "../../src/http/server.ts";
import { createWebAccess } from "../../src/http/web-access.ts";
import { loadWebConfig } from "../../src/http/web-config.ts";
import { createLog } from "../../src/log.ts";

const closers: (() => Promise<void>)[] = [];

/** Closes what the tests have started and removes their directories; newest first. */
export const closeAll = async (): Promise<void> => {
  for (const close of closers.splice(0).reverse()) await close();
};

/** A directory that `closeAll` removes. */
export const temporaryDirectory = async (): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), "web-"));
  closers.push(() => rm(directory, { recursive: true, force: true }));
  return directory;
};

/** Serves one route, /metrics, as that web configuration says; it is written to `web.yaml` of the directory. */
export const serveWith = async (
  directory: string,
  yaml: string,
  clock: Clock = systemClock,
): Promise<{
  readonly url: string;
  readonly port: number;
  readonly lines: readonly string[];
  readonly handlers: readonly string[];
  readonly refusals: readonly string[];
  readonly rewrite: (text: string) => Promise<void>;
  readonly close: () => Promise<void>;
}> => {
  const file = join(directory, "web.yaml");
  const rewrite = (text: string) => writeFile(file, text);
  await rewrite(yaml);
  const load = () => loadWebConfig({ file, environment: {} });
  const loaded = await load();
  if ("problems" in loaded) throw new Error(loaded.problems.map(formatProblem).join("\n"));
  const lines: string[] = [];
  const handlers: string[] = [];
  const refusals: string[] = [];
  const write = (line: string) => lines.push(line);
  const log = createLog({ level: "debug", format: "logfmt", write, wallMs: systemClock.wallMs });
  const live = createLiveWebConfig({ file, ...loaded, load, clock, log });
  const { urls, close } = await startHttp({
    addresses: [{ host: "127.0.0.1", port: 0 }],
    routes: new Map([
      [
        "/metrics",
        {
          handler: "metrics",
          methods: { GET: () => ({ status: 200, contentType: "text/plain", body: "up 1\n" }) },
        },
      ],
    ]),
    clock: systemClock,
    log,
    observeDrop: () => {},
    observeRefusal: (reason) => refusals.push(reason),
    maximumRequests: 0,
    observeRequest: (handler) => handlers.push(handler),
    access: await createWebAccess(live, clock),
  });
  closers.push(close);
  const url = urls[0] ?? "";
  return { url, port: Number(new URL(url).port), lines, handlers, refusals, rewrite, close };
};

/** The header that a browser sends for these. */
export const basic = (user: string, password: string): Readonly<Record<string, string>> => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`,
});

/** One answer over TLS by a connection of its own. */
export interface SecureAnswer {
  readonly status: number | undefined;
  readonly body: string;
  readonly protocol: string | null;
  readonly cipher: string;
  /** SHA-256 fingerprint of the server's certificate. */
  readonly certificate: string;
}

/** Asks for /metrics over TLS without looking who serves it; rejects with what the connection ended by. */
export const askSecurely = (
  port: number,
  options: ConnectionOptions = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<SecureAnswer> =>
  new Promise((resolve, reject) => {
    const socket = connect({
      host: "127.0.0.1",
      port,
      servername: "localhost",
      rejectUnauthorized: false,
      ...options,
    });
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("closed without an answer")));
    const asked = request(
      { createConnection: () => socket, path: "/metrics", headers },
      (response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (chunk: string) => {
          body += chunk;
        });
        response.on("end", () =>
          resolve({
            status: response.statusCode,
            body,
            protocol: socket.getProtocol(),
            cipher: socket.getCipher().name,
            certificate: socket.getPeerCertificate().fingerprint256,
          }),
        );
      },
    );
    asked.on("error", reject);
    asked.end();
  });
