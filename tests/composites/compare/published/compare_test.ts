import { assertAlmostEquals, assertEquals } from "@std/assert";
import { compareRuns } from "../../../../lib/composites/compare/published/compare.ts";
import {
  type PublishedFigure,
  QUANTITIES,
  readPublished,
} from "../../../../lib/composites/compare/published/figures.ts";
import { CORRELATIONS } from "../../../../lib/experiments/correlate/index.ts";
import { HEADS } from "../../../../lib/experiments/attend/tables.ts";
import { TRACE, type TraceRow } from "../../../../lib/experiments/trace/tables.ts";
import type { RunRecord } from "../../../../lib/files/manifest.ts";
import { EFFECT_GROUPS } from "../../../../lib/study/groups/group_estimates.ts";
import { SUMMARY } from "../../../../lib/study/evaluate/summary.ts";
import { assertThrowsCode } from "../../../error_codes.ts";
import { measuredRun, tableWith } from "../../../runs/measured_runs.ts";

type Figures = Readonly<Record<string, readonly Partial<PublishedFigure>[]>>;

/** Published figures of some quantities, and none of the others. */
function publishedOf(figures: Figures) {
  const none = {
    ...{ negation: undefined, segment: undefined, layer: undefined, head: undefined },
    ...{ role: undefined, of: undefined, protocol: "rephrased", published: 0 } as const,
  };
  const all = (name: string) =>
    (figures[name] ?? []).map((figure): PublishedFigure => ({ ...none, ...figure }));
  return new Map(QUANTITIES.map(({ name }) => [name, all(name)]));
}

const CELL = { negation: "foil", segment: "correct", role: "negator" } as const;
const TRACED = publishedOf({
  causal_trace: [[3, 0.75], [1, 1], [2, 0.5]].map(([layer, published]) => (
    { ...CELL, layer, published: published! }
  )),
});

function traceOf(cells: readonly Partial<TraceRow>[], record: Partial<RunRecord> = {}) {
  const rows = cells.map((cell) => (
    { ...CELL, site: "resid" as const, direction: "denoise" as const, ...cell }
  ));
  return measuredRun([tableWith(TRACE, rows)], record);
}

const heads = (cells: readonly (readonly [head: number, selectivity: number])[]) => {
  const at = { negation: "caption", layer: 4 } as const;
  return tableWith(HEADS, cells.map(([head, selectivity]) => ({ ...at, head, selectivity })));
};

Deno.test("compareRuns() puts cells of the same place side by side, and keeps a published one without a value in the run", () => {
  const run = traceOf([
    { layer: 1, cte: 1.25, n: 81 },
    { layer: 2, cte: undefined },
    { layer: 9, cte: 1 }, // not published
  ]);
  const { comparison: { rows } } = compareRuns(TRACED, [run]);
  const cells = rows.map(({ quantity, layer, role, published, n, measured }) =>
    `${quantity} ${layer} ${role} ${published} ${n} ${measured}`
  );
  assertEquals(cells, [
    "causal_trace 3 negator 0.75 undefined undefined",
    "causal_trace 1 negator 1 81 1.25",
    "causal_trace 2 negator 0.5 undefined undefined",
  ]);
});

Deno.test("compareRuns() takes single figures from the run of their protocol, and sizes from their threshold", () => {
  const figures = publishedOf({
    accuracy: (["rephrased", "standard", "all"] as const).map((protocol, i) => (
      { negation: "all", protocol, published: i }
    )),
    accuracy_by_size: [{ of: "0.2", published: 0.75 }],
  });
  const summary = (accuracy: number) => tableWith(SUMMARY, [{ negation: "all", accuracy }]);
  const sizes = tableWith(EFFECT_GROUPS, [
    { column: "frame", group: "0.2", n: 9, value: 0.25 },
    { column: "subject_size", group: "0.2", n: 9, value: 0.5, low: 0.25, high: 0.8 },
  ]);
  const correlated = tableWith(CORRELATIONS, []);
  const { comparison } = compareRuns(figures, [
    measuredRun([summary(0.25), sizes, correlated]),
    measuredRun([summary(0.5)], { folder: "b", protocol: "standard" }),
  ]);
  const found = comparison.rows.map(({ quantity, protocol, of, measured, low, high }) =>
    `${quantity} ${protocol} ${of} ${measured} ${low} ${high}`
  );
  assertEquals(found, [
    "accuracy rephrased undefined 0.25 undefined undefined",
    "accuracy standard undefined 0.5 undefined undefined",
    "accuracy_by_size rephrased 0.2 0.5 0.25 0.8",
  ]);
});

