import { assert, assertEquals } from "@std/assert";
import { add, type ChangedRun, knockOut, patch } from "../../../lib/hooks/interventions.ts";
import { type AtHand, NeedsFinder, Slots } from "../../../lib/engine/plan/needs.ts";
import { NOTHING, numbered, pairOf } from "./numbered.ts";

/** Runs of the affirmative sentence that take the negated one's residual stream after the first block at some positions. */
function patchedAt(position: readonly number[]): ChangedRun {
  const changes = [patch("blocks.0.hook_resid_post", { position, from: "negated" })];
  return { of: "affirmative", changes };
}

function rowsOf(length: number, runs: readonly ChangedRun[], negator = 3): number[] {
  const { needs } = numbered([{ sentences: pairOf(length, { negator }), runs }]);
  return needs.map(({ whole }) => whole.length);
}

Deno.test("NeedsFinder finds (T - 4) + (T - 4)(T - 3) / 2 patched rows in a block for a trace of T tokens", () => {
  for (let length = 6; length <= 20; length++) {
    const runs = Array.from({ length: length - 3 }, (_, i) => patchedAt([3 + i]));
    const patched = (length - 4) + (length - 4) * (length - 3) / 2;
    assertEquals(rowsOf(length, runs), [
      length + length - 3, // the negated run is the affirmative one before position 3
      length - 1 + 1 + patched, // the affirmative run's keys; patched at 3, the row there is the negated run's
      length - 3,
    ]);
  }
});

Deno.test("NeedsFinder finds 2^k patched rows at the k-th position from the negator for all coalitions of positions", () => {
  for (const players of [2, 3, 5]) {
    const length = 3 + players;
    const runs = Array.from({ length: 2 ** players - 2 }, (_, i) =>
      patchedAt(
        Array.from({ length: players }, (_, p) => 3 + p).filter((_, p) => (i + 1 >> p & 1) === 1),
      ));
    const before = 2 ** players - 2; // at every position but the last: none and all patched are the sentences' own rows
    assertEquals(rowsOf(length, runs), [length + players, 3 + before + before, before]);
  }
});

/** The outputs of a head at a position, from the negated run. */
function headAt(head: number, position: number): ChangedRun {
  return {
    of: "affirmative",
    changes: [patch("blocks.0.attn.hook_z", { head, position, from: "negated" })],
  };
}

Deno.test("NeedsFinder finds heads x (T - n)(T - n + 1) / 2 rows in the block after heads' outputs at single positions", () => {
  for (const [length, negator] of [[7, 3], [10, 1], [9, 8]] as const) {
    const later = length - negator;
    const runs = [0, 1].flatMap((head) =>
      Array.from({ length: later }, (_, i) => headAt(head, negator + i))
    );
    const base = later > 1 ? length : length - 1; // patched at the end token alone, the affirmative run's is not needed
    assertEquals(rowsOf(length, runs, negator), [
      base + 2 * later,
      length - 1 + later * (later + 1), // 2 heads
      2 * later,
    ]);
  }
});

for (const renormalize of [false, true]) {
  Deno.test(`NeedsFinder finds heads x (T - n) rows without a key, and outputs for all heads at once, renormalize ${renormalize}`, () => {
    for (const [length, key] of [[6, 3], [9, 1]] as const) {
      const runs = [0, 1].map((head): ChangedRun => ({
        of: "negated",
        changes: [knockOut("blocks.0.attn.hook_pattern", { head, key, renormalize })],
      }));
      const own = 2 * (length - key);
      assertEquals(rowsOf(length, runs), [key + own, key + own, 2]);
      const { needs } = numbered([{ sentences: pairOf(length), runs }]);
      assertEquals(needs.map(({ roots }) => roots.length), [
        length + length - key, // with the key and without it
        key + own,
        2,
      ]);
    }
  });
}

Deno.test("NeedsFinder finds the rows that pairs share once, and nothing more for a pair that is there twice", () => {
  const runs = Array.from({ length: 4 }, (_, i) => patchedAt([3 + i]));
  const [a, b] = [pairOf(7), pairOf(7)];
  b.affirmative = { ...b.affirmative, ids: b.affirmative.ids.with(6, 99) };
  b.negated = { ...b.negated, ids: b.negated.ids.with(6, 99) };
  const groups = [a, b].map((sentences) => ({ sentences, runs }));
  const countsOf = (own: typeof groups) => {
    const { needs } = numbered(own);
    return needs.map(({ whole, roots, rows }) => [whole.length, roots.length, rows.length]);
  };
  assertEquals(countsOf([groups[0]!, groups[0]!]), countsOf([groups[0]!]));
  const alone = numbered([groups[0]!]).needs.map(({ whole }) => whole.length);
  assertEquals(alone, [7 + 4, 7 + 3 + 6, 4]);
  const both = numbered(groups).needs.map(({ whole }) => whole.length);
  assertEquals(both, [alone[0]! + 2, alone[1]! + 4, 8]); // they differ at the end token alone, at which each run has a row
});

