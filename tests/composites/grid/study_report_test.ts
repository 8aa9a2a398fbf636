import type { EstimateRow, RunHeadlines } from "../../../lib/composites/grid/study_table.ts";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { cellsOf, type GridCell } from "../../../lib/composites/grid/grid.ts";
import { studyPage, studySummary } from "../../../lib/composites/grid/study_report.ts";
import type { Finding } from "../../../lib/study/experiment/finding.ts";
import { assertPlainSentences } from "../../study/plain_sentences.ts";
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

const TELLS = { a: "yes", b: "no", c: "unknown" } as const;

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
      ...{ cell, accuracy, strongest: { ...strongest, ...parts }, all: [] },
      verdict: { tells: TELLS[cell.model.name as keyof typeof TELLS], sentences: [] },
    };
  });
}

function sentencesOf(...args: Parameters<typeof studySummary>): readonly string[] {
  const [{ sentences }] = studySummary(...args).findings as [Finding];
  assertPlainSentences(sentences!);
  return sentences!;
}

Deno.test("studySummary() says which models do not tell negation, which is best, whether all share their strongest part and their circuit, and that no control ran", async () => {
  const accuracies = { a: 0.5, b: 0.75, c: 0.25 };
  const runs = await runsOf(accuracies);
  const uncontrolled = "No run has a control, so that these parts need not be of negation";
  const [untold, unknown, best, _, ...shared] = sentencesOf("study.json", runs);
  assertEquals([untold, unknown], [
    "b does not tell negation here: what moves d there is no understanding",
    "Whether c tells negation cannot be told",
  ]);
  assertStringIncludes(best!, "Of 3 models, b has the highest accuracy: right in 0.75 of 8 rows");
  assertEquals(shared, [
    "By trace, 1.2 is the strongest part in 3 of 3 models",
    uncontrolled,
  ]);
  const circuit = runs.map((run, i): RunHeadlines => {
    const cell = { ...run.cell, experiment: { ...run.cell.experiment, task: "circuit" as const } };
    const member = (layer: number) =>
      row(cell, 0.5, { part: `ranking=circuit;node=mlp;layer=${layer}` });
    const all = [member(5), member(i)];
    return { ...run, cell, strongest: all[1], all };
  });
  assertEquals(sentencesOf("study.json", circuit).slice(4), [
    "The circuits of 3 models have 1 part in common: mlp layer 5",
    "By trace, each of 3 models has another strongest part",
    uncontrolled,
  ]);
  const control = { control: "twin", control_value: -0.4, specific: "no" };
  const controlled = await runsOf(accuracies, control);
  assertEquals(sentencesOf("study.json", controlled).includes(uncontrolled), false);
  const [{ tables }] = studySummary("study.json", controlled).findings as [Finding];
  assertEquals(tables![0]!.title, "The strongest part of each run"); // a screen may lack the interval
  assertEquals(tables![0]!.lines[0]!["beyond control"], "no");
});

Deno.test("studyPage() leads to each run, and says why one is missing", async () => {
  const runs = cellsOf(await gridOf(study({ seeds: [0, 1] }))).map((cell): RunHeadlines => ({
    ...{ cell, strongest: row(cell, 0.5), all: [] },
    ...cell.seed === 1 && { missing: "it is not finished" },
  }));
  const summary = studySummary("study.json", runs);
  const page = studyPage({ runs, figures: [], tables: [], summary });
  const folder = "shapes/own/evaluate/seed_";
  assertStringIncludes(page, `<a href="${folder}0/report.html">${folder}0</a>`);
  assertStringIncludes(page, `<b>${folder}1</b> is missing: it is not finished`);
});
