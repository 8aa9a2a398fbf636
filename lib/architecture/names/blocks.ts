/** The blocks of a tower, by the names of its arrays. */

import type { TowerName } from "./named_arrays.ts";

/** Counts the blocks of a tower. Returns how many blocks there are, and the first that is missing before the last. */
export function blocksIn(
  names: Iterable<string>,
  tower: TowerName,
): { readonly count: number; readonly missing: number | undefined } {
  const pattern = tower === "text"
    ? /^text_model\.encoder\.layers\.(\d+)\./
    : /^vision_model\.encoder\.layers\.(\d+)\./;
  const found = new Set<number>();
  for (const name of names) {
    const [, block] = pattern.exec(name) ?? [];
    if (block !== undefined) found.add(Number(block));
  }
  let first = 0;
  while (found.has(first)) first++;
  return { count: found.size, missing: first < found.size ? first : undefined };
}
