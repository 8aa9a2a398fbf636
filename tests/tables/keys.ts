/** What holds of the keys and estimates of every table. */

import { assert, assertEquals } from "@std/assert";
import { estimatesOf, keysOf } from "../../lib/tables/estimates.ts";
import { type AnyTable, rowsOf } from "../../lib/tables/table.ts";

/** Asserts that no two rows have equal keys, and that every estimate lies in its interval. */
export function assertKeysAndIntervals(table: AnyTable): void {
  const { name, schema } = table;
  assert(schema !== undefined, name);
  const keys = keysOf(schema);
  const seen = new Set<string>();
  let rows = 0;
  for (const row of rowsOf(table)) {
    rows++;
    seen.add(JSON.stringify(keys.map((key) => row[key] ?? null)));
    for (const { name: column, interval } of estimatesOf(schema)) {
      if (interval === undefined) continue;
      const [value, low, high] = [row[column], row[interval.low], row[interval.high]];
      assertEquals(low === undefined, high === undefined, `${name}.${column}`);
      if (low === undefined) continue;
      const text = `${name}.${column}: ${low} <= ${value} <= ${high}`;
      assert(low! <= value! && value! <= high!, text);
    }
  }
  assertEquals(seen.size, rows, `${name}: rows by ${keys.join(", ")}`);
}
