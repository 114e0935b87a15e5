import type { Quantity } from "../../quantities.ts";
import type { Labels } from "../../reading.ts";
import { labelsOfId, labelsOfName, type Naming } from "./channel.ts";

/** A reading among those of its device. */
export interface Member {
  /** Its entity; the same for one that is announced twice. */
  readonly identity: string;
  readonly key: string;
  readonly naming: Naming;
}

/**
 * The labels of a device's readings: those of its name, as long as no other reading has the same; else all of them
 * take those of their identifiers, whoever came first.
 */
export interface Groups {
  /** Returns the members whose labels may have changed by it. */
  readonly add: (member: Member) => readonly Member[];
  readonly remove: (member: Member) => readonly Member[];
  readonly labelsOf: (member: Member) => Labels;
}

const keyOf = (quantity: Quantity, labels: Labels) => JSON.stringify([quantity, labels]);

/** A device without readings. */
export const createGroups = (): Groups => {
  const groups = new Map<string, Set<Member>>();
  const keys = new Map<Member, string>();

  const groupOf = (member: Member): readonly Member[] => [
    ...(groups.get(keys.get(member) ?? "") ?? []),
  ];
  const isShared = (members: readonly Member[]) =>
    members.some(({ identity }) => identity !== members[0]?.identity);

  return {
    add: (member) => {
      const key = keyOf(member.naming.quantity, labelsOfName(member.naming));
      const group = groups.get(key) ?? new Set<Member>();
      const before = isShared([...group]);
      groups.set(key, group.add(member));
      keys.set(member, key);
      const members = [...group];
      // In a group that was shared before, the others have their own labels already, unless their ids are alike.
      if (before) return members.filter((each) => each.naming.objectId === member.naming.objectId);
      return isShared(members) ? members : [member];
    },
    remove: (member) => {
      const members = groupOf(member);
      const group = groups.get(keys.get(member) ?? "");
      group?.delete(member);
      if (group?.size === 0) groups.delete(keys.get(member) ?? "");
      keys.delete(member);
      return members;
    },
    labelsOf: (member) => {
      const members = groupOf(member);
      if (!isShared(members)) return labelsOfName(member.naming);
      const isAlike = members.some(
        ({ identity, naming }) =>
          identity !== member.identity && naming.objectId === member.naming.objectId,
      );
      return labelsOfId(member.naming, member.key, isAlike);
    },
  };
};
