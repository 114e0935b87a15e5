import { execFile } from "node:child_process";
import { createServer, type RequestListener } from "node:http";
import { execPath } from "node:process";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";

const metrics = [
  "# TYPE sensor_exporter_build_info gauge",
  'sensor_exporter_build_info{node="20.19.2",version="1.2.3"} 1',
  'sensor_up{sensor="attic"} 1',
  "",
].join("\n");

const listen = (listener: RequestListener): Promise<string> =>
  new Promise((resolve) => {
    const server = createServer(listener);
    onTestFinished(() => {
      server.close();
      server.closeAllConnections();
    });
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") throw new Error("no port");
      resolve(`http://127.0.0.1:${address.port}`);
    });
  });

const answering = (status: number, body = metrics): RequestListener => {
  return (_request, response) => {
    response.writeHead(status).end(body);
  };
};

const look = async (url: string, version = "1.2.3"): Promise<string> => {
  const words = ["scripts/install/look.mjs", url, "/metrics", version];
  return (await promisify(execFile)(execPath, words)).stdout;
};

describe("the look at a service that was started", () => {
  it("counts the series of one that is ready", async () => {
    expect(await look(await listen(answering(200)))).toBe("ready 2");
  });

  it("does not take the version before for the new one", async () => {
    expect(await look(await listen(answering(200)), "1.3.0")).toBe("");
  });

  it("waits for one that is not ready", async () => {
    expect(await look(await listen(answering(503)))).toBe("");
  });

  it("is content with one that asks for a password", async () => {
    expect(await look(await listen(answering(401)))).toBe("up");
  });

  it("is content with a password on the metrics alone", async () => {
    const url = await listen((request, response) => {
      answering(request.url === "/-/ready" ? 200 : 401)(request, response);
    });
    expect(await look(url)).toBe("up");
  });

  it("sees nothing where nothing listens", async () => {
    // Port 1 (tcpmux) is used by nobody.
    expect(await look("http://127.0.0.1:1")).toBe("");
  });
});
