import type { FileStatus, Machine } from "../machine.ts";
import { readTextFile } from "./text-file.ts";

/** A user, and the groups that its processes have. */
export interface Identity {
  readonly name: string;
  readonly userId: number;
  readonly groupIds: readonly number[];
  /** True if it is who runs this program. */
  readonly isSelf: boolean;
}

/** Users and groups of this machine, as /etc has them. */
export interface Accounts {
  readonly users: readonly { readonly name: string; readonly id: number; readonly group: number }[];
  readonly groups: readonly {
    readonly name: string;
    readonly id: number;
    readonly members: readonly string[];
  }[];
}

/** The user that the service runs as. */
const serviceUser = "sensor-exporter";

const fieldsOf = (text: string | undefined): readonly (readonly string[])[] =>
  (text ?? "").split("\n").flatMap((line) => (line.includes(":") ? [line.split(":")] : []));

/** Reads passwd(5) and group(5). */
export const readAccounts = async (machine: Machine): Promise<Accounts> => {
  const users = fieldsOf(await readTextFile(machine, "/etc/passwd"));
  const groups = fieldsOf(await readTextFile(machine, "/etc/group"));
  return {
    users: users.map(([name = "", , id, group]) => ({
      name,
      id: Number(id),
      group: Number(group),
    })),
    groups: groups.map(([name = "", , id, members = ""]) => ({
      name,
      id: Number(id),
      members: members.split(",").filter((member) => member !== ""),
    })),
  };
};

/** Groups of which /etc makes the user a member; a process may be older than that. */
export const declaredGroups = ({ users, groups }: Accounts, name: string): readonly number[] => {
  const primary = users.filter((user) => user.name === name).map(({ group }) => group);
  const further = groups.filter(({ members }) => members.includes(name)).map(({ id }) => id);
  return [...primary, ...further];
};

/** The user of the service where there is one, else the process itself. */
export const findIdentity = (
  accounts: Accounts,
  self: { readonly userId: number; readonly groupIds: readonly number[] },
): Identity => {
  const service = accounts.users.find(({ name }) => name === serviceUser);
  const isSelf = service === undefined || service.id === self.userId;
  if (!isSelf) {
    const groupIds = declaredGroups(accounts, service.name);
    return { name: service.name, userId: service.id, groupIds, isSelf };
  }
  const name = accounts.users.find(({ id }) => id === self.userId)?.name ?? String(self.userId);
  return { name, ...self, isSelf };
};

/** Permission to read and write. */
export const readAndWrite = 0o6;
/** Permission to write. */
export const writeOnly = 0o2;

/** Whether a user has permissions on a file, by its owner, group and bits. */
export const mayUse = (
  { userId, groupIds }: Pick<Identity, "userId" | "groupIds">,
  status: FileStatus,
  wanted: number,
): boolean => {
  if (userId === 0) return true;
  const shift = userId === status.userId ? 6 : groupIds.includes(status.groupId) ? 3 : 0;
  return ((status.mode >> shift) & wanted) === wanted;
};
