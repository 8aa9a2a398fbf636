import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { AGREEMENT, type AgreementRow } from "../../../../lib/composites/compare/agreement.ts";
import type { Comparison } from "../../../../lib/composites/compare/published/compare.ts";
import {
  COMPARISON,
  type ComparisonRow,
  type PublishedMatch,
  type PublishedVerdict,
} from "../../../../lib/composites/compare/published/figures.ts";
import {
  aboutRuns,
  comparisonFinding,
  comparisonHeadMaps as typedComparisonHeadMaps,
  comparisonMaps as typedComparisonMaps,
} from "../../../../lib/composites/compare/published/findings.ts";
import { HEADS } from "../../../../lib/experiments/attend/tables.ts";
import { findingText } from "../../../../lib/study/experiment/finding.ts";
import { fillTable } from "../../../../lib/tables/table.ts";
import { assertPlainSentences } from "../../../study/plain_sentences.ts";
import { measuredRun, tableWith } from "../../../runs/measured_runs.ts";
import {
  assertSpec,
  committedRows,
  ofSomeColumns,
  SOURCES,
  valueAt,
} from "../../../charts/fixtures.ts";

const SAME = { subject: "rows", published: "490", found: "490" };

function match(
  folder: string,
  verdict: PublishedVerdict,
  found: string | undefined,
): PublishedMatch {
  const checks = [SAME, { subject: "protocol", published: "rephrased", found }];
  return { folder, tables: ["causal_trace"], verdict, checks };
}

function comparisonOf(parts: {
  readonly rows?: readonly Partial<ComparisonRow>[];
  readonly agreement?: readonly Partial<AgreementRow>[];
  readonly matches?: readonly PublishedMatch[];
  readonly baselines?: readonly string[];
}): Comparison {
  const { rows = [], agreement = [], baselines = [] } = parts;
  const { matches = [match("a", "unknown", "rephrased")] } = parts;
  return {
    comparison: fillTable(COMPARISON, rows as ComparisonRow[]),
    agreement: fillTable(AGREEMENT, agreement as AgreementRow[]),
    ...{ matches, baselines },
  };
}

const RUN = measuredRun([tableWith(HEADS, [])]);

Deno.test("comparisonFinding() says whether the model is the published one, and aboutRuns() what tells", () => {
  const cases = [
    [match("a", "not published", "standard"), "Model or data are not those of", ["standard"]],
    [match("a", "unknown", undefined), "Whether model and data are those of the", ["unknown"]],
    [match("a", "as published", "rephrased"), "Model and data have the sizes and the row", []],
  ] as const;
  for (const [found, says, differs] of cases) {
    const comparison = comparisonOf({ matches: [found], baselines: ["r1"] });
    const { sentences } = comparisonFinding(comparison, []);
    assertStringIncludes(sentences![0]!, says);
    assertPlainSentences(sentences!);
    const lines = differs.map((value) => `a: protocol ${value}; published: rephrased`);
    assertEquals(aboutRuns(comparison, []).method, lines);
  }
});

Deno.test("aboutRuns() asks for a baseline of maps, unless there is one", () => {
  const method = (baselines: readonly string[]) =>
    aboutRuns(comparisonOf({ baselines, matches: [] }), [RUN]).method;
  assertEquals(method(["r1"]), []);
  assertStringIncludes(method([])[0]!, "run the same with --random-weights N");
});

const CELL: Partial<ComparisonRow> = {
  ...{ quantity: "negator_attention", protocol: "rephrased", negation: "foil", layer: 4 },
};
const ROWS = [0.1, 0.5, 0.2].map((published, i) => ({ ...CELL, head: i + 1, published }));

const textOf = (parts: Parameters<typeof comparisonOf>[0], runs = [RUN]) =>
  findingText(comparisonFinding(comparisonOf(parts), runs));

