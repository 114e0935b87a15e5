// Looks at the service for install-pi.sh: look.mjs URL METRICS-PATH VERSION. Prints "ready" and the number of series, or
// "up" if it answers but lets nobody look (a password, a client's certificate), or nothing.
import { get as getPlain } from "node:http";
import { get as getSecure } from "node:https";
import { argv, stdout } from "node:process";

const [url = "", metricsPath = "", version = ""] = argv.slice(2);
const patienceMilliseconds = 20_000;

const ask = (path) =>
  new Promise((resolve, reject) => {
    const get = url.startsWith("https:") ? getSecure : getPlain;
    // The certificate names the board, and not the address under which the board finds itself.
    const options = { rejectUnauthorized: false, timeout: patienceMilliseconds };
    const request = get(url + path, options, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (text) => {
        body += text;
      });
      response.on("end", () => resolve({ status: response.statusCode, body }));
      response.on("error", reject);
    });
    request.on("timeout", () => request.destroy(new Error("timeout")));
    request.on("error", reject);
  });

const isLocked = ({ status }) => status === 401 || status === 403;

const look = async () => {
  const ready = await ask("/-/ready");
  if (isLocked(ready)) return "up";
  if (ready.status !== 200) return "";
  const metrics = await ask(metricsPath);
  if (isLocked(metrics)) return "up";
  const series = metrics.body.split("\n").filter((line) => /^[a-z]/iu.test(line));
  const isNew = series.some(
    (line) =>
      line.startsWith("sensor_exporter_build_info{") && line.includes(`version="${version}"`),
  );
  return metrics.status === 200 && isNew ? `ready ${series.length}` : "";
};

// A handshake that fails for want of a certificate is an answer, too.
const isSecured = (error) =>
  /SSL|TLS|CERT|ECONNRESET/u.test(`${error.code}`) && url.startsWith("https:");

stdout.write(await look().catch((error) => (isSecured(error) ? "up" : "")));
