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
 * take those of their identifiers. They depend on what there is, not on what came first.
 */
export interface Groups {
  /** Returns the members whose labels may have changed by it. */
  readonly add: (member: Member) => readonly Member[];
  readonly remove: (member: Member) => readonly Member[];
  readonly labelsOf: (member: Member) => Labels;
}

/** A member's labels by its name and by its identifier, as texts. */
interface Keys {
  readonly name: string;
  readonly id: string;
}

const keyOf = (quantity: Quantity, labels: Labels) => JSON.stringify([quantity, labels]);

const keysOf = ({ naming, key }: Member): Keys => ({
  name: keyOf(naming.quantity, labelsOfName(naming)),
  id: keyOf(naming.quantity, labelsOfId(naming, key, false)),
});

const put = (index: Map<string, Set<Member>>, key: string, member: Member) => {
  const members = index.get(key) ?? new Set<Member>();
  index.set(key, members.add(member));
};

const take = (index: Map<string, Set<Member>>, key: string, member: Member) => {
  const members = index.get(key);
  members?.delete(member);
  if (members?.size === 0) index.delete(key);
};

/** True if there is another entity than that one. */
const hasOther = (members: ReadonlySet<Member> | undefined, identity: string): boolean => {
  for (const each of members ?? []) if (each.identity !== identity) return true;
  return false;
};

const isShared = (members: ReadonlySet<Member> | undefined): boolean => {
  const [first] = members ?? [];
  return first !== undefined && hasOther(members, first.identity);
};

/** A device without readings. */
export const createGroups = (): Groups => {
  const byName = new Map<string, Set<Member>>();
  const byId = new Map<string, Set<Member>>();
  const keys = new Map<Member, Keys>();

  /** Those whose labels may change with the existence of a member; of its group only if that is a question. */
  const affected = ({ name, id }: Keys, isGroupToo: boolean): readonly Member[] => [
    ...new Set([
      ...(isGroupToo ? (byName.get(name) ?? []) : []),
      ...(byId.get(id) ?? []),
      ...(byId.get(name) ?? []),
    ]),
  ];

  return {
    add: (member) => {
      const own = keysOf(member);
      const wasShared = isShared(byName.get(own.name));
      keys.set(member, own);
      put(byName, own.name, member);
      put(byId, own.id, member);
      return affected(own, !wasShared);
    },
    remove: (member) => {
      const own = keys.get(member);
      if (own === undefined) return [];
      const members = affected(own, true);
      keys.delete(member);
      take(byName, own.name, member);
      take(byId, own.id, member);
      return members;
    },
    labelsOf: (member) => {
      const { identity, naming, key } = member;
      const own = keys.get(member);
      if (own === undefined || !isShared(byName.get(own.name))) return labelsOfName(naming);
      const isAlike =
        hasOther(byId.get(own.id), identity) || hasOther(byName.get(own.id), identity);
      return labelsOfId(naming, key, isAlike);
    },
  };
};
