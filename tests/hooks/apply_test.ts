import { assertEquals, assertStrictEquals } from "@std/assert";
import { applyIntervention, CacheMeans } from "../../lib/hooks/apply.ts";
import { ActivationCache } from "../../lib/hooks/cache.ts";
import {
  add,
  edit,
  type EditContext,
  type Intervention,
  knockOut,
  mean,
  type Patch,
  patch,
  scale,
  zero,
} from "../../lib/hooks/interventions.ts";
import { hookAxes } from "../../lib/engine/graph/hook_points.ts";
import { Tensor } from "../../lib/hooks/tensor.ts";

const RESID = "blocks.0.hook_resid_post";
const Z = "blocks.0.attn.hook_z";
const PATTERN = "blocks.0.attn.hook_pattern";

function tensor(hook: string, shape: readonly number[], values: readonly number[]): Tensor {
  return new Tensor(Float32Array.from(values), shape, hookAxes(hook));
}

function residual(): Tensor {
  return tensor(RESID, [2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]);
}

/** One head of one row, three queries: a causal pattern. */
function pattern(): Tensor {
  return tensor(PATTERN, [1, 1, 3, 3], [1, 0, 0, 0.25, 0.75, 0, 0.5, 0.125, 0.375]);
}

/** The values after an intervention on the first rows of a run. */
function applied(intervention: Intervention, value: Tensor): number[] {
  const rows = Array.from({ length: value.shape[0]! }, (_, row) => row);
  applyIntervention(intervention, intervention.hook, value, { rows, count: rows.length });
  return [...value.data];
}

const heads = () => tensor(Z, [1, 2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]);
const sums = () => tensor(PATTERN, [1, 1, 2, 2], [0.5, 0.25, 0.5, 0.25]); // of .75, which would show

/** What changes, where, and the values after it; of a pattern the changed queries are divided by what they have left. */
const CHANGES: readonly (readonly [Intervention, Tensor, readonly number[]])[] = [
  [zero(RESID), residual(), [0, 0, 0, 0, 0, 0, 0, 0]],
  [zero(RESID, { row: 1, position: 0 }), residual(), [1, 2, 3, 4, 0, 0, 7, 8]],
  [zero(Z, { head: 1 }), heads(), [1, 2, 0, 0, 5, 6, 0, 0]],
  [scale(RESID, -2, { row: 0 }), residual(), [-2, -4, -6, -8, 5, 6, 7, 8]],
  [scale(RESID, 2, { position: [1, 1] }), residual(), [1, 2, 6, 8, 5, 6, 14, 16]], // each once
  [add(RESID, [10, 20]), residual(), [11, 22, 13, 24, 15, 26, 17, 28]],
  [add(Z, [10, 20], { head: 1, position: 0 }), heads(), [1, 2, 13, 24, 5, 6, 7, 8]],
  [
    add(PATTERN, [10, 20, 30], { query: 0, key: [1, 2] }),
    pattern(),
    [1, 20, 30, 0.25, 0.75, 0, 0.5, 0.125, 0.375],
  ],
  [mean(RESID), residual(), [2, 3, 2, 3, 6, 7, 6, 7]], // over the row's own positions
  [mean(RESID, { position: 1 }), residual(), [1, 2, 2, 3, 5, 6, 6, 7]],
  [mean(Z, { head: 0 }), heads(), [3, 4, 3, 4, 3, 4, 7, 8]],
  [knockOut(PATTERN, { head: 0, key: 0 }), pattern(), [0, 0, 0, 0, 0.75, 0, 0, 0.125, 0.375]],
  [knockOut(PATTERN, { key: 0, renormalize: true }), pattern(), [0, 0, 0, 0, 1, 0, 0, 0.25, 0.75]],
  [knockOut(PATTERN, { query: 1, key: 1, renormalize: true }), sums(), [0.5, 0.25, 1, 0]],
];

Deno.test("zero(), scale(), add(), mean() and knockOut() change the selected values and no others", () => {
  for (const [change, value, expected] of CHANGES) {
    assertEquals(applied(change, value), [...expected], JSON.stringify(change));
  }
});

Deno.test("mean() averages each component over all rows and positions of a cache", () => {
  const from = new ActivationCache(["short", "long"]);
  from.add(RESID, tensor(RESID, [1, 1, 2], [0, 4]), [0]);
  from.add(RESID, tensor(RESID, [1, 2, 2], [3, 2, 6, 0]), [1]);
  const values = applied(mean(RESID, { from, row: 1 }), residual());
  assertEquals(values, [1, 2, 3, 4, 3, 2, 3, 2]); // (0 + 3 + 6) / 3 and (4 + 2 + 0) / 3
});

