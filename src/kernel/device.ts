import type { Sysfs } from "../buses/sysfs.ts";
import { SensorError } from "../errors.ts";

/** Where the kernel lists its devices of one kind, and how they are told apart. */
export interface DeviceClass {
  /** What people call such a device: "hwmon device". */
  readonly title: string;
  readonly directory: string;
  /** Names of entries; the number in them changes from one start to the next. */
  readonly entry: RegExp;
  /** Attribute that says what it is, and the option that must be equal to it. */
  readonly nameFile: string;
  readonly option: string;
  /** Whether a `device` link or the parent directory says where the device is connected. */
  readonly place: "device-link" | "parent";
}

/** A device as it was found. */
export interface KernelDevice {
  /** What it is called; the chip where the attribute holds only bus and address. */
  readonly name: string;
  /** Content of the attribute, by which the device is known again. */
  readonly attribute: string;
  /** Directory with links resolved: it holds the bus address, so another device never takes its place. */
  readonly path: string;
  /** Bus and address (`1-0044`), or the last element of wherever the device hangs. */
  readonly place: string;
}

/** Name in the attribute, and, to tell two devices of that name apart, the place. */
export interface WantedDevice {
  readonly name: string;
  readonly place: string | undefined;
}

const lastElement = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

const isCode = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof SensorError && codes.includes(error.code);

const placeOf = async (sysfs: Sysfs, kind: DeviceClass, path: string): Promise<string> => {
  if (kind.place === "parent") return lastElement(path.slice(0, path.lastIndexOf("/")));
  try {
    return lastElement(await sysfs.resolve(`${path}/device`));
  } catch (error) {
    // A device without hardware behind it has no such link.
    if (isCode(error, "device-missing")) return lastElement(path);
    throw error;
  }
};

const describeDevice = async (
  sysfs: Sysfs,
  kind: DeviceClass,
  entry: string,
): Promise<readonly KernelDevice[]> => {
  try {
    const path = await sysfs.resolve(`${kind.directory}/${entry}`);
    const attribute = await sysfs.readText(`${path}/${kind.nameFile}`);
    const place = await placeOf(sysfs, kind, path);
    // Some drivers (ams-iaq-core, vz89x) put `1-005a` where their name should be; the chip is one level up.
    const chip = attribute === place ? await sysfs.readOptional(`${path}/../name`) : undefined;
    return [{ name: chip || attribute, attribute, path, place }];
  } catch (error) {
    // It went away while we looked, or it has no name: not the one we look for.
    if (isCode(error, "device-missing", "no-data")) return [];
    throw error;
  }
};

// A platform device is called after its node in the device tree: `dht11@4`.
const isCalled = (name: string, wanted: string): boolean =>
  name === wanted || name.split("@")[0] === wanted;

const listed = (names: readonly string[]): string =>
  names.length === 0 ? "none" : [...new Set(names)].sort().join(", ");

const noneCalled = (kind: DeviceClass, wanted: WantedDevice, all: readonly KernelDevice[]) =>
  new SensorError(
    "device-missing",
    `no ${kind.title} is called ${wanted.name}; there are: ${listed(all.map(({ name }) => name))}`,
    {
      remedy: `Set \`${kind.option}\` to one of these, or load the overlay or module that drives the device.`,
    },
  );

const noneThere = (kind: DeviceClass, { name, place }: WantedDevice, of: readonly KernelDevice[]) =>
  new SensorError(
    "device-missing",
    `no ${kind.title} ${name} is at ${place}; there are: ${listed(of.map((one) => one.place))}`,
    { remedy: "Set `at` to one of these, or connect the device." },
  );

const ambiguous = (kind: DeviceClass, { name }: WantedDevice, of: readonly KernelDevice[]) => {
  const places = of.map(({ place }) => `\`at: ${place}\``).sort();
  return new SensorError("device-missing", `${of.length} ${kind.title}s are called ${name}`, {
    remedy: `Say which one: ${places.join(" or ")}.`,
  });
};

/** All devices of one kind that have a name, in the order of their entries. */
export const listDevices = async (
  sysfs: Sysfs,
  kind: DeviceClass,
): Promise<readonly KernelDevice[]> => {
  const all: KernelDevice[] = [];
  for (const entry of await sysfs.list(kind.directory)) {
    if (kind.entry.test(entry)) all.push(...(await describeDevice(sysfs, kind, entry)));
  }
  return all;
};

/** Finds a device by what it is called and where it is connected; `device-missing` unless there is exactly one. */
export const findDevice = async (
  sysfs: Sysfs,
  kind: DeviceClass,
  wanted: WantedDevice,
): Promise<KernelDevice> => {
  const all = await listDevices(sysfs, kind);
  const called = all.filter(({ name }) => isCalled(name, wanted.name));
  if (called.length === 0) throw noneCalled(kind, wanted, all);
  const there = called.filter(({ place }) => [undefined, place].includes(wanted.place));
  const [device, ...others] = there;
  if (device === undefined) throw noneThere(kind, wanted, called);
  if (others.length > 0) throw ambiguous(kind, wanted, there);
  return device;
};

/** Throws `device-missing` unless the directory is still that of the same device. */
export const requireDevice = async (
  sysfs: Sysfs,
  kind: DeviceClass,
  device: KernelDevice,
): Promise<void> => {
  const attribute = await sysfs.readText(`${device.path}/${kind.nameFile}`);
  if (attribute === device.attribute) return;
  throw new SensorError(
    "device-missing",
    `${device.path} is ${attribute} now, no longer ${device.attribute}`,
  );
};
