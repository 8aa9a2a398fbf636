import { assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { contrastChart as typedContrastChart } from "../../../lib/contrast/runs/chart.ts";
import { cellText } from "../../../lib/compare/agreement.ts";
import { contrastFindings, type NamedRun } from "../../../lib/contrast/runs/findings.ts";
import { PairedRows } from "../../../lib/contrast/runs/paired.ts";
import {
  contrastCells,
  summarizeContrast as summarizeCells,
} from "../../../lib/contrast/runs/tables.ts";
import type { ContrastRow } from "../../../lib/contrast/runs/schemas.ts";
import { allSchemas } from "../../../lib/experiments/all.ts";
import { TRACE } from "../../../lib/experiments/trace/trace_summary.ts";
import { SUMMARY } from "../../../lib/study/evaluate/summary.ts";
import { type CsvRow, readCsvRows } from "../../../lib/tables/csv_row.ts";
import { estimatesOf } from "../../../lib/tables/estimates.ts";
import type { TableSchema } from "../../../lib/tables/table.ts";
import { renderSvg } from "../../../lib/draw/render.ts";
import { ofSomeColumns, SOURCES, valueAt } from "../../charts/fixtures.ts";

const contrastChart = ofSomeColumns(typedContrastChart);

const NO_ROWS = { tables: new Map(), cluster: undefined };
const paired = new PairedRows(NO_ROWS, NO_ROWS, 0);
const contrastRows = (schema: TableSchema, rows: readonly [readonly CsvRow[], readonly CsvRow[]]) =>
  contrastCells(schema, rows, { paired }).map(({ row }) => row);
const summarizeContrast = (rows: readonly ContrastRow[]) =>
  summarizeCells(rows.map((row) => ({ row, sums: [] })), paired);

/** Lines of trace.csv of one group. */
type Traced = readonly [layer: number, role: string, cte: number | undefined];

const HEADER = "negation,segment,site,direction,layer,head,role,n,cte,cte_low,cte_high\n";

function traceRows(lines: readonly Traced[], site = "resid"): CsvRow[] {
  const text = lines.map(([layer, role, cte]) =>
    `foil,correct,${site},denoise,${layer},,${role},9,${cte ?? ""},,\n`
  );
  return readCsvRows(HEADER + text.join(""), "trace.csv");
}

function besideEachOther(first: readonly Traced[], second: readonly Traced[], site?: string) {
  return contrastRows(TRACE, [traceRows(first, site), traceRows(second, site)]);
}

Deno.test("every table of an experiment with estimates can be put beside itself", () => {
  for (const schema of allSchemas().values()) {
    const columns = Object.entries(schema.columns);
    const cells = columns.map(([, { kind }]) => kind === "text" ? "a" : "1");
    const line = (values: readonly string[]) => `${values.join()}\n`;
    const rows = readCsvRows(line(columns.map(([name]) => name)) + line(cells), schema.name);
    const found = contrastRows(schema, [rows, rows]);
    assertEquals(
      found.map(({ quantity }) => quantity),
      estimatesOf(schema).map(({ name }) => name),
    );
    for (const { first, second, difference } of found) {
      assertEquals([first, second, difference], [1, 1, 0], schema.name);
    }
  }
});

Deno.test("contrastCells() names a cell by all keys of its table", () => {
  const schema = allSchemas().get("ablation_summary")!;
  const columns = "negation,segment,tower,node,method,role,layer,head,part,n,mean_effect\n";
  const rows = readCsvRows(
    `${columns}foil,all,text,head 1.2,mean,all,1,2,,9,1\nfoil,all,text,head 1.2,zero,eot,1,2,,9,1\n`,
    "ablation_summary.csv",
  );
  const cells = contrastRows(schema, [rows, rows.toReversed()]);
  assertEquals(cells.map((row) => [cellText(row), row.difference]), [
    ["foil-negated, all, all, text, head 1.2, mean", 0],
    ["foil-negated, all, EOT, text, head 1.2, zero", 0],
  ]);
});

Deno.test("contrastCells() lets a table of an earlier version, which lacks a key, meet the first row with the others", () => {
  const line = (direction: string, cte: number) =>
    `foil,correct,resid,${direction},4,,eot,81,${cte},,\n`;
  const both = readCsvRows(HEADER + line("denoise", 0.5) + line("noise", 0.25), "trace.csv");
  const earlier = readCsvRows(
    "negation,segment,site,layer,head,role,n,cte\nfoil,correct,resid,4,,eot,81,1\n",
    "trace.csv",
  );
  const rows = contrastRows(TRACE, [both, earlier]);
  assertEquals(rows.map((row) => [row.first, row.second, cellText(row)]), [
    [0.5, 1, "foil-negated, correct, layer 4, EOT, resid, denoise"],
    [0.25, undefined, "foil-negated, correct, layer 4, EOT, resid, noise"],
  ]);
});

Deno.test("contrastCells() gives a difference the interval of two independent estimates, and makes one within rounding 0", () => {
  const columns = "negation,n,accuracy,mean_d,mean_d_low,mean_d_high\n";
  const [first, second, near] = ["1,-2,4", "6,2,10", "1.00005,-2,4"].map((cells) =>
    readCsvRows(`${columns}foil,9,0.5,${cells}\n`, "summary.csv")
  );
  const [accuracy, mean] = contrastRows(SUMMARY, [first!, second!]);
  assertEquals([accuracy!.difference, accuracy!.low, accuracy!.interval], [0, undefined, ""]);
  assertEquals([mean!.difference, mean!.low, mean!.high, mean!.interval], [
    5,
    0,
    10,
    "independent",
  ]);
  assertEquals(contrastRows(SUMMARY, [first!, near!])[1]!.difference, 0);
});

const FIRST: readonly Traced[] = [
  [0, "negator", 1],
  [1, "negator", 0.25],
  [1, "sot", 0],
  [2, "negator", 0.5],
  [2, "eot", 0.75],
  [3, "eot", undefined],
  [4, "eot", 1],
];
const SECOND: readonly Traced[] = [
  [2, "eot", 0],
  [4, "eot", 1],
  [1, "negator", 0.5],
  [2, "negator", 0.25],
  [0, "negator", 1],
  [1, "sot", 0],
  [3, "eot", 0.5],
  [3, "negator", 0.125],
];

Deno.test("contrastCells() puts cells of the same place side by side, whatever their order", () => {
  const rows = besideEachOther(FIRST, SECOND);
  assertEquals(
    rows.map(({ layer, role, first, second, difference }) =>
      `${layer} ${role} ${first} ${second} ${difference}`
    ),
    [
      ...["0 negator 1 1 0", "1 negator 0.25 0.5 0.25", "1 sot 0 0 0", "2 negator 0.5 0.25 -0.25"],
      ...["2 eot 0.75 0 -0.75", "3 eot undefined 0.5 undefined", "4 eot 1 1 0"],
      "3 negator undefined 0.125 undefined",
    ],
  );
});

Deno.test("summarizeContrast() leaves cells without both values and cells that the method fixes out of r", () => {
  const [summary, ...others] = summarizeContrast(besideEachOther(FIRST, SECOND)).rows;
  assertEquals(others, []);
  assertEquals([summary!.cells, summary!.n, summary!.n_free], [8, 6, 3]);
  // (.25, .5, .75) and (.5, .25, 0): a falling line
  assertAlmostEquals(summary!.r_free!, -1, 1e-12);
  assertAlmostEquals(summary!.mean_absolute_difference!, 1.25 / 6, 1e-15);
  assertAlmostEquals(summary!.mean_absolute_difference_free!, 1.25 / 3, 1e-15);
  assertEquals([summary!.largest_absolute_difference, cellText(summary!)], [
    ...[0.75, "foil-negated, correct, layer 2, EOT, resid, denoise"],
  ]);
});

Deno.test("contrastFindings() names both runs, in what they differ, and the differences with their intervals", () => {
  const columns = "negation,n,accuracy,accuracy_low,accuracy_high,mean_d\n";
  const [one, other] = ["0.5,0.25,0.75,1", "1,0.5,1,1.5"].map((cells) =>
    readCsvRows(`${columns}foil,9,${cells}\n`, "summary.csv")
  );
  const cells = [
    ...contrastRows(SUMMARY, [one!, other!]),
    ...besideEachOther(FIRST, SECOND),
  ];
  const run = { folder: "results/a", task: "trace", model: "shapes", rows: 549 };
  const text = contrastFindings(
    [run, { ...run, folder: "results/b", rows: undefined }],
    { cells, summary: summarizeContrast(cells).rows },
    { options: ["--protocol (rephrased, standard)"], models: "The models have the same files\n" },
  );
  assertEquals(text.slice(0, text.indexOf("free cells: ")).split("\n"), [
    "first: results/a (trace, shapes, 549 rows)",
    "second: results/b (trace, shapes, unknown rows)",
    "The runs differ in --protocol (rephrased, standard): their cells may be of other",
    "  rows",
    "The models have the same files",
    "",
    "The interval excludes 0 in 0 of all 1 differences that have one.",
    "",
    "Scores",
    "quantity  negated  first  second  difference  95 % interval",
    "accuracy  foil     0.500   1.000       0.500  -0.059 to 0.750  independent", // .5 -/+ (.5, .25) and (0, .25)
    "mean_d    foil     1.000   1.500       0.500",
    "",
    "Cell by cell",
    "table  quantity  free cells       r  mean |difference|  off 0  largest  at",
    "trace  cte       3 of 8      -1.000              0.208           0.750  foil-negated, correct, layer 2, EOT, resid, denoise",
    "",
    "",
  ]);
});

Deno.test("contrastFindings() begins with the accuracies over all rows, and how many differences are certain", () => {
  const columns = "negation,n,accuracy,accuracy_low,accuracy_high\n";
  const [one, other] = ["0.5,0.25,0.75", "1,0.875,1"].map((cells) =>
    readCsvRows(`${columns}all,9,${cells}\n`, "summary.csv")
  );
  const cells = contrastRows(SUMMARY, [one!, other!]);
  const run = { folder: "results/a", task: "evaluate", model: "shapes", rows: 9 };
  const text = contrastFindings(
    [run, run],
    { cells, summary: summarizeContrast(cells).rows },
    { options: [], models: "" },
  );
  assertEquals( // .5 - sqrt(.25 ** 2 + .125 ** 2) and .5 + .25
    text.split("\n\n")[1]!.replaceAll(/\s+/g, " "),
    "The true sentence scores higher in 0.500 of the first run's rows and in 1.000 of the second's, a difference of 0.500 (0.220 to 0.750). The interval excludes 0 in 1 of all 1 differences that have one.",
  );
  const tested = { only_first: 0, only_second: 4, p_value: 0.0625, p_clustered: 0.375 };
  const paired = contrastFindings(
    [run, run],
    { cells: cells.map((cell) => ({ ...cell, ...tested })), summary: [] },
    { options: [], models: "" },
  );
  assertStringIncludes( // rows that share sentences are no more than their clusters
    paired.replaceAll(/\s+/g, " "),
    "0 only the first has right and 4 only the second (McNemar's mid-p by clusters 0.375)",
  );
});

Deno.test("contrastFindings() says for each run which files, activation and formula it has, and warns of two formulas", () => {
  const from = "model.safetensors (activation gelu_pytorch_tanh, from config.json)";
  const run = { folder: "results/a", task: "trace", model: "base", rows: 9 };
  const both = (["text", "image"] as const).map((tower) => ({ tower, from }));
  const siglip = { ...run, taken: both, score: "115.58 x cosine - 12.500" };
  const tuned = {
    tower: "text" as const,
    from: "tuned.pt (activation quick_gelu, from config.json)",
  };
  const clip = {
    ...{ ...run, model: "base with tuned.pt", taken: [tuned], score: "100 x cosine" },
  };
  const told = (first: NamedRun, second: NamedRun) =>
    contrastFindings([first, second], { cells: [], summary: [] }, { options: [], models: "" })
      .split("\n\n")[0];
  assertEquals(
    told(siglip, clip),
    `first: results/a (trace, base, 9 rows)
  Both towers: model.safetensors (activation gelu_pytorch_tanh, from config.json)
  S = 115.58 x cosine - 12.500
second: results/a (trace, base with tuned.pt, 9 rows)
  Text tower: tuned.pt (activation quick_gelu, from config.json)
  S = 100 x cosine
The runs have the same options and data
Warning: S is 115.58 x cosine - 12.500 in the first run and 100 x cosine in the
  second. What is measured in S, such as d and mean effects, is on another scale
  in each, so that its differences mean nothing`,
  );
  const noted = { ...siglip, score: "100 x cosine (the files hold no scale)" };
  for (const other of [clip, run, { ...clip, taken: [] }]) {
    assertEquals(told(noted, other)!.includes("Warning"), false);
  }
  assertStringIncludes(
    told(clip, { ...clip, taken: [] })!,
    "\n  Files and activation of the towers: not recorded\n  S = 100 x cosine\n",
  );
  assertStringIncludes(told(clip, siglip)!, "S is 100 x cosine in the first run");
});

Deno.test("contrastChart() draws a panel for each column with enough cells", async () => {
  const cells = Array.from({ length: 12 }, (_, i): Traced => [i, "eot", i / 12]);
  const few = besideEachOther(FIRST, FIRST).map((row) => ({ ...row, table: "other" }));
  const rows = [...besideEachOther(cells, cells), ...few];
  const summary = summarizeContrast(rows).rows;
  const spec = contrastChart(rows, { sources: SOURCES, summary });
  assertEquals(valueAt(spec, "concat.length"), 1);
  assertEquals(
    valueAt(spec, "concat.0.data.values.3.tip"),
    "foil-negated, correct, layer 3, EOT, resid, denoise: first 0.25, second 0.25",
  );
  assertEquals((await renderSvg(spec)).includes("trace.csv, cte"), true);
  assertEquals(
    (await renderSvg(contrastChart([], { sources: SOURCES, summary }))).includes(
      "no rows to draw",
    ),
    true,
  );
});

Deno.test("summarizeContrast() counts cells before the negator as free unless they are 0, and knows where padded models pool", () => {
  const freeCells = (there: number, site = "resid") => {
    const cells: Traced[] = [
      ...[[1, "there", there], [1, "negator", 0.5], [1, "pad", 0.1]] satisfies Traced[],
      ...[[2, "there", 0], [2, "eot", 0], [2, "pooled", 1]] satisfies Traced[],
    ];
    return summarizeContrast(besideEachOther(cells, cells, site)).rows[0]!.n_free;
  };
  assertEquals(freeCells(0), 2);
  assertEquals(freeCells(0.3), 3);
  assertEquals(freeCells(0.3, "attn_out"), 4); // what the last block adds at the pooled position
});
