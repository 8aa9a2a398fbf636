import { assertEquals } from "@std/assert";
import {
  headRowsOfPair,
  scheduleHeads,
} from "../../../../lib/experiments/sweep/fast/head_schedule.ts";

/** A pair of T tokens that differs only at the negator. */
function pairOf(body: readonly number[], negator = 3) {
  const ids = [0, 1, 2, 3, ...body];
  return { affirmative: ids, negated: ids.with(negator, 99), negator };
}

Deno.test("scheduleHeads() computes heads (T - n) (T - n + 1) / 2 rows a set for one pair", () => {
  for (const [count, negator, heads] of [[3, 3, 2], [6, 1, 4], [9, 8, 3]] as const) {
    const pair = pairOf(Array.from({ length: count }, (_, i) => 10 + i), negator);
    const length = pair.affirmative.length;
    const { base, starts, runs } = scheduleHeads([pair], heads);
    const later = length - negator;
    assertEquals(starts.length, heads * later * (later + 1) / 2);
    assertEquals(starts.length, headRowsOfPair({ length, negator, heads }));
    assertEquals(base.length, length + later);
    assertEquals(runs.length, heads * later);
  }
});

Deno.test("scheduleHeads() lets a run attend to the affirmative run before the patch, and changes one head of one row", () => {
  const pair = pairOf([10, 11, 12]);
  const { base, starts, changes, runs } = scheduleHeads([pair], 2);
  const tokensAt = (row: number) => {
    const { sentence, position } = base[row]!;
    return pair[sentence].slice(0, position + 1);
  };
  for (const { head, position, rows, affirmative, negated } of runs) {
    assertEquals(affirmative.rows.map((row) => tokensAt(row).at(-1)), pair.affirmative);
    assertEquals(negated.rows.map((row) => tokensAt(row).at(-1)), pair.negated);
    assertEquals([affirmative.first, negated.first], [6, 6]);
    rows.forEach((row, q) => {
      const own = row >= base.length;
      assertEquals(own, q >= position);
      const start = own ? starts[row - base.length]! : row;
      assertEquals(tokensAt(start), pair.affirmative.slice(0, q + 1));
      if (!own) return;
      const change = changes[row - base.length]!;
      assertEquals(change.head, head);
      const other = change.negated;
      assertEquals(
        other === undefined ? undefined : tokensAt(other),
        q === position ? pair.negated.slice(0, q + 1) : undefined,
      );
    });
  }
});

Deno.test("scheduleHeads() shares the rows of pairs up to where their tokens differ", () => {
  const [a, b] = [pairOf([10, 11, 12]), pairOf([10, 11, 22, 23])];
  const { starts } = scheduleHeads([a, b], 3);
  const rows = (length: number) => headRowsOfPair({ length, negator: 3, heads: 3 });
  assertEquals(starts.length, rows(7) + rows(8) - rows(6)); // alike up to position 5
});
