import type { I2cBus } from "../buses/i2c.ts";
import { devicePath, formatPlace } from "../buses/i2c-errors.ts";
import type { Sysfs } from "../buses/sysfs.ts";
import type { Clock } from "../clock.ts";
import { SensorError } from "../errors.ts";
import { hexadecimal } from "../hexadecimal.ts";
import { type Detection, type Finding, type Obstacle, obstacleOf } from "./finding.ts";
import { kernelOwner, kernelPlace } from "./i2c-adapters.ts";
import { findingOf, type Place } from "./i2c-answers.ts";
import { type Answer, askChip, type Chip } from "./i2c-probe.ts";
import type { KernelFinding } from "./kernel.ts";

/** What looking at a bus needs. */
export interface Search {
  readonly openBus: (number: number) => Promise<I2cBus>;
  readonly sysfs: Sysfs;
  readonly chips: readonly Chip[];
  /** Devices that the kernel reads, among which are the chips that it owns. */
  readonly kernelFindings: readonly KernelFinding[];
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

// A chip that stretches the clock for too long costs one time limit; a bus that hangs costs one at every address.
const timeoutsMaximum = 2;
const busLimitMs = 20_000;

const takenFinding = async (
  { sysfs, kernelFindings }: Search,
  { bus, address }: Place,
  owner: string | undefined,
): Promise<Finding> => {
  const place = kernelPlace(bus, address);
  const name = owner ?? (await sysfs.readOptional(`bus/i2c/devices/${place}/name`));
  const readers = kernelFindings.filter((finding) => finding.hardware === place);
  const remark =
    readers.length === 0
      ? "It offers no values as hwmon or iio; without its overlay the chip can be read directly."
      : readers
          .map(
            ({ driver, device }) => `It is read with \`driver: ${driver}\`, \`device: ${device}\`.`,
          )
          .join(" ");
  return {
    place: formatPlace(bus, address),
    what: name === undefined ? "a driver of the kernel" : `the kernel's driver ${name}`,
    certainty: "taken",
    suggestions: [],
    remarks: [remark],
  };
};

/** Lets a transfer fail that may concern one chip only; throws when it is the bus. */
const endure = (error: SensorError, patience: { timeouts: number }): void => {
  const { code } = error;
  if (code === "bus-timeout") patience.timeouts += 1;
  const isOfBus = code !== "bus-timeout" && code !== "bus-error";
  if (isOfBus || patience.timeouts >= timeoutsMaximum) throw error;
};

/** Asks all drivers that know the address, until the bus hangs. */
const askAll = async (
  search: Search,
  bus: I2cBus,
  address: number,
  patience: { timeouts: number },
): Promise<readonly Answer[]> => {
  const { chips, clock, signal } = search;
  const sleep = (milliseconds: number) => clock.sleep(milliseconds, signal);
  const answers: Answer[] = [];
  for (const chip of chips.filter(({ driver }) => driver.addresses.includes(address))) {
    signal.throwIfAborted();
    const answer = await askChip(bus, address, chip, sleep);
    if (answer.kind === "failed") endure(answer.error, patience);
    answers.push(answer);
    if (answer.kind === "owned") break;
  }
  return answers;
};

interface Visit {
  readonly place: Place;
  readonly answers: readonly Answer[];
}

const has = ({ answers }: Visit, ...kinds: readonly Answer["kind"][]): boolean =>
  answers.some(({ kind }) => kinds.includes(kind));

/** Failed transfers mean something only on an adapter that knows the difference to an absent chip. */
const failuresOf = (visits: readonly Visit[], bus: number): readonly Obstacle[] => {
  const failed = visits.filter(
    (visit) => has(visit, "failed") && !has(visit, "identified", "possible", "refused"),
  );
  const errorOf = ({ answers }: Visit) =>
    answers.flatMap((answer) => (answer.kind === "failed" ? [answer.error] : []))[0];
  if (visits.some((visit) => has(visit, "silent"))) {
    return failed.map((visit) => obstacleOf(formatPlace(bus, visit.place.address), errorOf(visit)));
  }
  const [first] = failed;
  if (first === undefined || failed.length < visits.length) return [];
  return [obstacleOf(devicePath(bus), errorOf(first))];
};

const unsupportedOf = (visits: readonly Visit[], bus: number): readonly Obstacle[] => {
  const names = visits.flatMap(({ answers }) =>
    answers.flatMap((answer) => (answer.kind === "unsupported" ? [answer.chip.name] : [])),
  );
  if (names.length === 0) return [];
  return [
    {
      place: devicePath(bus),
      message: `the adapter knows SMBus only; not looked for: ${[...new Set(names)].join(", ")}`,
      remedy: "Connect these to a bus of the board itself.",
    },
  ];
};

/** Looks for every known chip on one bus. A bus that hangs or takes too long is left, and what was found is kept. */
export const searchBus = async (search: Search, number: number): Promise<Detection> => {
  const { chips, sysfs, clock } = search;
  const addresses = [...new Set(chips.flatMap(({ driver }) => driver.addresses))];
  const endMs = clock.nowMs() + busLimitMs;
  const patience = { timeouts: 0 };
  const findings: Finding[] = [];
  const visits: Visit[] = [];
  const end = (obstacles: readonly Obstacle[]): Detection => ({
    findings,
    obstacles: [...obstacles, ...unsupportedOf(visits, number)],
  });
  try {
    const bus = await search.openBus(number);
    for (const address of addresses.sort((one, other) => one - other)) {
      if (clock.nowMs() > endMs) {
        throw new SensorError(
          "bus-timeout",
          `the search took too long and ended at ${hexadecimal(address)}`,
        );
      }
      const place: Place = { bus: number, address };
      const owner = await kernelOwner(sysfs, number, address);
      const answers = owner === undefined ? await askAll(search, bus, address, patience) : [];
      const isTaken = owner !== undefined || has({ place, answers }, "owned");
      const finding = isTaken
        ? await takenFinding(search, place, owner)
        : findingOf(answers, place);
      if (finding !== undefined) findings.push(finding);
      visits.push({ place, answers });
    }
    return end(failuresOf(visits, number));
  } catch (error) {
    search.signal.throwIfAborted();
    return end([obstacleOf(devicePath(number), error)]);
  }
};
