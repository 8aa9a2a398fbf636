/** Divides items between the fast engine and the general engine. */

/** A result that names its item by its place in the list given to an engine. */
interface OfItem {
  readonly index: number;
}

/**
 * Runs each item on the fast engine if that accepts it, otherwise on the general one, regardless of the other items.
 *
 * @param items The items.
 * @param isFast Whether the fast engine accepts an item.
 * @param engines Both engines.
 * @returns The results batch by batch, with places in the whole list.
 */
export async function* byEngine<Item, Result extends OfItem>(
  items: readonly Item[],
  isFast: (item: Item) => boolean,
  engines: Record<"fast" | "general", (own: readonly Item[]) => AsyncIterable<Result[]>>,
): AsyncGenerator<Result[]> {
  const indices = Map.groupBy(items.keys(), (i) => isFast(items[i]!) ? "fast" : "general");
  for (const engine of ["fast", "general"] as const) {
    const own = indices.get(engine) ?? [];
    if (own.length === 0) continue;
    for await (const results of engines[engine](own.map((index) => items[index]!))) {
      yield results.map((result) => ({ ...result, index: own[result.index]! }));
    }
  }
}

/** The manifest's name for the engine that stops at each block. */
export const GENERAL_ENGINE = "the general engine";

/** The manifest's name for the fast schedule. */
export const FAST_SCHEDULE = "the fast schedule";

/**
 * Names the engine of an item.
 *
 * @param refusal Why the fast engine cannot be used on the model, if it cannot.
 * @param isFast Whether the fast engine accepts an item.
 */
export function engineName<Item>(
  refusal: Error | undefined,
  isFast: (item: Item) => boolean,
): (item: Item) => string {
  if (refusal !== undefined) return () => `${GENERAL_ENGINE} (${refusal.message})`;
  return (item) => isFast(item) ? FAST_SCHEDULE : GENERAL_ENGINE;
}
