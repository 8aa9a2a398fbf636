import { assertEquals, assertStrictEquals } from "@std/assert";
import { applyIntervention, checkIntervention } from "../../lib/hooks/apply.ts";
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
import type { ErrorCode } from "../../lib/errors/errors.ts";
import { assertEachThrows, assertThrowsCode } from "../error_codes.ts";

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

const SCORES = "blocks.0.attn.hook_attn_scores";
const NEURONS = "blocks.0.mlp.hook_post";
const POOLED = "vision.ln_final.hook_normalized";

/** Shapes of a tower with 2 heads, width 6 and 24 neurons, without rows. */
function sizes(hook: string, positions: number): number[] {
  if (hook === NEURONS) return [positions, 24];
  if (hook === POOLED) return [6];
  if (hook === PATTERN || hook === SCORES) return [2, positions, positions];
  return hook === Z ? [positions, 2, 3] : [positions, 6];
}

/** Checks against a batch that holds the rows 0 and 2 of a run of three rows. */
function check(intervention: Intervention, positions = 4): void {
  const { hook } = intervention;
  checkIntervention(intervention, {
    hook,
    shape: [2, ...sizes(hook, positions)],
    axes: hookAxes(hook),
    weights: hook === PATTERN,
    batch: { rows: [0, 2], count: 3 },
  });
}

function cacheOf(hook: string, rows: number, positions: number): ActivationCache {
  const cache = new ActivationCache(Array.from({ length: rows }, (_, row) => `row ${row}`));
  const shape = [rows, ...sizes(hook, positions)];
  const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
  cache.add(hook, new Tensor(data, shape, hookAxes(hook)), [...cache.rowNames.keys()]);
  return cache;
}

Deno.test("checkIntervention() names the selected index that does not exist", () => {
  const cases: [Intervention, string][] = [
    [zero(RESID, { row: 3 }), `row 3 of "${RESID}": expected a whole number from 0 to 2`],
    [zero(RESID, { position: 4 }), `position 4 of "${RESID}": expected a whole number from 0 to 3`],
    [zero(RESID, { position: [0, -1] }), `position -1 of "${RESID}"`],
    [scale(Z, 2, { head: 2 }), `head 2 of "${Z}": expected a whole number from 0 to 1`],
    [knockOut(PATTERN, { query: 4 }), `query 4 of "${PATTERN}"`],
    [knockOut(PATTERN, { key: 0.5 }), `key 0.5 of "${PATTERN}"`],
    [
      zero(NEURONS, { neuron: 24 }),
      `neuron 24 of "${NEURONS}": expected a whole number from 0 to 23`,
    ],
    [add(RESID, new Array(6).fill(0), { position: NaN }), `position NaN of "${RESID}"`],
  ];
  for (const [intervention, message] of cases) {
    assertThrowsCode(() => check(intervention), `index-outside: Cannot select ${message}`);
  }
});

Deno.test("checkIntervention() refuses to select along an axis that the hook point lacks", () => {
  const residual = `of "${RESID}": its axes are [batch, position, width]; leave`;
  assertEachThrows("change-unfit", [
    [() => check(zero(RESID, { head: 0 })), `Cannot select head ${residual} head`],
    [() => check(zero(RESID, { key: 0 })), `Cannot select key ${residual} key`],
    [
      () => check(knockOut(PATTERN, { position: 0 })),
      `Cannot select position of "${PATTERN}": its axes are [batch, head, query, key]; leave position out`,
    ],
  ]);
});

Deno.test("checkIntervention() checks only the batch that holds the selected rows", () => {
  check(zero(RESID, { row: 1, position: 9 })); // row 1 is in another batch, which may be longer
  assertThrowsCode(
    () => check(zero(RESID, { row: [1, 2], position: 9 })),
    "index-outside: position 9",
  );
});

Deno.test("checkIntervention() restricts each kind to hook points where it has a meaning", () => {
  assertEachThrows("change-unfit", [
    [() => check(knockOut(Z)), `Cannot knock out "${Z}": it holds no attention`],
    [() => check(knockOut(SCORES, { key: 1 })), `Cannot knock out "${SCORES}"`],
  ]);
  check(knockOut(PATTERN, { key: 1 }));
  for (const [hook, axes] of [[PATTERN, "batch, head, query, key"], [POOLED, "batch, width"]]) {
    const message = `Cannot take the mean of "${hook}" over positions: its axes are [${axes}]`;
    assertThrowsCode(() => check(mean(hook!)), "change-unfit", message);
  }
  check(mean(NEURONS, { neuron: 3 }));
  check(zero(POOLED));
});

