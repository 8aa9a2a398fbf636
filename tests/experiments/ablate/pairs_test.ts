import { assert, assertEquals } from "@std/assert";
import { type Alone, choosePairs, hiddenParts } from "../../../lib/experiments/ablate/pairs.ts";

/** What parts of one side restore and take away alone. */
const alone = (restore: readonly number[], remove: readonly number[]): Alone[] =>
  restore.map((share, part) => ({ restore: [share], remove: [remove[part]!] }));

const chosen = (given: readonly Alone[], hidden: readonly number[] = []) =>
  choosePairs(given, hidden, 200).joint.map(({ method, parts }) => `${method} ${parts.join("+")}`);

Deno.test("choosePairs() puts together what is needed but not enough, and each part that is enough but not needed with what is not needed either", () => {
  const cases: readonly (readonly [readonly Alone[], readonly string[]])[] = [
    [alone([1, 1, 0], [1, 1, 0]), []], // a chain
    [alone([0.5, 0.5, 0], [0.5, 0.5, 0]), []], // halves
    [alone([0, 0, 1], [1, 1, 1]), ["restore 0+1"]], // both inputs of a gate
    [alone([0.05, -0.05, 1], [0.1, 0.1, 1]), ["restore 0+1"]],
    [alone([0.06, 0, 1], [1, 1, 1]), []], // the first is enough for a little
    [alone([0, 0, 1], [0.09, 1, 1]), []], // hardly needed
    [alone([1, 0, 1], [0, 0, 1]), ["remove 0+1"]], // one rests
    [alone([1, 1, 1], [0, -0.1, 1]), ["remove 0+1"]],
    [alone([1, 1, 1], [0, -0.11, 1]), []], // without the second d grows
    [alone([0.09, 0, 1], [0, 0, 1]), []],
    [[{ restore: [0, 1], remove: [0, 0] }, { restore: [0, 0], remove: [0, 1] }], []], // not on the same side
    [[{ restore: [0, 1], remove: [0, 0] }, { restore: [0, 0], remove: [1, 0] }], ["remove 0+1"]],
    [alone([0, 0.5, 0, 1], [0, 0, 0, 0]), [ // the two that are enough first, then the larger one's
      ...["remove 1+3", "remove 0+3", "remove 2+3", "remove 0+1", "remove 1+2"],
    ]],
  ];
  for (const [given, pairs] of cases) assertEquals(chosen(given), pairs);
  assertEquals(chosen(alone([0, 0, 0, 1], [0, 0, 0, 1]), [0, 2]), ["restore 0+2"]);
  const many = Array.from({ length: 30 }, (_, part) => 1 - part / 100);
  assertEquals(chosen(alone(many.map(() => 0), many)).length, 12 * 11 / 2); // of the largest twelve
  const four = Array.from({ length: 108 }, (_, part) => part < 104 ? 0 : 1 - part / 1000);
  const { joint, leftOut } = choosePairs(alone(four, four.map(() => 0)), [], 200);
  assertEquals([joint.length, leftOut], [200, 4 * 104 + 4 * 3 / 2 - 200]);
  assert(joint.slice(0, 6).every(({ parts }) => parts.every((part) => part >= 104)));
  assertEquals(joint.at(-1)!.parts.at(-1), 105); // of the second largest
});

/** The hidden parts of a model of six parts that does so much of d without some, and how many runs these took. */
async function hidden(
  given: readonly Alone[],
  keeps: (has: (part: number) => boolean) => boolean,
) {
  let runs = 0;
  const found = await hiddenParts(given, (parts) => {
    runs++;
    return Promise.resolve(!keeps((part) => !parts.includes(part)));
  });
  return { found, runs };
}

Deno.test("hiddenParts() finds parts none of which counts alone, and all of which together do", async () => {
  const quiet = alone(Array(6).fill(0), Array(6).fill(0));
  const twoOf = (...parts: readonly number[]) => (has: (part: number) => boolean) =>
    parts.filter(has).length >= 2;
  assertEquals((await hidden(quiet, twoOf(1, 3, 4))).found, [1, 3, 4]);
  assertEquals(
    (await hidden(quiet, (has) => has(0) && has(2) || has(3) && has(5))).found,
    [0, 2, 3, 5],
  );
  assertEquals(await hidden(quiet, () => true), { found: [], runs: 1 });
  assertEquals((await hidden(quiet, (has) => [0, 1, 2, 3, 4].some(has))).found, []); // five are needed
  assertEquals(
    (await hidden(alone([0, 1, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0]), twoOf(1, 3, 4))).found,
    [3, 4],
  ); // the one that counts alone is none
});
