import type { Device } from "../device.ts";
import { type DialectContext, defineDialect } from "../dialect.ts";
import { createGate, type Gate, type Presence } from "../gate.ts";
import type { Payload } from "../payload.ts";
import type { TopicPlan } from "../plan.ts";
import { everythingBelow, ignored } from "../plans.ts";
import { type Births, createBirths } from "../sparkplug/births.ts";
import { interpretWith } from "../sparkplug/names.ts";
import { decodePayload, type PublishedPayload } from "../sparkplug/payload.ts";
import { valuesOf } from "../sparkplug/values.ts";
import type { Levels } from "../topic.ts";

// Only what changes is sent, and the broker tells of a death; but not to somebody who was not connected then.
const expiresMs = 86_400_000;
/** Nodes and devices whose births are remembered. */
const maximumMembers = 5000;

/** A node or a device behind it. */
interface Member {
  readonly births: Births;
  readonly device: () => Device;
}

/** What is known of an edge node. */
interface Node extends Member {
  readonly gate: Gate;
  readonly members: Map<string, Member>;
  /** Number of the latest birth, which a death of the same session has too. */
  session: string | undefined;
}

const sessionOf = ({ metrics }: PublishedPayload): string | undefined => {
  const value = metrics.find(({ name }) => name === "bdSeq")?.value;
  return value === undefined ? undefined : String(value);
};

const createNetwork = (context: DialectContext) => {
  const nodes = new Map<string, Node>();
  let members = 0;
  const createNode = (group: string, name: string): Node => {
    const gate = createGate();
    return {
      births: createBirths(),
      device: () =>
        context.device({ id: `${group}/${name}`, name, info: { group }, gates: [gate] }),
      gate,
      members: new Map(),
      session: undefined,
    };
  };
  const createMember = (group: string, node: string, name: string, gate: Gate): Member => ({
    births: createBirths(),
    device: () =>
      context.device({
        id: `${group}/${node}/${name}`,
        name,
        info: { group, edge_node: node },
        gates: [gate],
      }),
  });
  /** The one that is known, or a new one, remembered while there is room. */
  const remembered = <T>(known: Map<string, T>, key: string, create: () => T): T => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const created = create();
    if (members >= maximumMembers) return created;
    members += 1;
    known.set(key, created);
    return created;
  };
  const nodeOf = (group: string, name: string): Node =>
    remembered(nodes, JSON.stringify([group, name]), () => createNode(group, name));
  return {
    nodeOf,
    memberOf: (group: string, nodeName: string, name: string): Member => {
      const node = nodeOf(group, nodeName);
      return remembered(node.members, name, () => createMember(group, nodeName, name, node.gate));
    },
  };
};

const setNode = (node: Node, presence: Presence): void => {
  node.gate.set(presence);
  node.device().gate.set(presence);
};

/** Decodes each message once, however many plans look at it. */
const createDecoder = () => {
  const decoded = new WeakMap<Payload, { readonly payload: PublishedPayload | undefined }>();
  return (payload: Payload): PublishedPayload | undefined => {
    const known = decoded.get(payload) ?? { payload: decodePayload(payload.bytes) };
    decoded.set(payload, known);
    return known.payload;
  };
};

type Decoder = ReturnType<typeof createDecoder>;

const values = ({ births, device }: Member, decode: Decoder): TopicPlan => ({
  kind: "fields",
  device: device(),
  interpret: interpretWith(births),
  signature: births.generation,
  decode: (payload) => {
    const published = decode(payload);
    return published === undefined ? undefined : valuesOf(published, births);
  },
});

const notice = (decode: Decoder, take: (published: PublishedPayload) => string): TopicPlan => ({
  kind: "notice",
  take: (payload) => {
    const published = decode(payload);
    return published === undefined ? "no Sparkplug B payload" : take(published);
  },
});

const nodeBirth = (node: Node, published: PublishedPayload): string => {
  node.session = sessionOf(published);
  node.births.learn(published);
  // Its devices are born anew too, perhaps with other aliases.
  for (const { births } of node.members.values()) births.forget();
  setNode(node, "online");
  return "birth of a node";
};

const nodeDeath = (node: Node, published: PublishedPayload): string => {
  const session = sessionOf(published);
  // The will of an earlier connection may come after the next birth: section 5.
  const isStale = session !== undefined && node.session !== undefined && session !== node.session;
  if (isStale) return "death of an earlier session";
  setNode(node, "offline");
  // Only its own birth brings a device back.
  for (const { device } of node.members.values()) device().gate.set("offline");
  return "death of a node";
};

const ofNode = (kind: string, node: Node, decode: Decoder): readonly TopicPlan[] => {
  if (kind === "NDATA") return [values(node, decode)];
  if (kind === "NDEATH") return [notice(decode, (published) => nodeDeath(node, published))];
  if (kind !== "NBIRTH") return ignored("a command");
  return [notice(decode, (published) => nodeBirth(node, published)), values(node, decode)];
};

const ofDevice = (kind: string, member: Member, decode: Decoder): readonly TopicPlan[] => {
  if (kind === "DDATA") return [values(member, decode)];
  if (kind === "DDEATH") {
    return [
      {
        kind: "notice",
        take: () => {
          member.device().gate.set("offline");
          return "death of a device";
        },
      },
    ];
  }
  if (kind !== "DBIRTH") return ignored("a command");
  const birth = notice(decode, (published) => {
    member.births.learn(published);
    member.device().gate.set("online");
    return "birth of a device";
  });
  return [birth, values(member, decode)];
};

/**
 * Nodes and devices of Sparkplug B.
 *
 * Nothing is published, so that nobody is asked for a birth: a metric that is sent by its alias only has no reading
 * until its node or device is born the next time.
 */
export const dialect = defineDialect({
  title: "Sparkplug B",
  source:
    "https://sparkplug.eclipse.org/specification/version/3.0/documents/sparkplug-specification-3.0.0.pdf",
  prefixes: ["spBv1.0"],
  subscriptions: everythingBelow,
  expiresMs,
  start: (context) => {
    const network = createNetwork(context);
    const decode = createDecoder();
    const routeBelow = (below: Levels): readonly TopicPlan[] | undefined => {
      const [group = "", kind = "", node = "", device, ...rest] = below;
      if (group === "STATE") return ignored("state of a host application");
      if (node === "" || rest.length > 0) return undefined;
      if (/^D/u.test(kind) && device !== undefined) {
        return ofDevice(kind, network.memberOf(group, node, device), decode);
      }
      return /^N/u.test(kind) && device === undefined
        ? ofNode(kind, network.nodeOf(group, node), decode)
        : undefined;
    };
    return { route: ({ below }) => (below === undefined ? undefined : routeBelow(below)) };
  },
});