Deno.test("checkIntervention() compares a vector with the last axis", () => {
  check(add(Z, [1, 2, 3]));
  check(add(PATTERN, [1, 2, 3, 4], { key: 1 }));
  const message = `Cannot write into "${Z}": the values given have size 6 where 3 is expected`;
  assertThrowsCode(() => check(add(Z, [1, 2, 3, 4, 5, 6])), "sizes-differ", message);
});

Deno.test("checkIntervention() reports what a cache lacks", () => {
  const from = cacheOf(RESID, 3, 4);
  check(patch(RESID, { from }));
  const absent = `Cannot read "${Z}" from the cache: it holds ${RESID}`;
  assertThrowsCode(() => check(patch(Z, { from })), "name-unknown", absent);
  assertThrowsCode(() => check(mean(Z, { from })), "name-unknown", absent);
  const row = `Cannot read row 3 of "${RESID}" from the cache: expected a row from 0 to 2`;
  assertThrowsCode(() => check(patch(RESID, { from, fromRow: 3 })), "index-outside", row);
});

Deno.test("checkIntervention() pairs a cache's rows with the run's", () => {
  check(patch(RESID, { from: cacheOf(RESID, 1, 4) }));
  check(patch(RESID, { from: cacheOf(RESID, 2, 4), fromRow: 1 }));
  assertThrowsCode(
    () => check(patch(RESID, { from: cacheOf(RESID, 2, 4) })),
    `sizes-differ: Cannot patch "${RESID}": the cache has 2 rows and the run 3; use a cache of one row, one of as many rows, or say fromRow`,
  );
});

Deno.test("checkIntervention() allows fromPosition only with a single position", () => {
  const from = cacheOf(RESID, 3, 4);
  const single =
    `Cannot patch "${RESID}" with fromPosition: expected a single position to write to`;
  assertThrowsCode(
    () => check(patch(RESID, { from, fromPosition: 1 })),
    "patch-source-unclear",
    single,
  );
  const two = patch(RESID, { from, fromPosition: 1, position: [0, 1] });
  assertThrowsCode(() => check(two), "patch-source-unclear", single);
  const outside = patch(RESID, { from, fromPosition: 4, position: 0 });
  assertThrowsCode(() => check(outside), "index-outside: Cannot select fromPosition 4");
  const weights = cacheOf(PATTERN, 3, 9); // of longer sentences
  check(patch(PATTERN, { from: weights, query: 3, fromQuery: 8, key: 0, fromKey: 8 }));
  check(patch(PATTERN, { from: weights, query: 3, key: [0, 1] }));
  const keys: [Omit<Patch, "kind" | "hook" | "from">, ErrorCode, string][] = [
    [{ query: 1, key: 1, fromKey: 9 }, "index-outside", "Cannot select fromKey 9"],
    [{ query: 1, fromQuery: 9, key: 1 }, "index-outside", "Cannot select fromQuery 9"],
    [
      { query: 1, fromKey: 1 },
      "patch-source-unclear",
      `Cannot patch "${PATTERN}" with fromKey: expected a single key to write to; say key, or leave fromKey out`,
    ],
    [{ query: [0, 1], fromQuery: 1, key: 1 }, "patch-source-unclear", "a single query to write to"],
    [{ key: 1, fromKey: 1 }, "sizes-differ", "have size 9 where 4 is expected"],
    [{ query: 1, fromQuery: 1 }, "sizes-differ", "have size 9 where 4 is expected"],
  ];
  for (const [places, code, message] of keys) {
    assertThrowsCode(() => check(patch(PATTERN, { from: weights, ...places })), code, message);
  }
  const residual = patch(RESID, { from, position: 0, fromKey: 1 });
  assertThrowsCode(() => check(residual), "change-unfit: Cannot select fromKey of");
  const pattern = patch(PATTERN, { from: cacheOf(PATTERN, 3, 4), fromPosition: 1 });
  assertThrowsCode(() => check(pattern), "change-unfit: Cannot select fromPosition of");
});

Deno.test("checkIntervention() refuses values of another model", () => {
  const other = new ActivationCache(["a"]);
  other.add(RESID, new Tensor(new Float32Array(32), [1, 4, 8], hookAxes(RESID)), [0]);
  const message = `Cannot write into "${RESID}": the values given have size 8 where 6 is expected`;
  assertEachThrows("sizes-differ", [
    [() => check(patch(RESID, { from: other, position: 1 })), message],
    [() => check(mean(RESID, { from: other })), message],
  ]);
});

Deno.test("checkIntervention() does not call an edit function", () => {
  let calls = 0;
  check(edit(RESID, () => void calls++));
  assertEquals(calls, 0);
});
