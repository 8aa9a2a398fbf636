/** The paper's results on a model and data: all parts run, put beside the published figures, and described in one report. */

import { drawMissing } from "../runs/draw_figures.ts";
import type { MergeSettings } from "../runs/merge_runs.ts";
import { openRuntime } from "../runtime/open_runtime.ts";
import { checkedValue } from "../options/values.ts";
import { openInputs } from "../opening/open_inputs.ts";
import { correlate } from "../experiments/correlate/index.ts";
import {
  mergeParts,
  type PartsResults,
  writeBeside,
  writeShard,
  type WrittenParts,
} from "../parts/write_parts.ts";
import { isFinished, openParts } from "../parts/parts_folder.ts";
import type { Part, PartHeading, PartLeftOut } from "../parts/part.ts";
import { runParts } from "../parts/run_parts.ts";
import { SEED, type StudyChoice } from "../study/choice/study_options.ts";
import {
  BEYOND,
  checkBeyond,
  checkProtocol,
  checkSegmenter,
  compareElsewhere,
  ELSEWHERE,
  ELSEWHERE_LEFT_OUT,
  hasAtlas,
  measureSizes,
  PAPER_PARTS,
  type PaperSettings,
  runBeyond,
  SEGMENT,
  sentencesFor,
  sizesFile,
} from "./parts.ts";
import type { ChartSpec } from "../charts/spec.ts";
import { readFinished } from "../files/manifest.ts";
import { compareFolders } from "../compare/published/compare.ts";
import { hasPublishedPlaces } from "../compare/published/published_model.ts";
import type { ComparisonSummaryRow } from "../compare/published/findings.ts";
import type { RunFolder } from "../runs/run_folder.ts";
import { findingParts, unwrapText } from "../tables/words.ts";
import type { Table } from "../tables/table.ts";
import {
  type FinishedPart,
  partSection,
  type PartsPage,
  partsPage,
  readParts,
  type ShownPart,
} from "../parts/shown_parts.ts";
import { besidePublished, type PaperRow, paperText } from "./findings.ts";
import { checklistText } from "./checklist.ts";
import { ELSEWHERE_RUN, methodsText } from "./methods.ts";
import { type Section, section } from "../report/page.ts";
import { type Html, html } from "../report/html.ts";
import { summaryHtml } from "../report/summary.ts";
import { type ReportTable, tablesHtml } from "../report/table.ts";

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
async function writePaper(
  opened: RunFolder | undefined,
  results: PaperResults,
): Promise<WrittenPaper> {
  const { out, parts, further, pictures } = results;
  const { compared } = await compareFolders(COMPARED.map((name) => `${out}/${name}`), {
    ...{ out: `${out}/compare`, pictures },
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

/** The content of the page; the parts are in the paper's order, the comparison with the published maps last. */
interface PaperPage extends Pick<PartsPage, "model" | "parts" | "leftOut"> {
  /** The text that the task prints at its end. */
  readonly summary: string;
  readonly tables: readonly ReportTable[];
  readonly methods: string;
  readonly checklist: string;
}

const MOST_TABLE_BYTES = 250_000;

/** The last chapter where there is no atlas. */
const NO_ATLAS = html`
  <p>${BEYOND.question}</p>
  <p>Not run: the command that made this page answers it here with <code>--atlas</code>. It goes on
  from what is finished.</p>
`;

/** Makes the page: what was found, each part, the published figures beside the measured ones, and then how. */
async function paperPage(
  { summary, tables, methods, checklist, ...page }: PaperPage,
): Promise<string> {
  const said = summaryHtml(summary);
  const beyond = page.parts.find(({ part }) => part === BEYOND);
  const about: Section[] = [];
  for (const part of page.parts) if (part !== beyond) about.push(await partSection(part));
  about.push(
    section("Published and measured", html`${said.tables}${said.rest}`),
    beyond === undefined ? section(BEYOND.title, NO_ATLAS) : await partSection(beyond),
    section("Tables", tablesHtml(tables, MOST_TABLE_BYTES)),
  );
  return partsPage({ ...page, command: "paper", said }, about, [
    section(
      "Methods",
      html`${
        paragraphs(methods)
      }<p class="files">As text: <a href="methods.md" download>methods.md</a></p>`,
    ),
    section(
      "Checklist",
      html`${
        markdownList(checklist)
      }<p class="files">As text: <a href="checklist.md" download>checklist.md</a></p>`,
    ),
  ]);
}

function paragraphs(text: string): Html[] {
  return text.trim().split("\n\n").map((paragraph) => html`<p class="prose">${paragraph}</p>\n`);
}

/** The headings and lists of the checklist. */
function markdownList(text: string): Html[] {
  const blocks = text.trim().split("\n\n").slice(1); // without its title
  return blocks.map((block) => {
    if (block.startsWith("## ")) return html`<h3>${block.slice(3)}</h3>\n`;
    const items = block.split("\n").map((line) => line.replace(/^- /, "").replaceAll("`", ""));
    return html`<ul>${items.map((item) => html`<li>${item}\n`)}</ul>\n`;
  });
}

/**
 * Runs the parts of the paper's results, each in a folder within `out`, and writes the report. Finished parts are not repeated, so that
 * the same call goes on after an interruption; a later call with a segmenter, sentences or `atlas` adds what they make possible.
 *
 * @param chosen The model and the data. A protocol can be chosen only for a list of pairs; of VALSE all are run.
 * @param settings Where everything is written.
 * @returns The results; undefined for a shard, which is merged with the others before there is a report.
 * @throws {NegscopeError} If the folder holds other results, or a part cannot run; the finished ones stay.
 */
export async function runPaper(
  chosen: StudyChoice,
  settings: PaperSettings,
): Promise<WrittenPaper | undefined> {
  const seed = checkedValue("seed", settings.seed ?? SEED.standard, SEED)!;
  const { out } = settings;
  const { subjectSizes: given, ...choice } = chosen;
  checkSegmenter(chosen, settings);
  checkBeyond(choice, settings);
  await openRuntime(chosen.device); // a device that is missing is noticed before any work
  const opening = { seed, ...(settings.called && { called: settings.called }) };
  const inputs = await openInputs(chosen, opening); // with the sizes, so that a wrong file is noticed before any work
  const sentences = await sentencesFor(choice, { ...settings, ...opening });
  checkProtocol(inputs, settings.called);
  using opened = await openParts(PAPER_PARTS, { ...inputs, choice }, { ...settings, seed });
  const { folder, how, results, parts, leftOut } = opened;
  const sharded = choice.shard !== undefined;
  const isThere = (name: string) => how.isResumed && isFinished(`${out}/${name}`);
  const isMeasured = settings.segmenter !== undefined ||
    given === undefined && !sharded && await isThere(SEGMENT.name); // what an earlier call has added stays
  const isCompared = sentences !== undefined ||
    settings.sentences === undefined && !sharded && await isThere(ELSEWHERE.name);
  const subjectSizes = given ?? (isMeasured ? sizesFile(settings) : undefined);
  if (settings.segmenter !== undefined) await measureSizes(choice, { ...settings, ...how });
  await runParts(parts.map((part) => withSizes(part, subjectSizes)), choice, how);
  if (sentences !== undefined) await compareElsewhere({ choice, sentences }, how);
  else if (isCompared) await drawMissing(`${out}/${ELSEWHERE.name}`, how.pictures);
  if (settings.atlas === true) await runBeyond(choice, { ...settings, inputs: how.inputs });
  const done = {
    ...results,
    leftOut: [...leftOut, ...isCompared ? [] : [ELSEWHERE_LEFT_OUT]],
    further: [...isMeasured ? [SEGMENT] : [], ...isCompared ? [ELSEWHERE] : []],
  };
  if (!sharded) return await writePaper(folder, done);
  await writeShard(folder, done);
  return undefined;
}

/** Gives the sizes of the subjects to the part that reads them. */
function withSizes(part: Part, subjectSizes: string | undefined): Part {
  if (subjectSizes === undefined || part.experiment !== correlate) return part;
  return { ...part, files: { subjectSizes } };
}

/**
 * Merges the shards of `deno task paper --shard`.
 *
 * @param folders The shards' folders.
 * @param settings Where the merged run is written.
 * @returns The results of the whole.
 * @throws {NegscopeError} If the shards do not all belong to one run.
 */
export function mergePaper(
  folders: readonly string[],
  settings: MergeSettings,
): Promise<WrittenPaper> {
  return mergeParts(
    PAPER_PARTS,
    folders,
    settings,
    (folder, results) => writePaper(folder, { ...results, further: [] }),
  );
}
