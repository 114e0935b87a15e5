import { afterEach, describe, expect, it } from "vitest";
import { hasPeer } from "../peers.ts";
import { address, pairs, pointer, server } from "../targets/mdns-packets.ts";
import { startResponder } from "../targets/mdns-responder.ts";
import { startAvahi } from "./avahi.ts";
import { hasNamespaces, openNamespace } from "./namespace.ts";
import { type Program, runProgram, startTargets, stopPrograms } from "./program.ts";

const patience = { timeout: 15_000, interval: 200 };

afterEach(stopPrograms);

const served = async ({ url }: Program): Promise<unknown> => {
  const answer = await fetch(`${url}/targets`);
  return answer.ok ? answer.json() : answer.status;
};

const board = (name: string, ipv4: string, texts: readonly string[] = []) => [
  pointer(name),
  server(name, `${name}.local`),
  pairs(name, texts),
  address(`${name}.local`, ipv4),
];

describe("boards on the network", () => {
  const startFinder = () => startTargets(["--mdns.interface=127.0.0.1"]);

  it("are found by asking, and by what they say unasked, and leave when they take leave", async ({
    onTestFinished,
  }) => {
    const responder = await startResponder();
    onTestFinished(responder.close);
    responder.answerWith(board("attic", "192.168.7.20", ["path=/metrics", "label_floor=2"]));
    const finder = await startFinder();
    const attic = { targets: ["192.168.7.20:10048"], labels: { board: "attic", floor: "2" } };
    await expect.poll(() => served(finder), patience).toEqual([attic]);
    await responder.send(board("cellar", "192.168.7.21", ["path=/cellar", "scheme=https"]));
    const cellar = {
      targets: ["192.168.7.21:10048"],
      labels: { __scheme__: "https", __metrics_path__: "/cellar", board: "cellar" },
    };
    await expect.poll(() => served(finder), patience).toEqual([attic, cellar]);
    responder.answerWith([]);
    await responder.send([pointer("attic", 0)]);
    await expect.poll(() => served(finder), patience).toEqual([cellar]);
  });

  it("are refused where they say that they are this machine, or give labels that they must not", async ({
    onTestFinished,
  }) => {
    const responder = await startResponder();
    onTestFinished(responder.close);
    responder.answerWith([
      ...board("loopback", "127.0.0.1"),
      ...board("link", "169.254.169.254"),
      ...board("job", "192.168.7.22", ["label_job=node"]),
      ...board("scheme", "192.168.7.23", ["scheme=file"]),
      ...board("good", "192.168.7.24"),
    ]);
    const finder = await startFinder();
    await expect
      .poll(() => served(finder), patience)
      .toEqual([{ targets: ["192.168.7.24:10048"], labels: { board: "good" } }]);
    const metrics = await (await fetch(`${finder.url}/metrics`)).text();
    for (const refusal of [
      'host",source="mdns"} 2',
      'labels",source="mdns"} 1',
      'url",source="mdns"} 1',
    ]) {
      expect(metrics).toContain(`sensor_exporter_targets_refused_total{reason="${refusal}`);
    }
  });
});

const hasAvahi = hasPeer(
  ["sh", "-c", "command -v avahi-daemon && command -v dbus-daemon"],
  "avahi-daemon and dbus",
);

// https://linux.die.net/man/5/avahi.service
const serviceFile = `<?xml version="1.0" standalone="no"?>
<!DOCTYPE service-group SYSTEM "avahi-service.dtd">
<service-group>
  <name replace-wildcards="yes">sensor-exporter on %h</name>
  <service>
    <type>_prometheus-http._tcp</type>
    <port>10048</port>
    <txt-record>path=/metrics</txt-record>
  </service>
</service-group>
`;

describe.skipIf(!hasAvahi || !hasNamespaces())("boards with Avahi", () => {
  it("are found by their service file, and leave when Avahi stops", async ({ onTestFinished }) => {
    const namespace = openNamespace();
    onTestFinished(namespace.close);
    const avahi = await startAvahi("attic", serviceFile, namespace.prefix);
    onTestFinished(avahi.stop);
    const attic = { targets: [`${namespace.address}:10048`], labels: { board: "attic" } };
    const here = `--allow=${namespace.address}`;
    const { exit, stdout } = await runProgram(["targets", "--mdns", "--once", here]);
    expect([exit, JSON.parse(stdout)]).toEqual([0, [attic]]);
    const finder = await startTargets(["--mdns", here]);
    await expect.poll(() => served(finder), patience).toEqual([attic]);
    await avahi.stop();
    await expect.poll(() => served(finder), patience).toEqual([]);
  }, 60_000);
});
