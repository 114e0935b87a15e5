import { afterAll, describe, expect, it } from "vitest";
import { loadList } from "../../src/targets/list.ts";
import { createScratch } from "../commands/system.ts";

const scratch = createScratch();
afterAll(scratch.remove);
const load = (name: string, text: string) => loadList(scratch.write(name, text), { ROOM: "hall" });

describe("a list of targets", () => {
  it("has one on each line, with its labels, and comments", async () => {
    const text =
      "# boards\npi.lan\n\nattic.lan:9100 room=attic floor=2  # under the roof\n[fd00::7]\n";
    expect(await load("boards.txt", `${text}https://gate.lan/attic/metrics\r\n`)).toEqual({
      candidates: [
        { url: "http://pi.lan:10048/metrics", labels: {} },
        { url: "http://attic.lan:9100/metrics", labels: { room: "attic", floor: "2" } },
        { url: "http://[fd00::7]:10048/metrics", labels: {} },
        { url: "https://gate.lan/attic/metrics", labels: {} },
      ],
    });
  });

  // https://prometheus.io/docs/prometheus/latest/configuration/configuration/#file_sd_config
  it.each(["boards.yaml", "boards.json"])("is one of Prometheus's own: %s", async (name) => {
    const text = `[{"targets": ["a.lan", "b.lan:1"], "labels": {"__scheme__": "https", "floor": 2}}, "c.lan"]`;
    expect(await load(name, text)).toEqual({
      candidates: [
        { url: "https://a.lan:10048/metrics", labels: { floor: "2" } },
        { url: "https://b.lan:1/metrics", labels: { floor: "2" } },
        { url: "http://c.lan:10048/metrics", labels: {} },
      ],
    });
  });

  it("may be empty", async () => {
    expect(await load("empty.txt", "")).toEqual({ candidates: [] });
    expect(await load("empty.yaml", "# none yet\n")).toEqual({ candidates: [] });
  });

  it("takes variables of the environment in YAML", async () => {
    const text = `- targets: [a.lan]\n  labels:\n    room: \${ROOM}\n`;
    expect(await load("env.yaml", text)).toEqual({
      candidates: [{ url: "http://a.lan:10048/metrics", labels: { room: "hall" } }],
    });
  });

  it("is refused whole, with every line that is wrong", async () => {
    const loaded = await load("bad.txt", "a.lan\nftp://b.lan\nc.lan 1st=x\nd.lan room\n");
    expect("problems" in loaded && loaded.problems.map((line) => line.split("bad.txt")[1])).toEqual(
      [
        ':2: "ftp://b.lan" is no target; write HOST:PORT or an http or https URL',
        ':3: "http://c.lan:10048/metrics" has a label that Prometheus does not take: letters, digits and _, and no empty value',
        ':4: "http://d.lan:10048/metrics" has a label that Prometheus does not take: letters, digits and _, and no empty value',
      ],
    );
  });

  it("says where YAML is no list of targets", async () => {
    const loaded = await load("bad.yaml", "- targets: [a.lan]\n  label: { a: b }\n");
    expect("problems" in loaded && loaded.problems[0]).toMatch(/bad\.yaml:2:3: .*label.* unknown/u);
  });

  it("says that it cannot be read", async () => {
    expect(await loadList("/nonexistent/boards.txt", {})).toEqual({
      problems: ["/nonexistent/boards.txt: cannot be read: there is no such file; check the path"],
    });
  });
});
