import { assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import {
  type PlacedValue,
  placedValues,
  SHARED_TABLES,
} from "../../../lib/published/two_runs/cells.ts";
import { sideBySideChart as typedSideBySideChart } from "../../../lib/published/two_runs/chart.ts";
import {
  type NamedRun,
  placeText,
  sideBySideFindings,
} from "../../../lib/published/two_runs/findings.ts";
import { sideBySide, summarizeSideBySide } from "../../../lib/published/two_runs/tables.ts";
import { ALL_EXPERIMENTS } from "../../../lib/experiments/all.ts";
import { emptyTablesOf } from "../../../lib/study/experiment/experiment.ts";
import { standardOptions } from "../../../lib/options/values.ts";
import { readCsvRows } from "../../../lib/tables/csv_row.ts";
import { renderSvg } from "../../../lib/draw/render.ts";
import { ofSomeColumns, SOURCES, valueAt } from "../../charts/fixtures.ts";
import { assertThrowsCode } from "../../error_codes.ts";

const sideBySideChart = ofSomeColumns(typedSideBySideChart);

const TRACE = SHARED_TABLES.find(({ name }) => name === "trace")!;

function traced(layer: number, role: string, value: number | undefined): PlacedValue {
  return {
    ...{ table: "trace", quantity: "cte", negation: "foil", segment: "correct", layer, role },
    ...{ head: undefined, direction: "denoise", other: "resid", value },
  };
}

Deno.test("SHARED_TABLES names tables and columns that the experiments write", () => {
  const written = new Map(ALL_EXPERIMENTS.flatMap((experiment) => {
    const context = { ...standardOptions(experiment.options), seed: 0 };
    return Object.values(emptyTablesOf(experiment, context)).map((own) => [own.name, own.columns]);
  }));
  for (const { name, places, other = "negation", quantities } of SHARED_TABLES) {
    const columns: readonly string[] = written.get(name) ?? [];
    const missing = [...places, other, ...quantities].filter((column) => !columns.includes(column));
    assertEquals(missing, [], name);
  }
});

Deno.test("placedValues() tells the nodes of the text tower apart by name, method and role, and the image tower's parts", () => {
  const schema = SHARED_TABLES.find(({ name }) => name === "ablation_summary")!;
  const others = (text: string) =>
    placedValues(readCsvRows(text, "ablation_summary.csv"), schema).map(({ other }) => other);
  const columns = "negation,segment,tower,node,method,role,layer,head,part,n,mean_effect\n";
  assertEquals(
    others(
      `${columns}foil,all,text,head 1.2,mean,all,1,2,,9,1\nfoil,all,text,head 1.2,zero,eot,1,2,,9,1\n` +
        "foil,all,image,mlp 3,flat,all,3,,mlp_out,9,1\n",
    ),
    ["head 1.2, mean", "head 1.2, zero, at eot", "mlp_out"],
  );
  const earlier = "negation,segment,layer,part,n,mean_effect\nfoil,all,3,mlp_out,9,1\n";
  assertEquals(others(earlier), ["mlp_out"]);
});

Deno.test("placedValues() reads each column's values with their places, without both sides together", () => {
  const text = "negation,segment,site,layer,head,role,n,cte\n" +
    "foil,correct,z,4,2,eot,81,0.5\ncaption,correct,z,4,2,eot,72,\n";
  const place = {
    ...{ table: "trace", quantity: "cte", segment: "correct", layer: 4, head: 2 },
    direction: "denoise", // the only one of tables without the column
  } as const;
  assertEquals(placedValues(readCsvRows(text, "trace.csv"), TRACE), [
    { ...place, negation: "foil", role: "eot", other: "z", value: 0.5 },
    { ...place, negation: "caption", role: "eot", other: "z", value: undefined },
  ]);
  const summary = SHARED_TABLES.find(({ name }) => name === "summary")!;
  const rows = readCsvRows("negation,accuracy,mean_d\nfoil,0.5,1\nall,0.75,2\n", "summary.csv");
  assertEquals(
    placedValues(rows, summary).map(({ quantity, negation, value }) =>
      `${quantity} ${negation} ${value}`
    ),
    ["accuracy foil 0.5", "mean_d foil 1"],
  );
  const older = readCsvRows("negation,accuracy\nfoil,0.5\n", "summary.csv");
  assertThrowsCode(() => placedValues(older, summary), "table-value-wrong");
});

Deno.test("placedValues() keeps both directions of a trace apart, so that a cell meets only its own", () => {
  const header = "negation,segment,site,direction,layer,head,role,n,cte\n";
  const line = (direction: string, cte: number) =>
    `foil,correct,resid,${direction},4,,eot,81,${cte}\n`;
  const read = (text: string) => placedValues(readCsvRows(text, "trace.csv"), TRACE);
  const both = read(header + line("denoise", 0.5) + line("noise", 0.25));
  const earlier = read(
    "negation,segment,site,layer,head,role,n,cte\nfoil,correct,resid,4,,eot,81,1\n",
  );
  const { rows } = sideBySide(both, earlier);
  assertEquals(rows.map((row) => [row.direction, row.first, row.second, placeText(row)]), [
    ["denoise", 0.5, 1, "foil-negated, correct, layer 4, EOT, resid"],
    ["noise", 0.25, undefined, "foil-negated, correct, layer 4, EOT, noise, resid"],
  ]);
  const again = sideBySide(both, both.toReversed()).rows;
  assertEquals(again.map(({ difference }) => difference), [0, 0]);
});

const FIRST = [
  traced(0, "negator", 1),
  traced(1, "negator", 0.25),
  traced(1, "sot", 0),
  traced(2, "negator", 0.5),
  traced(2, "eot", 0.75),
  traced(3, "eot", undefined),
  traced(4, "eot", 1),
];
const SECOND = [
  traced(2, "eot", 0),
  traced(4, "eot", 1),
  traced(1, "negator", 0.5),
  traced(2, "negator", 0.25),
  traced(0, "negator", 1),
  traced(1, "sot", 0),
  traced(3, "eot", 0.5),
  traced(3, "negator", 0.125),
];

Deno.test("sideBySide() puts cells of the same place side by side, whatever their order", () => {
  const { rows } = sideBySide(FIRST, SECOND);
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

Deno.test("summarizeSideBySide() leaves cells without both values and cells that the method fixes out of r", () => {
  const [summary, ...others] = summarizeSideBySide(sideBySide(FIRST, SECOND).rows).rows;
  assertEquals(others, []);
  assertEquals([summary!.cells, summary!.n, summary!.n_free], [8, 6, 3]);
  // (.25, .5, .75) and (.5, .25, 0): a falling line
  assertAlmostEquals(summary!.r_free!, -1, 1e-12);
  assertAlmostEquals(summary!.mean_absolute_difference!, 1.25 / 6, 1e-15);
  assertAlmostEquals(summary!.mean_absolute_difference_free!, 1.25 / 3, 1e-15);
  assertEquals([summary!.largest_absolute_difference, placeText(summary!)], [
    ...[0.75, "foil-negated, correct, layer 2, EOT, resid"],
  ]);
});

Deno.test("sideBySideFindings() names both runs and in what they differ", () => {
  const [summary] = summarizeSideBySide(sideBySide(FIRST, SECOND).rows).rows;
  const run = { folder: "results/a", task: "trace", model: "shapes", rows: 549 };
  const text = sideBySideFindings(
    [run, { ...run, folder: "results/b", rows: undefined }],
    [{ ...summary!, r: 0.5 }],
    { options: ["--protocol (rephrased, standard)"], models: "The models have the same files\n" },
  );
  assertEquals(text.split("\n"), [
    "first: results/a (trace, shapes, 549 rows)",
    "second: results/b (trace, shapes, unknown rows)",
    "The runs differ in --protocol (rephrased, standard): their cells may be of other",
    "  rows",
    "The models have the same files",
    "",
    "table  quantity  cells       r  free cells  their r  mean |difference|  largest  at",
    "trace  cte       6 of 8  0.500           3   -1.000              0.208    0.750  foil-negated, correct, layer 2, EOT, resid",
    "free cells: without those that the method fixes for every model",
    "difference: the second run's value minus the first's. It has no interval and no test, since cells are",
    "  compared and not rows: how much two runs on other rows differ by chance, it does not say",
    "",
  ]);
});

Deno.test("sideBySideFindings() says for each run which files, activation and formula it has, and warns of two formulas", () => {
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
    sideBySideFindings([first, second], [], { options: [], models: "" }).split("\n\n")[0];
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

Deno.test("sideBySideChart() draws a panel for each column with enough cells", async () => {
  const cells = Array.from({ length: 12 }, (_, i) => traced(i, "eot", i / 12));
  const few = FIRST.map((cell) => ({ ...cell, table: "other" }));
  const { rows } = sideBySide([...cells, ...few], [...cells, ...few]);
  const summary = summarizeSideBySide(rows).rows;
  const spec = sideBySideChart(rows, { sources: SOURCES, summary });
  assertEquals(valueAt(spec, "concat.length"), 1);
  assertEquals(
    valueAt(spec, "concat.0.data.values.3.tip"),
    "foil-negated, correct, layer 3, EOT, resid: first 0.25, second 0.25",
  );
  assertEquals((await renderSvg(spec)).includes("trace.csv, cte"), true);
  assertEquals(
    (await renderSvg(sideBySideChart([], { sources: SOURCES, summary }))).includes(
      "no rows to draw",
    ),
    true,
  );
});

Deno.test("summarizeSideBySide() counts cells before the negator as free unless they are 0, and knows where padded models pool", () => {
  const freeCells = (there: number, site = "resid") => {
    const cells = [
      ...[traced(1, "there", there), traced(1, "negator", 0.5), traced(1, "pad", 0.1)],
      ...[traced(2, "there", 0), traced(2, "eot", 0), traced(2, "pooled", 1)],
    ].map((cell) => ({ ...cell, other: site }));
    return summarizeSideBySide(sideBySide(cells, cells).rows).rows[0]!.n_free;
  };
  assertEquals(freeCells(0), 2);
  assertEquals(freeCells(0.3), 3);
  assertEquals(freeCells(0.3, "attn_out"), 4); // what the last block adds at the pooled position
});
