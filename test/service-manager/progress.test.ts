import { describe, expect, it } from "vitest";
import { createProgress } from "../../src/systemd/progress.ts";

// The grace is a minute: long for a poll, short for a board that nobody visits.
const graceMs = 60_000;

describe("the watch on what must go round", () => {
  it("misses nobody who has not said yet when to be expected", () => {
    const progress = createProgress();
    progress.watch("attic");
    expect(progress.late(1e12)).toEqual([]);
  });

  it("names who has let pass when it was expected, and a minute more", () => {
    const progress = createProgress();
    const attic = progress.watch("attic");
    const cellar = progress.watch("cellar");
    attic.expect(10_000);
    cellar.expect(20_000);
    expect(progress.late(10_000 + graceMs)).toEqual([]);
    expect(progress.late(10_001 + graceMs)).toEqual(["attic"]);
    expect(progress.late(20_001 + graceMs)).toEqual(["attic", "cellar"]);
  });

  it("forgives who comes late", () => {
    const progress = createProgress();
    const attic = progress.watch("attic");
    attic.expect(0);
    expect(progress.late(200_000)).toEqual(["attic"]);
    attic.expect(210_000);
    expect(progress.late(210_000)).toEqual([]);
  });

  it("waits no longer for who has ended, nor confuses it with another of its name", () => {
    const progress = createProgress();
    const before = progress.watch("attic");
    const after = progress.watch("attic");
    before.expect(0);
    after.expect(500_000);
    before.end();
    expect(progress.late(500_000)).toEqual([]);
    expect(progress.late(600_000)).toEqual(["attic"]);
  });
});
