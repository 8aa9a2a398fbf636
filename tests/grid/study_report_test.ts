import type { EstimateRow } from "../../lib/compare/estimates.ts";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { cellsOf, type GridCell } from "../../lib/grid/grid.ts";
import { studyPage, studySummary } from "../../lib/grid/study_report.ts";
import { summaryText } from "../../lib/report/summary.ts";
import type { RunHeadlines } from "../../lib/grid/study_table.ts";
import { gridOf, study } from "./grid_file.ts";

const MODELS = { a: {}, b: {}, c: {} };

const row = (cell: GridCell, value: number, parts: Partial<EstimateRow> = {}): EstimateRow => ({
  ...{ model: cell.model.name, data: cell.data.name, experiment: "evaluate", seed: cell.seed },
  ...{ table: "summary", negation: "all", segment: undefined, part: undefined, n: 8, value },
  ...{ quantity: "accuracy", low: value - 0.1, high: value + 0.1, control: undefined },
  ...{ simultaneous_low: undefined, simultaneous_high: undefined, control_value: undefined },
  specific: undefined,
  ...parts,
});

/** Runs of models with these accuracies. */
async function runsOf(
  accuracies: Readonly<Record<string, number>>,
  parts: Partial<EstimateRow> = {},
): Promise<RunHeadlines[]> {
  const grid = await gridOf(study({ models: MODELS, experiments: { trace: {} } }));
  return cellsOf(grid).map((cell) => {
    const accuracy = row(cell, accuracies[cell.model.name]!);
    const strongest = row(cell, -0.5, { segment: "correct", part: "layer=1;head=2" });
    return {
      cell,
      called: "effect of tracing",
      accuracy,
      strongest: { ...strongest, ...parts },
      all: [],
    };
  });
}

const studyText = (...args: Parameters<typeof studySummary>) => summaryText(studySummary(...args));

const textOf = async (accuracies: Readonly<Record<string, number>>) =>
  studyText("study.json", await runsOf(accuracies)).replaceAll(/\s+/g, " ");

Deno.test("studySummary() names the highest and the lowest accuracy, but none of models that share one", async () => {
  const distinct = await textOf({ a: 0.5, b: 0.75, c: 0.25 });
  assertStringIncludes(distinct, "The accuracy of b on own, 0.75");
  assertStringIncludes(distinct, "is the highest, and that of c on own, 0.25");
  const tied = await textOf({ a: 0.75, b: 0.75, c: 0.25 });
  assertStringIncludes(tied, "2 pairs of a model and data share the highest accuracy, 0.75");
  assertStringIncludes(tied, "The accuracy of c on own, 0.25");
  assert(!/of [ab] on own, 0.75/.test(tied), tied);
  assert(!/highest|lowest/.test(await textOf({ a: 0.5, b: 0.5, c: 0.5 })));
});

Deno.test("studySummary() says in one sentence which models do not tell negation on which data", async () => {
  const grid = await gridOf(study({ models: MODELS, experiments: { trace: {} } }));
  const tellsOf = { a: "yes", b: "no", c: "unknown" } as const;
  const told = (...names: (keyof typeof tellsOf)[]) => {
    const scored = cellsOf(grid).filter(({ model }) => names.some((name) => name === model.name))
      .map((cell) => ({
        cell,
        verdict: { tells: tellsOf[cell.model.name as keyof typeof tellsOf], sentences: [] },
      }));
    return studyText("study.json", [], scored).replaceAll(/\s+/g, " ");
  };
  assertStringIncludes(
    told("a", "b", "c"),
    "Negation is not told by b on own; whether it is told cannot be said of c on own: in these,",
  );
  assertStringIncludes(told("c"), "Whether negation is told cannot be said of c on own: in these,");
  assert(!/[Nn]egation/.test(told("a")));
});

Deno.test("studySummary() says over which rows a strongest part is the largest by absolute value", async () => {
  assertStringIncludes(
    await textOf({ a: 0.5, b: 0.75, c: 0.25 }),
    "strongest: the largest absolute value whose interval excludes 0, over all rows; of trace over the correct rows",
  );
});

Deno.test("studySummary() says what the control of a strongest part shows, or that there is none", async () => {
  const accuracies = { a: 0.5, b: 0.75, c: 0.25 };
  assertStringIncludes(await textOf(accuracies), "No run has a control, so that these parts need");
  const control = { control: "twin", control_value: -0.4, specific: "no" };
  const text = studyText("study.json", await runsOf(accuracies, control));
  assertStringIncludes(text.replaceAll(/ +/g, " "), "-0.500 -0.600 to -0.400 twin -0.400 no");
});

Deno.test("studyPage() names the seed of each of several runs in a cell, and none of one", async () => {
  const pageOf = async (seeds: number[]) => {
    const grid = await gridOf(study({ seeds }));
    const runs = cellsOf(grid).map((cell): RunHeadlines => ({
      ...{ cell, called: "accuracy", strongest: row(cell, 0.5), all: [] },
      ...cell.seed === 2 && { missing: "it is not finished" },
    }));
    const summary = studySummary("study.json", runs);
    return studyPage({ file: "study.json", runs, figures: [], tables: [], summary });
  };
  const page = await pageOf([0, 1, 2]);
  for (const seed of [0, 1]) {
    assertStringIncludes(page, `/evaluate/seed_${seed}/report.html">seed ${seed}: 0.5`);
  }
  assertStringIncludes(page, "<span>seed 2: missing</span>");
  assertEquals((await pageOf([0])).includes("seed 0: "), false);
});
