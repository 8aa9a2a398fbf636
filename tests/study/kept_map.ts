/** Finished rows in memory. */

import type { KeptRows } from "../../lib/study/rows/once_per_group.ts";

/** Keeps rows in a map that the test can read. */
export function keptIn(rows: Map<string, readonly number[]>): KeptRows {
  return {
    get size() {
      return rows.size;
    },
    get: (key) => rows.get(key),
    keep: (key, values) => {
      rows.set(key, Array.from(values));
      return Promise.resolve();
    },
  };
}
