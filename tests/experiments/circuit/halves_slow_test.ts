/** Circuits that are chosen on half of the sentence pairs. */

import { assertEquals, assertNotEquals } from "@std/assert";
import { halvesOf, type Search, searchCircuit } from "../../../lib/experiments/circuit/search.ts";
import { Work } from "../../../lib/experiments/nodes/pair_runs.ts";
import { Study } from "../../../lib/runs/study.ts";
import type { ScoredPair } from "../../../lib/study/rows/score_rows.ts";
import { keptIn } from "../../study/kept_map.ts";
import { TINY } from "../../studies.ts";

Deno.test("halvesOf() keeps the rows of a sentence pair together, whatever their order, and draws with the seed", () => {
  const rowOf = (key: string) => ({ aligned: { key } }) as ScoredPair;
  const keys = Array.from({ length: 42 }, (_, i) => `pair ${i % 21}`);
  const halves = halvesOf(keys.map(rowOf), 3, "pair")!;
  assertEquals(halves.slice(0, 21), halves.slice(21));
  assertEquals(halves.filter((half) => half === 1).length, 22); // 11 of 21 pairs
  assertEquals(halvesOf(keys.toReversed().map(rowOf), 3, "pair")!.toReversed(), halves);
  assertNotEquals(halvesOf(keys.map(rowOf), 4, "pair"), halves);
  assertEquals(halvesOf([rowOf("one"), rowOf("one")], 0, "pair"), undefined);
});

Deno.test("halvesOf() has no noun in both halves, and halves as even as the nouns that are drawn allow", () => {
  const nouns = "dog cat car tree boat lamp clock horse bird cow sheep goat".split(" ");
  const rows = nouns.flatMap((noun, i) =>
    Array.from({ length: 1 + i % 4 }, (_, j) => (
      {
        scores: { negation: "foil", caption: "", foil: `There is no ${"big ".repeat(j)}${noun}.` },
        aligned: { key: `${noun} ${j}` },
      } as unknown as ScoredPair
    ))
  );
  for (let seed = 0; seed < 20; seed++) {
    const halves = halvesOf(rows, seed, "noun")!;
    const [first, second] = [1, 2].map((half) =>
      new Set(
        rows.flatMap(({ aligned }, i) => halves[i] === half ? aligned.key.split(" ")[0]! : []),
      )
    ) as [Set<string>, Set<string>];
    assertEquals(first.size + second.size, 12);
    const size = halves.filter((half) => half === 1).length;
    assertEquals(size >= 15 && size <= 18, true, `${size} of 30`); // a noun has up to 4 pairs
    assertEquals(halvesOf(rows.toReversed(), seed, "noun")!.toReversed(), halves);
  }
  assertEquals(halvesOf(rows.slice(1, 3), 0, "noun"), undefined); // one noun
});

const chosenIn = ({ sets }: Search) => sets.filter(({ name }) => name.startsWith("chosen on half"));

Deno.test("searchCircuit() chooses on each half what a search on this half alone finds, and scores it on all rows", async () => {
  await using study = await Study.open({
    ...{ model: TINY.model, data: TINY.pairs, images: TINY.images, threads: 1, cache: false },
  });
  const { rows, images } = await study.scoredRows();
  const how = {
    ...{ kept: keptIn(new Map()), keptOf: () => keptIn(new Map()), seed: 1 },
    ...{ ranking: ["denoise", "noise", "direct"], faithfulness: 0.5, heldOut: "pair" } as const,
    ...{ text: study.text, images, work: new Work(() => {}) },
  };
  const found = await searchCircuit(rows, how);
  const { search } = found[0]!;
  assertEquals(new Set(found.map(({ half }) => half)), new Set([1, 2] as const));
  for (const half of [1, 2]) {
    const ofHalf = rows.filter((_, row) => found[row]!.half === half);
    const [alone] = await searchCircuit(ofHalf, how);
    const chosen = chosenIn(search)[half - 1]!;
    assertEquals(chosen.nodes, alone!.search.circuit!.nodes, `half ${half}`);
  }
  const [first, second] = chosenIn(search);
  assertNotEquals(first!.nodes, second!.nodes);
  assertEquals(new Set(found.map(({ scores }) => scores.length)).size, 1); // of all sets in every row
  const [none] = await searchCircuit(rows, { ...how, faithfulness: 1 });
  assertEquals(chosenIn(none!.search), []);
});
