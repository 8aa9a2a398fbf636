import { assertEquals } from "@std/assert";
import { setRows, sharesOf } from "../../lib/benchmark/accuracy.ts";
import type { Choice } from "../../lib/benchmark/choice.ts";
import { readBenchmark } from "../../lib/benchmark/formats/all.ts";

const HOW = { rule: "first", published: false, seed: 0 } as const;

/** A photograph for each relation of two things, named as the set names them; the right caption is first. */
function controlled(pairs: readonly (readonly [string, string])[]): readonly Choice[] {
  const relations = ["left_of", "right_of", "in-front_of", "behind"];
  const rows = pairs.flatMap(([a, b]) =>
    relations.map((relation, i) => ({
      image_path: `data/controlled_clevr/${a}_${relation}_${b}.jpeg`,
      caption_options: [0, 1, 2, 3].map((k) => `A ${a} ${relations[(i + k) % 4]} a ${b}`),
    }))
  );
  const bytes = new TextEncoder().encode(JSON.stringify(rows));
  return readBenchmark(bytes, { source: "a.json", published: false }).choices;
}

Deno.test("a pair and a set of What'sUp are right if all of their rows are, and ties multiply", () => {
  const choices = controlled([["mug", "plate"], ["cap", "can"]]);
  assertEquals(choices.slice(0, 4).map(({ group }) => group), [
    ...["left", "right", "in-front", "behind"],
  ]);
  const right = [9, 0, 0, 0];
  const scores = [
    ...[right, right, right, [9, 9, 0, 0]], // all right, one by half
    ...[right, [0, 9, 0, 0], right, right], // the first pair is wrong
  ];
  const rows = setRows(choices, sharesOf(choices, scores, HOW), 0);
  const [pair, set] = rows;
  assertEquals([pair!.n, pair!.accuracy, pair!.accuracy_first], [
    4,
    (1 + 1 / 2 + 0 + 1) / 4,
    3 / 4,
  ]);
  assertEquals([set!.n, set!.accuracy, set!.accuracy_first], [2, 1 / 4, 1 / 2]);
  assertEquals([pair!.chance, set!.chance], [1 / 16, 1 / 256]);
});

Deno.test("a pair or a set that lacks a row, or has one twice, is not counted", () => {
  const choices = controlled([["mug", "plate"]]);
  const of = (some: readonly Choice[]) =>
    setRows(some, sharesOf(some, some.map(() => [1, 0, 0, 0]), HOW), 0).map(({ by, n }) => [by, n]);
  assertEquals(of(choices), [["pair", 2], ["set", 1]]);
  assertEquals(of(choices.slice(1)), [["pair", 1]]);
  assertEquals(of([choices[0]!, choices[0]!]), []);
});
