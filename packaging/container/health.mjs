// Exits with 0 if the exporter in this container is ready. Behind TLS its certificate need not name this address.
import http from "node:http";
import https from "node:https";

const url = new URL(process.env["HEALTH_URL"] ?? "http://127.0.0.1:10048/-/ready");
const timeoutMilliseconds = 10_000;

const { request } = url.protocol === "https:" ? https : http;
const options = { rejectUnauthorized: false, timeout: timeoutMilliseconds };

const fail = (reason) => {
  process.stderr.write(`${url.href}: ${reason}\n`);
  process.exit(1);
};

request(url, options, ({ statusCode }) =>
  statusCode === 200 ? process.exit(0) : fail(`answers ${statusCode}`),
)
  .on("timeout", () => fail("does not answer"))
  .on("error", (error) => fail(error.message))
  .end();
