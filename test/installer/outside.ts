// Another machine than the emulated one, which can only call and not be called: it waits for a call, and scrapes through
// it. Its first argument is a file, which gets the port.
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { argv, stdout } from "node:process";

const server = createServer((socket) => {
  let answer = "";
  socket.setEncoding("utf8").on("data", (text) => {
    answer += text;
  });
  socket.on("error", () => {});
  socket.on("end", () => {
    const [, status = "nothing"] = /^HTTP\/1\.1 (\d+)/u.exec(answer) ?? [];
    const samples = answer.split("\n").filter((line) => line.startsWith("sensor_"));
    stdout.write(`scraped from outside: ${status}, ${samples.length} samples of sensors\n`);
    socket.end();
  });
  socket.write("GET /metrics HTTP/1.1\r\nHost: board\r\nConnection: close\r\n\r\n");
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  writeFileSync(argv[2] ?? "", `${address.port}\n`);
});
