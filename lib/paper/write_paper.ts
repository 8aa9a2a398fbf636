/** Writes what follows from the finished parts: the comparison with the published figures, the texts for a paper, and the report. */

import type { ChartSpec } from "../charts/spec.ts";
import { readFinished } from "../files/run_record.ts";
import { compareFolders } from "../compare/published/compare_folders.ts";
import { hasPublishedPlaces } from "../compare/published/published_model.ts";
import type { ComparisonSummaryRow } from "../compare/published/summary.ts";
import type { RunFolder } from "../runs/folder/run_folder.ts";
import { findingParts } from "../tables/summary_parts.ts";
import type { Table } from "../tables/table.ts";
import { unwrapText } from "../tables/wrap_text.ts";
import type { PartHeading, PartLeftOut } from "../parts/part.ts";
import { type FinishedPart, readParts, type ShownPart } from "../parts/read_part.ts";
import { type PartsResults, writeBeside, type WrittenParts } from "../parts/write_parts.ts";
import { besidePublished, type PaperRow } from "./beside.ts";
import { BEYOND, hasAtlas } from "./beyond.ts";
import { checklistText } from "./checklist.ts";
import { paperText } from "./findings.ts";
import { ELSEWHERE } from "./further.ts";
import { ELSEWHERE_RUN } from "./measures.ts";
import { methodsText } from "./methods.ts";
import { paperPage } from "./page.ts";
import { PAPER_PARTS } from "./parts.ts";

/** The finished parts, and what was done beside them. */
export interface PaperResults extends PartsResults {
  /** What was done beside the parts, in folders of its own. */
  readonly further: readonly PartHeading[];
}

/** What to print at the end. */
export interface WrittenPaper extends WrittenParts {
  /** paper.csv. */
  readonly paper: Table<PaperRow>;
  /** How near the published tables are: comparison_summary.csv of the folder `compare`. */
  readonly summary: Table<ComparisonSummaryRow>;
  /** The findings of each part, by the name of its folder; those of the scores only in the parts that are about them. */
  readonly findings: ReadonlyMap<string, string>;
  /** The charts of all parts by name. */
  readonly charts: ReadonlyMap<string, ChartSpec>;
}

const COMPARED = ["trace", "attend"];

const COMPARE: PartHeading = {
  name: "compare",
  title: "Beside the published maps",
  question: "How near are the measured maps to the published ones, cell by cell?",
};

/** Writes the comparison, the texts and the report of finished parts, unless they are there. */
export async function writePaper(
  opened: RunFolder | undefined,
  results: PaperResults,
): Promise<WrittenPaper> {
  const { out, parts, further, pictures } = results;
  const { compared } = await compareFolders(COMPARED.map((name) => `${out}/${name}`), {
    ...{ out: `${out}/compare`, within: out, pictures },
    shownAs: (folder) => folder.slice(out.length + 1), // the same text wherever the folder is
  });
  const beyond = await hasAtlas(out, results.identity) ? [BEYOND] : [];
  const shown = await readParts(out, [...parts, ...further, COMPARE, ...beyond], pictures);
  const ofPaper = shown.filter(({ part }) => part !== BEYOND);
  const paper = await besidePublished(ofPaper);
  const { summary } = compared;
  const leftOut = [...results.leftOut, ...sizesLeftOut(paper.rows)];
  const found = {
    paper,
    summary,
    findings: new Map(shown.map(({ name, findings }) => [name, findings])),
    charts: new Map(shown.flatMap(({ charts }) => charts.map(({ name, spec }) => [name, spec]))),
  };
  const { model: own } = shown[0]!.manifest;
  const model = own?.name ?? "";
  const text = paperText({
    model,
    leftOut,
    rows: paper.rows,
    compared: summary.rows,
    verdict: compared.matches[0]!.verdict,
    isSamePlace: own !== undefined && hasPublishedPlaces(own.text),
    found: foundIn(ofPaper),
  });
  const described = [...ofPaper, ...await elsewhereRun(out, further)];
  const [methods, checklist] = [methodsText(described), checklistText(described)];
  const kept = paper.rows.filter(({ measured }) => measured !== undefined).length;
  const missing = { reason: "not measured", n: paper.rows.length - kept };
  const texts = { methods, checklist, summary: text };
  const written = await writeBeside(opened, results, {
    shown,
    leftOut,
    names: PAPER_PARTS.files,
    rows: { read: paper.rows.length, kept, dropped: missing.n === 0 ? [] : [missing] },
    tables: [paper],
    files: [["methods.md", methods], ["checklist.md", checklist]],
    summary: text,
    page: (tables) => paperPage({ ...texts, model, tables, parts: shown, leftOut }),
  });
  return { ...found, ...written };
}

/** The sentences of each part; of the scores only those of the last protocol, whose rows the other parts have. */
function foundIn(shown: readonly ShownPart[]): (readonly [title: string, sentences: string])[] {
  const scores = shown.findLast(({ manifest }) => manifest.command === "evaluate");
  return shown.filter((part) => part === scores || part.manifest.command !== "evaluate")
    .map(({ part: { title }, findings }) => {
      const { sentences } = findingParts(findings);
      return [title, unwrapText(sentences).replaceAll("\n", " ")] as const;
    })
    .filter(([, sentences]) => sentences !== "");
}

/** The run on other sentences, which the comparison of the heads was made from. */
async function elsewhereRun(
  out: string,
  further: readonly PartHeading[],
): Promise<FinishedPart[]> {
  if (!further.includes(ELSEWHERE)) return [];
  const folder = `${out}/${ELSEWHERE_RUN}`;
  return [{ name: ELSEWHERE_RUN, folder, manifest: await readFinished(folder) }];
}

/** The sizes of subjects, if no row had one. */
function sizesLeftOut(rows: readonly PaperRow[]): PartLeftOut[] {
  const sizes = rows.find(({ quantity, feature }) =>
    quantity === "r" && feature === "subject_size"
  );
  if (sizes?.n !== undefined && sizes.n > 0) return [];
  return [{
    title: "Sizes of subjects",
    reason: "the data have none, and none were given",
    fix:
      "deno task download clipseg fetches a segmenter; deno task segment and --subject-sizes, or --segmenter, give its sizes",
  }];
}
