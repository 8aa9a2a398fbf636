import { assertEquals } from "@std/assert";
import {
  attentionBatch,
  attentionCalls,
  paddedSize,
  type Sequence,
} from "../../../lib/engine/plan/attention_batch.ts";

/** A sequence of rows from one on. */
function sequence(length: number, first = 0, from = 0): Sequence {
  return { rows: Array.from({ length }, (_, i) => from + i), first };
}

Deno.test("paddedSize() is the next power of 2 of queries, two at least, and the next multiple of 4 of keys", () => {
  const of = [[4, 3], [5, 3], [6, 3], [8, 3], [9, 4], [13, 4]] as const;
  const sizes = of.map(([length, first]) => Object.values(paddedSize(sequence(length, first))));
  assertEquals(sizes, [[2, 4], [2, 8], [4, 8], [8, 8], [8, 12], [16, 16]]);
});

Deno.test("attentionBatch() places each head of the computed positions", () => {
  const { results, seen, hidden } = attentionBatch([sequence(5, 3), sequence(5, 3)], 2);
  assertEquals([...new Set(seen), ...new Set(hidden.map(Math.sign))], [1, 0, 0, -1]);
  const places = [0, 2, 1, 3]; // by position, then by head, of [sequence, head, query]
  assertEquals([...results], [...places, ...places.map((place) => 4 + place)]);
});

Deno.test("attentionCalls() gives neighbours of one padded size a call, as long as their queries, keys and values fit into 4 MiB", () => {
  const calls = attentionCalls(
    [sequence(6, 3), sequence(7, 3), sequence(9, 3), sequence(5, 4), sequence(5, 3)],
    { heads: 2, width: 8 },
  );
  assertEquals(calls.map(({ from, count, batch: { size } }) => [from, count, size]), [
    ...[[0, 7, 2], [7, 6, 1], [13, 3, 2]],
  ]);
  const width = 2 ** 12; // 4 bytes x 4096 x (2 + 2 x 4) = 160 KiB each: 26 in 4 MiB
  const sixty = Array.from({ length: 60 }, (_, i) => sequence(4, 2, i));
  const many = attentionCalls(sixty, { heads: 2, width });
  assertEquals(many.map(({ batch: { size } }) => size), [26, 26, 8]);
  const wide = attentionCalls(sixty.slice(0, 2), { heads: 2, width: 2 ** 20 });
  assertEquals(wide.length, 2); // one at least
});
