import { assertEquals } from "@std/assert";
import { checkIntervention } from "../../lib/hooks/apply.ts";
import { Tensor } from "../../lib/hooks/tensor.ts";
import { ActivationCache } from "../../lib/hooks/cache.ts";
import {
  add,
  edit,
  type Intervention,
  knockOut,
  mean,
  type Patch,
  patch,
  scale,
  zero,
} from "../../lib/hooks/interventions.ts";
import type { ErrorCode } from "../../lib/errors/errors.ts";
import { hookAxes } from "../../lib/engine/graph/hook_points.ts";
import { assertEachThrows, assertThrowsCode } from "../error_codes.ts";

const RESID = "blocks.0.hook_resid_post";
const Z = "blocks.0.attn.hook_z";
const PATTERN = "blocks.0.attn.hook_pattern";
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
