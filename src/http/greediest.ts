/** Something that a client holds. */
export interface Held {
  /** The client's address. */
  readonly address: string;
}

/** What the client that holds most has held longest; the items come in the order of their arrival. */
export const oldestOfGreediest = <Item extends Held>(items: Iterable<Item>): Item | undefined => {
  const byAddress = new Map<string, Item[]>();
  for (const item of items) {
    const held = byAddress.get(item.address);
    if (held === undefined) byAddress.set(item.address, [item]);
    else held.push(item);
  }
  let greediest: readonly Item[] = [];
  for (const held of byAddress.values()) {
    if (held.length > greediest.length) greediest = held;
  }
  return greediest[0];
};
