/**
 * An empty list, for those that are made by the thousand and live shortly.
 *
 * It comes from a rest parameter, not from a literal. Of a literal V8 counts how many of its lists outlive a
 * collection, and where most do while the code is new, as in a burst of runs that wait, it makes all later ones where
 * only full collections look: each then keeps what it lists until the next of those.
 */
export function freshList<Item>(...items: Item[]): Item[] {
  return items;
}
