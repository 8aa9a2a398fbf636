import { assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import {
  baselineFindings,
  comparisonFindings,
  type ComparisonSummaryRow,
  matchFindings,
  missingFindings,
  summarizeComparison,
} from "../../../lib/compare/published/findings.ts";
import type {
  PublishedMatch,
  PublishedVerdict,
} from "../../../lib/compare/published/published_model.ts";
import type { Role } from "../../../lib/data/align.ts";
import type { ComparisonRow } from "../../../lib/compare/published/figures.ts";

const SAME = { subject: "rows", published: "490", found: "490" };

function match(
  folder: string,
  verdict: PublishedVerdict,
  found: string | undefined,
): PublishedMatch {
  const checks = [SAME, { subject: "protocol", published: "rephrased", found }];
  return { folder, tables: ["causal_trace"], verdict, checks };
}

Deno.test("matchFindings() says plainly that a run is not of the published model, and why", () => {
  assertEquals(
    matchFindings([match("a", "not published", "standard")]),
    "a (causal_trace): not the published model/data: differences are expected and no agreement is claimed\n" +
      "  protocol: standard; published: rephrased\n",
  );
});

Deno.test("matchFindings() claims no agreement if something is unknown", () => {
  assertEquals(
    matchFindings([match("a", "unknown", undefined)]),
    "a (causal_trace): whether this is the published model/data cannot be told: differences may be expected and no agreement is claimed\n" +
      "  protocol: unknown; published: rephrased\n",
  );
});

Deno.test("matchFindings() leaves the judgement to the table if everything is as published", () => {
  assertEquals(
    matchFindings([match("a", "as published", "rephrased")]),
    "a (causal_trace): sizes and row counts are those of the published model and data; how near its figures come, the table says\n",
  );
});

Deno.test("matchFindings() names runs with the same verdict together", () => {
  const matches = [
    match("a", "not published", "standard"),
    match("b", "unknown", undefined),
    match("c", "not published", "standard"),
  ];
  const lines = matchFindings(matches).split("\n").filter((line) => !line.startsWith(" "));
  assertEquals(lines.map((line) => line.split(": ", 1)[0]), [
    "a (causal_trace) and c (causal_trace)",
    "b (causal_trace)",
    "",
  ]);
});

Deno.test("missingFindings() names the tables that are missing by the task that writes them", () => {
  const all = [
    { name: "x", task: "trace" },
    { name: "y", task: "attend" },
    { name: "z", task: "attend" },
  ];
  assertEquals(
    missingFindings(all, ["x"]),
    "Not in these runs: y, z; name a run of deno task attend too\n",
  );
  assertEquals(missingFindings(all, ["x", "y", "z"]), "");
});

/** A line of comparison_summary.csv. */
const LINE: ComparisonSummaryRow = {
  table: "causal_trace",
  model_and_data: "unknown",
  ...{ cells: 312, n: 90, rho: 0.4 },
  ...{ mean_absolute_difference: 0.25, largest_absolute_difference: 0.5 },
  at: "foil-negated, correct, layer 6, EOT",
  ...{ n_intervals: 0, n_inside: 0, n_random: 0, rho_random: undefined },
  ...{ rho_random_least: undefined, rho_random_most: undefined },
};

const NONE: ComparisonSummaryRow = {
  ...LINE,
  table: "correlation_with_d",
  ...{ cells: 192, n: 0, rho: undefined, at: undefined },
  ...{ mean_absolute_difference: undefined, largest_absolute_difference: undefined },
};

const linesOf = (...rows: Parameters<typeof comparisonFindings>[0]) =>
  comparisonFindings(rows).split("\n").slice(1);

Deno.test("comparisonFindings() has one line per table, with the place of the largest difference", () => {
  assertEquals(linesOf(LINE, NONE), [
    "table               cells        rho  mean |difference|  largest  at",
    "causal_trace        90 of 312  0.400              0.250    0.500  foil-negated, correct, layer 6, EOT",
    "correlation_with_d  0 of 192",
    "",
  ]);
});

Deno.test("comparisonFindings() counts the published cells inside an interval, and puts the rho of random weights beside every rho", () => {
  const random = { rho_random: 0.5, rho_random_least: 0.25, rho_random_most: 0.625 };
  assertEquals(linesOf({ ...LINE, ...random, n_random: 3, n_intervals: 80, n_inside: 20 }, NONE), [
    "table               cells        rho  random                  inside    mean |difference|  largest  at",
    "causal_trace        90 of 312  0.400  0.500 (0.250 to 0.625)  20 of 80              0.250    0.500  foil-negated, correct, layer 6, EOT",
    "correlation_with_d  0 of 192",
    "random: rho of the same model with random weights, which has learnt nothing",
    "  (median of 3 runs, least to most); only what rho has above it is agreement",
    "",
  ]);
});

Deno.test("baselineFindings() says what makes a baseline, or nothing if there is one", () => {
  assertEquals(baselineFindings([]), "");
  const command = "deno task trace --random-weights 1 --out x-random-1";
  assertEquals(baselineFindings([command, undefined]).split("\n").slice(-2), [`  ${command}`, ""]);
  assertStringIncludes(
    baselineFindings([undefined]),
    "with --random-weights N, and name that run too",
  );
});

const VERDICTS = new Map<ComparisonRow["table"], PublishedVerdict>([["causal_trace", "unknown"]]);

/** Sums of a few products in float64. */
const ROUNDING = 1e-12;

function row(
  published: number,
  measured: number | undefined,
  place: Partial<ComparisonRow> = {},
): ComparisonRow {
  const difference = measured === undefined ? undefined : measured - published;
  const table = "negator_attention";
  const where = {
    negation: "foil",
    segment: undefined,
    layer: 4,
    head: 2,
    role: undefined,
  } as const;
  const none = { low: undefined, high: undefined, inside: undefined };
  return { table, ...where, published, measured, ...none, difference, ...place };
}

function trace(layer: number, role: Role, [published, measured]: readonly [number, number]) {
  const place = { segment: "correct", head: undefined } as const;
  return row(published, measured, { table: "causal_trace", ...place, layer, role });
}

Deno.test("summarizeComparison() gives rho and differences over cells with both values", () => {
  // rho of (1, 2, 3, 4) and (1, 3, 2, 4) is 0.8; |difference| is 0, 1, 1, 0
  const { rows: [summary] } = summarizeComparison([
    row(1, 1),
    row(2, 3, { head: 3 }),
    row(100, undefined),
    row(3, 2, { head: 5 }),
    row(4, 4),
  ], new Map());
  assertEquals([summary!.cells, summary!.n], [5, 4]);
  assertAlmostEquals(summary!.rho!, 0.8, ROUNDING);
  assertEquals(summary!.mean_absolute_difference, 0.5);
  assertEquals(summary!.largest_absolute_difference, 1);
  assertEquals(summary!.at, "foil-negated, head 4.3");
});

Deno.test("summarizeComparison() also finds the largest difference if it is below 0", () => {
  const { rows: [summary] } = summarizeComparison(
    [row(0, 0.5), row(1, -1, { layer: 9 })],
    VERDICTS,
  );
  assertEquals([summary!.largest_absolute_difference, summary!.at], [2, "foil-negated, head 9.2"]);
});

Deno.test("summarizeComparison() leaves cells that the method fixes out", () => {
  const fixed = [
    trace(0, "negator", [1, 1]),
    trace(0, "eot", [0, 0]),
    trace(1, "sot", [0, 0]),
    trace(1, "there", [0, 0]),
    trace(1, "is_are", [0, 0]),
    trace(1, "before", [0, 0]),
    trace(3, "negator", [0, 0]),
    trace(3, "eot", [1, 1]),
  ];
  const free = [
    trace(1, "negator", [0.25, 0.5]),
    trace(1, "full_stop", [0.5, 0.25]),
    trace(2, "eot", [0.75, 0]),
  ];
  const { rows: [summary] } = summarizeComparison([...fixed, ...free], VERDICTS);
  assertEquals([summary!.cells, summary!.n], [11, 3]);
  // (0.25, 0.5, 0.75) and (0.5, 0.25, 0): a falling line
  assertAlmostEquals(summary!.rho!, -1, ROUNDING);
  assertAlmostEquals(summary!.mean_absolute_difference!, 1.25 / 3, ROUNDING);
  assertEquals(summary!.model_and_data, "unknown");
});

Deno.test("summarizeComparison() counts the first and last layer of heads", () => {
  const layers = [1, 2, 12].map((layer) => row(layer, layer, { layer }));
  const query = { table: "negator_attention_layer4" } as const;
  const roles = (["sot", "there", "is_are", "negator", "eot"] as const).map((role) =>
    row(0, 0, { ...query, role })
  );
  const { rows } = summarizeComparison([...layers, ...roles], VERDICTS);
  assertEquals(rows.map(({ table, cells, n }) => [table, cells, n]), [
    ["negator_attention", 3, 3],
    ["negator_attention_layer4", 5, 2],
  ]);
});

Deno.test("summarizeComparison() leaves everything empty if nothing was measured", () => {
  const { name, columns, rows: [summary] } = summarizeComparison([row(1, undefined)], VERDICTS);
  assertEquals(name, "comparison_summary");
  assertEquals(
    columns.map((column) => summary![column] ?? "").join(),
    "negator_attention,unknown,1,0,,,0,0,,,0,,,",
  );
});

Deno.test("summarizeComparison() gives the median and the range of rho of random weights", () => {
  const head = (measured: number, i: number) => row(i, measured, { head: i + 1 });
  const cells = [1, 2, 3, 4].map(head);
  const baselines = [[4, 3, 2, 1], [1, 3, 2, 4], [1, 2, 3, 4], [2, 1, 4, 3]] // rho: -1, .8, 1, .6
    .map((measured) => measured.map(head));
  const other = [trace(1, "eot", [1, 2])]; // of a run without heads
  const { rows: [summary] } = summarizeComparison(cells, VERDICTS, [...baselines, other]);
  assertEquals(summary!.n_random, 4);
  assertAlmostEquals(summary!.rho_random!, 0.7, ROUNDING);
  assertAlmostEquals(summary!.rho_random_least!, -1, ROUNDING);
  assertAlmostEquals(summary!.rho_random_most!, 1, ROUNDING);
  const odd = summarizeComparison(cells, VERDICTS, baselines.slice(0, 3)).rows[0]!;
  assertAlmostEquals(odd.rho_random!, 0.8, ROUNDING);
});

Deno.test("summarizeComparison() compares random weights over the run's cells, and counts those with a rho", () => {
  const head = (measured: number | undefined, i: number) => row(i, measured, { head: i + 1 });
  const cells = [1, 3, 2, 4, undefined].map(head); // rho over the first four: .8
  const same = [1, 3, 2, 4, -100].map(head);
  const elsewhere = [undefined, undefined, undefined, 4, 5].map(head); // one cell in common
  const { rows: [summary] } = summarizeComparison(cells, VERDICTS, [same, elsewhere]);
  assertEquals(summary!.n_random, 1);
  assertAlmostEquals(summary!.rho!, 0.8, ROUNDING);
  assertEquals(summary!.rho_random, summary!.rho);
});

Deno.test("summarizeComparison() gives no rho for fewer than three cells or for equal ones", () => {
  const rho = (...rows: ComparisonRow[]) => summarizeComparison(rows, VERDICTS).rows[0]!.rho;
  assertEquals(rho(row(1, 1), row(2, 2)), undefined);
  assertEquals(rho(row(1, 1), row(1, 2), row(1, 3)), undefined);
});

Deno.test("summarizeComparison() counts the free cells whose published value is inside the interval", () => {
  const inside = (is: "yes" | "no" | undefined) => ({ ...row(1, 2), inside: is });
  const fixed = { ...trace(0, "negator", [1, 1]), inside: "yes" } as const;
  const { rows } = summarizeComparison(
    [inside("yes"), inside("no"), inside("yes"), inside(undefined), fixed],
    VERDICTS,
  );
  assertEquals(rows.map(({ n_intervals, n_inside }) => [n_intervals, n_inside]), [[3, 2], [0, 0]]);
});