Deno.test("patch() uses the same row, the only row, or the requested row", () => {
  const from = new ActivationCache(["a", "b"]);
  from.add(RESID, tensor(RESID, [2, 2, 2], [-1, -2, -3, -4, -5, -6, -7, -8]), [0, 1]);
  const position = patch(RESID, { from, position: 1 });
  assertEquals(applied(position, residual()), [1, 2, -3, -4, 5, 6, -7, -8]);
  const second = patch(RESID, { from, position: 1, fromRow: 1 });
  assertEquals(applied(second, residual()), [1, 2, -7, -8, 5, 6, -7, -8]);
  const one = new ActivationCache(["a"]);
  one.add(RESID, tensor(RESID, [1, 2, 2], [-1, -2, -3, -4]), [0]);
  assertEquals(applied(patch(RESID, { from: one }), residual()), [-1, -2, -3, -4, -1, -2, -3, -4]);
});

Deno.test("patch() copies from another position, and from a position of a longer sentence", () => {
  const from = new ActivationCache(["longer"]);
  from.add(Z, tensor(Z, [1, 3, 2, 1], [-1, -2, -3, -4, -5, -6]), [0]); // two heads of width 1
  const z = () => tensor(Z, [1, 2, 2, 1], [1, 2, 3, 4]);
  assertEquals(applied(patch(Z, { from, position: 1 }), z()), [1, 2, -3, -4]);
  assertEquals(applied(patch(Z, { from, position: 0, fromPosition: 2 }), z()), [-5, -6, 3, 4]);
  const head = patch(Z, { from, position: 0, fromPosition: 2, head: 1 });
  assertEquals(applied(head, z()), [1, -6, 3, 4]);
});

Deno.test("patch() takes another query and another key, of a longer sentence", () => {
  const from = new ActivationCache(["longer"]);
  const values = Array.from({ length: 16 }, (_, i) => -i);
  from.add(PATTERN, tensor(PATTERN, [1, 1, 4, 4], values), [0]);
  const cases: [Omit<Patch, "kind" | "hook" | "from">, readonly number[]][] = [
    [{ query: 2, fromQuery: 3, key: 0, fromKey: 2 }, [-14, 0.125, 0.375]],
    [{ query: 2, key: 0, fromKey: 3 }, [-11, 0.125, 0.375]],
    [{ query: 2, fromQuery: 1, key: [0, 2] }, [-4, 0.125, -6]],
  ];
  for (const [places, expected] of cases) {
    const changed = applied(patch(PATTERN, { from, ...places }), pattern());
    assertEquals(changed.slice(0, 6), [1, 0, 0, 0.25, 0.75, 0]);
    assertEquals(changed.slice(6), [...expected]);
  }
});

Deno.test("CacheMeans takes the mean of a cache once for each hook point", () => {
  const from = new ActivationCache(["a"]);
  from.add(RESID, tensor(RESID, [1, 2, 2], [0, 4, 2, 0]), [0]);
  from.add(Z, tensor(Z, [1, 1, 2, 1], [5, 6]), [0]);
  const means = new CacheMeans();
  assertEquals([...means.of(from, RESID)], [1, 2]);
  assertEquals([...means.of(from, Z)], [5, 6]);
  assertStrictEquals(means.of(from, RESID), means.of(from, RESID));
});

Deno.test("an intervention finds a run's rows in a batch that holds only some of them", () => {
  const value = residual();
  applyIntervention(zero(RESID, { row: [0, 7] }), RESID, value, { rows: [3, 7], count: 9 });
  assertEquals([...value.data], [1, 2, 3, 4, 0, 0, 0, 0]);
});

Deno.test("edit() writes into the value or returns another, which stays unchanged", () => {
  const seen: EditContext[] = [];
  const inPlace = edit(RESID, (value, context) => {
    seen.push(context);
    value.data[0] = 9;
  });
  assertEquals(applied(inPlace, residual())[0], 9);
  assertEquals(seen, [{ hook: RESID, rows: [0, 1] }]);
  const constant = residual();
  constant.data.fill(3);
  const value = residual();
  assertEquals(applied(edit(RESID, () => constant), value), [3, 3, 3, 3, 3, 3, 3, 3]);
  applied(scale(RESID, 2), value);
  assertEquals([...constant.data], [3, 3, 3, 3, 3, 3, 3, 3]);
  assertStrictEquals(value.data === constant.data, false);
});
