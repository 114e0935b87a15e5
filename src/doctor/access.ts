import type { Examination } from "./examination.ts";
import { declaredGroups, mayUse, readAccounts } from "./identity.ts";

/** A refusal of a device file, and how to lift it. */
export interface Refusal {
  readonly finding: string;
  readonly remedy: string;
}

const again = (isSelf: boolean): string =>
  isSelf ? "then log out and in again" : "then sudo systemctl restart sensor-exporter";

/** A file that has to be usable, and the group that should own it. */
export interface Wanted {
  readonly path: string;
  readonly group: string;
  readonly permission: number;
}

/** Why the user may not do with a device file what it has to; undefined if it may, or if there is none. */
export const refusalOf = async (
  { machine, identity }: Examination,
  { path, group, permission }: Wanted,
): Promise<Refusal | undefined> => {
  const status = await machine.status(path);
  if (status === undefined || mayUse(identity, status, permission)) return undefined;
  const { name, isSelf } = identity;
  const finding = `${name} may not use ${path}`;
  const accounts = await readAccounts(machine);
  const owner = accounts.groups.find(({ id }) => id === status.groupId)?.name;
  const isOpenToGroup = ((status.mode >> 3) & permission) === permission;
  if (owner === undefined || owner === "root" || !isOpenToGroup) {
    const remedy = `install the udev rules: sudo scripts/install-pi.sh; they give it to the group ${group}`;
    return { finding, remedy };
  }
  if (declaredGroups(accounts, name).includes(status.groupId)) {
    const finding = `${name} was made a member of ${owner} after it logged in`;
    return { finding, remedy: isSelf ? "log out and in again" : again(isSelf) };
  }
  return { finding, remedy: `sudo usermod -aG ${owner} ${name}; ${again(isSelf)}` };
};