Deno.test("comparisonFinding() counts single figures inside their interval, unless the model is not the published one", () => {
  const figure: Partial<ComparisonRow> = {
    ...{ quantity: "accuracy", protocol: "rephrased", negation: "all", published: 0.686 },
  };
  const rows = [
    { ...figure, n: 490, measured: 0.7, low: 0.66, high: 0.74 },
    { ...figure, quantity: "r", of: "subject_size", measured: 0.5, low: 0.4, high: 0.6 },
    { ...figure, quantity: "correct", negation: undefined, published: 153, measured: 150 },
  ];
  const text = textOf({ rows });
  assertStringIncludes(text.replace(/\s+/g, " "), "with a measured 95 % interval, 1 lie inside it");
  assertStringIncludes(text, "r of subject_size");
  assertMatch(text, /correct +rephrased +153/);
  const other = textOf({ rows, matches: [match("a", "not published", "standard")] });
  assertEquals(/lie inside|inside\b.*\n.*yes/.test(other), false, other);
});

Deno.test("comparisonFinding() compares no map of a text tower of another size cell by cell", () => {
  const small = { layers: 2, heads: 2, width: 4, projection: 4 };
  const run = measuredRun([tableWith(HEADS, [])], { text: small });
  const note = "The published maps are not compared cell by cell";
  const said = (runs = [RUN]) => textOf({ rows: ROWS }, runs).replace(/\s+/g, " ").includes(note);
  assertEquals([said(), said([run])], [false, true]);
});

const comparisonMaps = ofSomeColumns(typedComparisonMaps);
const comparisonHeadMaps = ofSomeColumns(typedComparisonHeadMaps);

const OPTIONS = { sources: SOURCES, note: "not the published model" };
const FIGURES = committedRows(COMPARISON);
const SPEC = comparisonMaps(FIGURES, OPTIONS);

Deno.test("comparisonMaps() makes the committed spec of the committed table", () => {
  assertSpec(SPEC, "comparison_maps");
});

const cell = (negation: string, head: number, published: number, measured?: number) => (
  { quantity: "negator_attention", negation, layer: 4, head, published, measured }
);
const HEAD_ROWS = [
  ...[cell("caption", 1, 0.1, 0.2), cell("foil", 1, 0.377, 0.05), cell("foil", 2, -0.02)],
  { ...cell("foil", 1, 0.9, 0.9), quantity: "correlation_with_d" },
];
const HEAD_SPEC = comparisonHeadMaps(HEAD_ROWS, OPTIONS);

Deno.test("comparisonHeadMaps() has the published map and then the measured one for each side, foil-negated first", () => {
  const titles = [0, 1, 2, 3].map((i) => `${valueAt(HEAD_SPEC, `concat.${i}.title.text`)}`);
  assertEquals(titles, [
    ...["foil-negated,published", "foil-negated,measured"],
    ...["caption-negated,published", "caption-negated,measured"],
  ]);
  const count = (i: number) => valueAt(HEAD_SPEC, `concat.${i}.data.values.length`);
  assertEquals([0, 1, 2, 3].map(count), [2, 1, 1, 1]); // an unmeasured head is empty, another table is not drawn
  for (const i of [0, 1, 2, 3]) {
    assertEquals(valueAt(HEAD_SPEC, `concat.${i}.encoding.y.scale.domain`), [1, 2]);
    const domain = `concat.${i}.layer.0.encoding.color.scale.domain`;
    assertEquals(valueAt(HEAD_SPEC, domain), [-0.02, 0.38]);
  }
});

Deno.test("comparisonHeadMaps() explains grey only where a head has no value", () => {
  const full = [cell("foil", 1, 0.4, 0.1), cell("foil", 2, 0.2, 0.3)];
  const caption = (rows: typeof HEAD_ROWS) =>
    valueAt(comparisonHeadMaps(rows, OPTIONS), "usermeta.negscope.caption") as string;
  const explains = [full, HEAD_ROWS].map((rows) => caption(rows).includes("Grey: no value"));
  assertEquals(explains, [false, true]);
});
