import type { SysfsFiles } from "../../src/buses/sysfs.ts";
import { errno, libuvError } from "./i2c-errno.ts";

/** Attribute files by absolute path; reading one asks for its text, which may throw as the kernel does. */
export type AttributeFiles = Readonly<Record<string, () => string>>;

/** A tree of attribute files whose devices come and go. */
export interface SimulatedSysfs extends SysfsFiles {
  /** Adds files, and takes them out again when the returned function is called. */
  readonly plug: (files: AttributeFiles) => () => void;
}

/** As Node reports that reading failed with this errno (positive). */
export const attributeError = (path: string, errorNumber: number): Error =>
  libuvError("read", path)(errorNumber);

/** Element of a path below /sys/devices that the kernel also lists elsewhere, and where. */
const listings: readonly { readonly element: RegExp; readonly directory: string }[] = [
  { element: /^hwmon\d+$/, directory: "/sys/class/hwmon" },
  { element: /^thermal_zone\d+$/, directory: "/sys/class/thermal" },
  { element: /^iio:device\d+$/, directory: "/sys/bus/iio/devices" },
  { element: /^w1_bus_master\d+$/, directory: "/sys/bus/w1/devices" },
  { element: /^[0-9a-f]{2}-[0-9a-f]{12}$/, directory: "/sys/bus/w1/devices" },
  { element: /^\d+-[0-9a-f]{4}$/, directory: "/sys/bus/i2c/devices" },
  { element: /^i2c-\d+$/, directory: "/sys/bus/i2c/devices" },
];

// Devices of a class have a link to the device that they hang on; those below `virtual` hang on nothing.
const classDevice = /^(?<parent>.+?)(\/hwmon)?\/hwmon\d+$/;

const linksOf = (path: string): readonly (readonly [string, string])[] => {
  if (!path.startsWith("/sys/")) return [];
  const elements = path.split("/");
  return elements.flatMap((element, index) => {
    const target = elements.slice(0, index + 1).join("/");
    const listed = listings
      .filter((listing) => listing.element.test(element))
      .map(({ directory }) => [`${directory}/${element}`, target] as const);
    const parent = classDevice.exec(target)?.groups?.["parent"];
    const isVirtual = parent === undefined || parent.endsWith("/virtual");
    return isVirtual ? listed : [...listed, [`${target}/device`, parent] as const];
  });
};

/** All directories on the way to a path, the path itself last. */
const withAncestors = (path: string): readonly string[] =>
  path
    .split("/")
    .map((_, index, elements) => elements.slice(0, index + 1).join("/"))
    .filter((ancestor) => ancestor !== "");

/** Resolves `..` and links, element by element, as the kernel does. */
const realPathOf = (path: string, links: ReadonlyMap<string, string>): string => {
  let real = "";
  for (const element of path.split("/").filter((one) => one !== "" && one !== ".")) {
    real = element === ".." ? real.slice(0, real.lastIndexOf("/")) : `${real}/${element}`;
    real = links.get(real) ?? real;
  }
  return real;
};

const treeOf = (files: readonly string[]) => {
  const links: ReadonlyMap<string, string> = new Map(files.flatMap(linksOf));
  return { links, paths: new Set([...files, ...links.keys()].flatMap(withAncestors)) };
};

/**
 * A simulated /sys. Files stand at their real paths below /sys/devices; the links of classes and buses, and from a
 * class device to its hardware, follow from these paths as they do in the kernel. All attributes are read-only.
 */
export const createSimulatedSysfs = (files: AttributeFiles = {}): SimulatedSysfs => {
  const attributes = new Map<string, () => string>(Object.entries(files));
  let tree = treeOf([...attributes.keys()]);

  const find = (syscall: string, path: string): string => {
    const real = realPathOf(path, tree.links);
    if (real !== "" && !tree.paths.has(real)) throw libuvError(syscall, path)(errno.noSuchFile);
    return real;
  };

  return {
    readFile: async (path) => {
      const attribute = attributes.get(find("open", path));
      if (attribute === undefined) throw libuvError("read")(21); // EISDIR
      return attribute();
    },
    writeFile: async (path) => {
      find("open", path);
      throw libuvError("open", path)(errno.accessDenied);
    },
    readDirectory: async (path) => {
      const real = find("scandir", path);
      if (attributes.has(real)) throw libuvError("scandir", path)(20); // ENOTDIR
      return [...tree.paths]
        .filter((other) => other.slice(0, other.lastIndexOf("/")) === real)
        .map((other) => other.slice(real.length + 1));
    },
    realPath: async (path) => find("lstat", path),

    plug: (added) => {
      const entries = Object.entries(added);
      for (const [path, text] of entries) attributes.set(path, text);
      tree = treeOf([...attributes.keys()]);
      return () => {
        for (const [path, text] of entries) {
          if (attributes.get(path) === text) attributes.delete(path);
        }
        tree = treeOf([...attributes.keys()]);
      };
    },
  };
};