Deno.test("NeedsFinder needs only the part of a row that a value with the MLP's output of another run is made of", () => {
  const runs = [{
    of: "affirmative",
    changes: [patch("blocks.2.hook_mlp_out", { position: 6, from: "negated" })],
  }];
  const { needs } = numbered([{ sentences: pairOf(7), runs }]);
  const last = needs.at(-1)!;
  assertEquals([last.mlp.length, last.whole.length, last.mid.length], [1, 1, 1]); // the negated run's MLP, the affirmative one's attention
  assertEquals(last.rows.length, 7 + 4); // keys of both
});

Deno.test("NeedsFinder gives a row with vectors added after those that it is made of, each once", () => {
  const added = add("blocks.2.hook_resid_post", [1], { position: 6 });
  const mlp = patch("blocks.2.hook_mlp_out", { position: 6, from: "negated" });
  const runs = [[added], [mlp, added], [mlp, added, added], [mlp]]
    .map((changes) => ({ of: "affirmative", changes }));
  const { needs, numbers } = numbered([{ sentences: pairOf(7), runs: runs.reverse() }]);
  const last = needs.at(-1)!;
  assertEquals([last.added.length, last.mlp.length, last.whole.length], [3, 1, 2]); // both runs' own rows at the end
  const rows = numbers.numbers.rows[3]!;
  assert(last.added.every((row, i) => last.added.indexOf(rows.first(row)) < i));
});

Deno.test("NeedsFinder stops at rows, keys and outputs that are at hand", () => {
  const runs = [patchedAt([4])];
  const { numbers: group, ends } = numbered([{ sentences: pairOf(6), runs }]);
  const find = (atHand: Partial<AtHand>) =>
    new NeedsFinder(group.numbers, { ...NOTHING, ...atHand }).find(ends[0]!)
      .map(({ block, needs: { rows, roots, whole } }) => [
        ...[block, rows.length, roots.length, whole.length],
      ]);
  assertEquals(find({ hasRow: (level) => level === 3 }), []);
  assertEquals(find({ hasRow: (level) => level === 2 }), [[2, 0, 1, 1]]);
  const unchanged = new Set(group.unchanged.flatMap((run) => run.rows(1)));
  assertEquals(find({ hasRow: (level, row) => level === 1 && unchanged.has(row) }), [
    [1, 0, 6, 6], // the patched run's rows from position 4 on, and the keys before it
    [2, 6, 1, 1],
  ]);
  const chains = new Set(group.unchanged.flatMap((run) => run.outputs(2)));
  assertEquals(find({ hasKeys: (block, chain) => block === 2 && chains.has(chain) })[2], [
    ...[2, 2, 1, 1], // rows 4 and 5 of the run: the chain before them is at hand
  ]);
  const [end] = ends[0]!;
  const output = group.numbers.rows[3]!.second(end!);
  assertEquals(find({ hasOutputs: (block, chain) => block === 2 && chain === output })[2], [
    ...[2, 1, 0, 1], // the row alone, to which the output is added
  ]);
});

Deno.test("Slots keep each number's last place until they are cleared, however large numbers are", () => {
  const slots = new Slots();
  assertEquals([slots.get(0), slots.get(1e6)], [-1, -1]);
  slots.set(3, 0);
  slots.set(1000, 7);
  slots.set(3, 5);
  assertEquals([3, 1000, 999].map((number) => slots.get(number)), [5, 7, -1]);
  assertEquals([3, 1000, 999].map((number) => slots.get(number) >= 0), [true, true, false]);
  slots.clear();
  assertEquals([3, 1000].map((number) => slots.get(number)), [-1, -1]);
  assertEquals(slots.get(3), -1);
  slots.set(1000, 1);
  assertEquals([slots.get(3), slots.get(1000)], [-1, 1]);
});

Deno.test("Slots forget every place, however often they are cleared", () => {
  const slots = new Slots();
  slots.set(5, 9);
  for (let round = 0; round < 5000; round++) {
    slots.clear();
    assertEquals(slots.get(5), -1);
  }
  slots.set(5, 2);
  assertEquals([slots.get(5), slots.get(6)], [2, -1]);
});