Deno.test("compareRuns() has the correlation without the most repeated sentence pair, over the other rows", () => {
  const published = publishedOf({
    r_without_block: [{ negation: "caption", of: "text_similarity", published: -0.201 }],
  });
  const line = { feature: "text_similarity", negation: "caption", n: 250, block_n: 44 } as const;
  const correlated = tableWith(CORRELATIONS, [{ ...line, r: 0.032, r_without_block: -0.2 }]);
  const run = measuredRun([correlated]);
  const { comparison: { rows: [row] } } = compareRuns(published, [run]);
  assertEquals([row!.n, row!.measured, row!.of], [250 - 44, -0.2, "text_similarity"]);
});

Deno.test("compareRuns() takes the published site and direction of a trace, and refuses one without them", () => {
  const both = ["noise", "denoise"].map((direction, i) => (
    { layer: 1, direction: direction as TraceRow["direction"], cte: i }
  ));
  const { comparison } = compareRuns(TRACED, [traceOf(both)]);
  assertEquals(comparison.rows[1]!.measured, 1);
  const refused = (trait: Partial<TraceRow>, said: string) => {
    const comparing = () => compareRuns(TRACED, [traceOf([{ layer: 1, ...trait }])]);
    assertThrowsCode(comparing, `not-comparable: its trace.csv is of ${said}`);
  };
  refused({ direction: "noise" }, 'direction "noise", but the published one is of "denoise";');
  refused({ site: "mlp_out" }, 'site "mlp_out", but the published one is of "resid"; trace with');
});

Deno.test("compareRuns() takes each map from the run that has it, and marks it as not of the published model", () => {
  const published = publishedOf({
    causal_trace: [2, 3].map((layer) => ({ ...CELL, layer, published: 0.5 })),
    negator_attention: [1, 2].map((head) => (
      { negation: "caption", layer: 4, head, published: head / 8 }
    )),
  });
  const { agreement, matches } = compareRuns(published, [
    measuredRun([heads([[2, 0.5]])], { folder: "b", kept: 3 }),
    traceOf([{ layer: 2, cte: 0 }], { folder: "a" }),
  ]);
  const maps = agreement.rows.map(({ of, second, n }) => `${of} ${second} ${n}`);
  assertEquals(maps, ["causal_trace measured 1", "negator_attention measured 1"]);
  assertEquals(agreement.rows[1]!.mean_absolute_difference, 0.25);
  assertEquals(matches.map(({ folder, tables, verdict }) => [folder, tables, verdict]), [
    ["b", ["negator_attention", "correlation_with_d"], "not published"],
    ["a", ["causal_trace"], "unknown"],
  ]);
});

Deno.test("compareRuns() refuses a map that two runs have, and a run that has nothing published", () => {
  const runs = ["first", "second"].map((folder) => measuredRun([heads([])], { folder }));
  const refused = (runs: Parameters<typeof compareRuns>[1], said: string) =>
    assertThrowsCode(() => compareRuns(publishedOf({}), runs), "not-comparable", said);
  refused(runs, 'Cannot compare runs "first" and "second" at once: both have heads.csv; name only');
  const none = measuredRun([], { folder: "shares" });
  refused([none], 'Cannot compare run "shares": it has no table that was published; expected');
});

Deno.test("compareRuns() finds no difference between the published maps and themselves, and counts free cells", async () => {
  const published = await readPublished();
  const cells = published.get("causal_trace")!.map(({ published, ...place }) => (
    { ...place, cte: published } as Partial<TraceRow>
  ));
  const { comparison, agreement } = compareRuns(published, [traceOf(cells)]);
  for (const row of comparison.rows) assertEquals(row.measured, row.published);
  const [row, ...rest] = agreement.rows;
  // 5 roles from the negator on, layers 1 to 11, of three groups
  assertEquals([comparison.rows.length, row!.n, row!.mean_absolute_difference], [312, 165, 0]);
  assertAlmostEquals(row!.rho!, 1, 1e-12);
  assertEquals(rest, []);
});

Deno.test("compareRuns() gives the agreement of random weights over the cells that the run has", () => {
  const published = publishedOf({
    negator_attention: [1, 2, 3, 4, 5].map((published) => (
      { negation: "caption", layer: 4, head: published, published }
    )),
  });
  const runOf = (values: readonly number[], randomWeights?: number) => {
    const seed = randomWeights !== undefined && { randomWeights };
    const table = heads(values.map((value, i) => [i + 1, value]));
    return measuredRun([table], { folder: `seed ${randomWeights}`, ...seed });
  };
  const { agreement, baselines } = compareRuns(published, [
    runOf([1, 3, 2, 4]),
    runOf([4, 3, 2, 1, -100], 1), // its last head is one that the run lacks
    runOf([1, 2, 3, 4, 5], 2),
  ]);
  assertEquals(baselines, ["seed 1", "seed 2"]);
  const names = ["measured", "random weights 1", "random weights 2"];
  assertEquals(agreement.rows.map(({ second, n }) => [second, n]), names.map((name) => [name, 4]));
  const rhos = agreement.rows.map(({ rho }) => Math.round(rho! * 1e9) / 1e9);
  assertEquals(rhos, [0.8, -1, 1]);
});
