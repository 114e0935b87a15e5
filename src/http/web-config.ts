import { stat } from "node:fs/promises";
import type { z } from "zod";
import type { Environment } from "../config/environment.ts";
import { locateIssues } from "../config/issues.ts";
import { loadFile } from "../config/load.ts";
import { say } from "../config/messages.ts";
import type { Path, Problem } from "../config/problems.ts";
import { type ReadFile, readBeginning } from "../config/read-file.ts";
import { keysAt } from "../config/schema-walk.ts";
import type { Part } from "../config/sensor-entry.ts";
import { plainValue, type TreeNode } from "../config/tree.ts";
import type { WebConfig } from "./web-config/config.ts";
import { webConfigSchema } from "./web-config/schema.ts";

/** What a file looked like before it was read: by this a change is noticed. */
export type Fingerprints = ReadonlyMap<string, string>;

/** A web configuration that is right in every respect, frozen, or all that is wrong with it; and the files it is of. */
export type LoadedWebConfig = {
  readonly files: Fingerprints;
} & ({ readonly config: WebConfig } | { readonly problems: readonly Problem[] });

/** Changes whenever a file is replaced, rewritten or removed; a link is followed. */
export const fingerprintOf = (path: string): Promise<string> =>
  stat(path, { bigint: true }).then(
    ({ ino, size, mtimeNs, ctimeNs }) => [ino, size, mtimeNs, ctimeNs].join(" "),
    () => "unreadable",
  );

/** Reads and checks a web configuration, and the certificates and keys that it names. */
export const loadWebConfig = async (source: {
  readonly file: string;
  readonly environment: Environment;
}): Promise<LoadedWebConfig> => {
  const files = new Map<string, string>();
  const readFile: ReadFile = async (path, maximumBytes) => {
    // Before the content, so that a change in between is taken for one after it.
    files.set(path, await fingerprintOf(path));
    return readBeginning(path, maximumBytes);
  };
  const loaded = await loadFile({ ...source, readFile }, (root) =>
    readWebConfig(root, source.file, readFile),
  );
  return { ...loaded, files };
};

const openToAll: WebConfig = {
  tls: undefined,
  headers: {},
  users: new Map(),
  authExcludedPaths: new Set(),
  rateLimit: undefined,
};

const readWebConfig = async (
  root: TreeNode | undefined,
  file: string,
  readFile: ReadFile,
): Promise<Part<WebConfig>> => {
  // As in the exporter toolkit, an empty file is right and asks for nothing.
  if (root === undefined) return { value: openToAll, problems: [] };
  const schema = webConfigSchema(file, readFile);
  if (root.kind !== "mapping") {
    const statement = say("web-not-a-mapping", keysAt(schema, []));
    return { problems: [{ statement, position: root.position, path: [] }] };
  }
  const parsed = await schema.safeParseAsync(plainValue(root));
  if (parsed.success) return { value: toWebConfig(parsed.data), problems: [] };
  const allowedAt = (path: Path) => keysAt(schema, path);
  return { problems: locateIssues(parsed.error.issues, { root, path: [], allowedAt }) };
};

const toWebConfig = ({
  tls_server_config: tls,
  http_server_config: http,
  basic_auth_users: users,
  auth_excluded_paths: excludedPaths,
  rate_limit: rateLimit,
}: z.output<ReturnType<typeof webConfigSchema>>): WebConfig => ({
  tls,
  headers: Object.fromEntries(
    Object.entries(http?.headers ?? {}).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  ),
  users: users ?? new Map(),
  authExcludedPaths: new Set(excludedPaths),
  rateLimit,
});
