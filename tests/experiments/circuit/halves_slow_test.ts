/** Circuits that are chosen on half of the sentence pairs. */

import { assertEquals, assertNotEquals } from "@std/assert";
import { halvesOf } from "../../../lib/experiments/circuit/search/halves.ts";
import { searchCircuit } from "../../../lib/experiments/circuit/search/search.ts";
import { Study } from "../../../lib/runs/study/study.ts";
import type { ScoredPair } from "../../../lib/study/rows/score_rows.ts";
import { keptIn } from "../../study/kept_map.ts";
import { TINY } from "../../studies.ts";

Deno.test("halvesOf() keeps the rows of a sentence pair together, whatever their order, and draws with the seed", () => {
  const rowOf = (key: string) => ({ aligned: { key } }) as ScoredPair;
  const keys = Array.from({ length: 42 }, (_, i) => `pair ${i % 21}`);
  const halves = halvesOf(keys.map(rowOf), 3)!;
  assertEquals(halves.slice(0, 21), halves.slice(21));
  assertEquals(halves.filter((half) => half === 1).length, 22); // 11 of 21 pairs
  assertEquals(halvesOf(keys.toReversed().map(rowOf), 3)!.toReversed(), halves);
  assertNotEquals(halvesOf(keys.map(rowOf), 4), halves);
  assertEquals(halvesOf([rowOf("one"), rowOf("one")], 0), undefined);
});

Deno.test("searchCircuit() chooses on each half what a search on this half alone finds, and scores it on all rows", async () => {
  await using study = await Study.open({
    ...{ model: TINY.model, data: TINY.pairs, images: TINY.images, threads: 1, cache: false },
  });
  const { rows, images } = await study.scoredRows();
  const how = {
    ...{ kept: keptIn(new Map()), keptOf: () => keptIn(new Map()), progress: () => {}, seed: 1 },
    ...{ rankings: ["denoise", "noise", "direct", "greedy"], bound: 0.5, greedyPairs: 32 } as const,
    images,
  };
  const { search, halves, scores } = await searchCircuit(study.text, rows, how);
  assertEquals(new Set(halves), new Set([1, 2]));
  for (const half of [1, 2]) {
    const own = rows.filter((_, row) => halves![row] === half);
    const alone = await searchCircuit(study.text, own, how);
    const chosen = search.chosenOnHalves![half - 1]!;
    assertEquals(chosen.nodes, alone.search.circuit!.nodes, `half ${half}`);
    assertEquals(search.sets.includes(chosen), true);
  }
  const [first, second] = search.chosenOnHalves!;
  assertNotEquals(first.nodes, second.nodes);
  assertEquals(new Set(scores.map(({ length }) => length)).size, 1); // of all sets in every row
  const none = await searchCircuit(study.text, rows, { ...how, bound: 1 });
  assertEquals(none.search.chosenOnHalves, undefined);
});
