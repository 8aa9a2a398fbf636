/** Writes what follows from the finished parts: the comparison with the published figures, the texts for a paper, and the report. */

import type { ChartSpec } from "../charts/spec.ts";
import { readFinished } from "../files/manifest.ts";
import { compareFolders } from "../compare/published/compare_folders.ts";
import { hasPublishedPlaces } from "../compare/published/published_model.ts";
import type { ComparisonSummaryRow } from "../compare/published/summary.ts";
import type { RunFolder } from "../runs/folder/run_folder.ts";
import { findingParts, unwrapText } from "../tables/words.ts";
import type { Table } from "../tables/table.ts";
import type { PartHeading, PartLeftOut } from "../parts/part.ts";
import {
  type FinishedPart,
  partSection,
  type PartsPage,
  partsPage,
  readParts,
  type ShownPart,
} from "../parts/shown_parts.ts";
import { type PartsResults, writeBeside, type WrittenParts } from "../parts/write_parts.ts";
import { besidePublished, type PaperRow } from "./beside.ts";
import { BEYOND, hasAtlas } from "./beyond.ts";
import { checklistText } from "./checklist.ts";
import { paperText } from "./findings.ts";
import { ELSEWHERE } from "./further.ts";
import { ELSEWHERE_RUN } from "./measures.ts";
import { methodsText } from "./methods.ts";
import { PAPER_PARTS } from "./parts.ts";
import { type Section, section } from "../report/document.ts";
import { type Html, html } from "../report/escape.ts";
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
export async function writePaper(
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
