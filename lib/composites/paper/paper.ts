/** The paper's results on a model and data: all parts run, put beside the published figures, and described in one report. */

import { ATLAS_PARTS, ATTEND, checkAtlasProtocol, runAtlas, TRACE } from "../atlas/atlas.ts";
import { refuseLink } from "../../files/write_whole.ts";
import { NegscopeError } from "../../errors/errors.ts";
import { SEED, type StudyChoice, type StudyOption } from "../../study/choice/study_options.ts";
import {
  isFinished,
  type OpenedParts,
  openParts,
  sameInputs,
  writeBeside,
  type WrittenParts,
} from "../parts/parts_folder.ts";
import {
  chartName,
  foldersOf,
  leftOutLines,
  type Part,
  part,
  type PartHeading,
  type PartLeftOut,
  type PartRuns,
  partSection,
  type PartsList,
  type PartsPage,
  partsPage,
  type PartsSettings,
  readParts,
} from "../parts/part.ts";
import { readFinished, readManifest } from "../../files/manifest.ts";
import type { RunIdentity } from "../../runs/identity.ts";
import type { Protocol } from "../../data/pairs.ts";
import { ablate } from "../../experiments/ablate/index.ts";
import { correlate } from "../../experiments/correlate/index.ts";
import { knockout } from "../../experiments/knockout/index.ts";
import type { StudyInputs } from "../../study/choice/inputs.ts";
import { evaluate } from "../../study/evaluate/index.ts";
import { SEGMENTS } from "../../study/rows/score_rows.ts";
import { compareRuns, comparisonRows } from "../compare/published/compare.ts";
import { segmentOnFiles, SUBJECT_SIZES } from "../../segment/segment_files.ts";
import { commandOf } from "../../errors/command.ts";
import type { ChartSpec } from "../../charts/spec.ts";
import { AGREEMENT, type AgreementRow } from "../compare/agreement.ts";
import { COMPARISON_WORDS, comparisonFinding } from "../compare/published/findings.ts";
import {
  COMPARISON,
  type ComparisonRow,
  hasPublishedPlaces,
  quantitiesOf,
  readPublished,
} from "../compare/published/figures.ts";
import { findingText, joinedFinding } from "../../study/experiment/finding.ts";
import { showsItself, type Table } from "../../tables/table.ts";
import { methodsText } from "./methods.ts";
import { type Section, section } from "../../report/page.ts";
import { html } from "../../report/html.ts";
import { findingHtml, type Summary, summaryHtml, summaryOf } from "../../report/summary.ts";
import { type Figure, figuresHtml } from "../../report/table.ts";
import { openRuntime } from "../../runtime/open_runtime.ts";
import { checkedValue } from "../../options/values.ts";
import { openInputs } from "../../opening/open_inputs.ts";
import { runParts } from "../parts/run_parts.ts";
import { SUMMARY, verdictOf } from "../../study/evaluate/summary.ts";

/** The section about the atlas, which is a folder of parts itself. */
export const BEYOND: PartHeading = {
  name: "atlas",
  title: "Beyond the paper",
  question:
    "Which heads and MLPs of the text encoder carry what the negator does to the score, by every method, and by which paths?",
};

export async function runBeyond(
  choice: StudyChoice,
  { inputs, ...settings }: PaperSettings & Pick<PartRuns, "inputs">,
): Promise<void> {
  const out = `${settings.out}/${BEYOND.name}`;
  await refuseLink(out);
  await runAtlas(choice, { ...settings, out });
  sameInputs(inputs)(BEYOND.name, await readFinished(out));
}

/** Whether the folder has a finished atlas of the same model and data; one of others is left alone. */
export async function hasAtlas(
  out: string,
  { sources: { model, data } }: Pick<RunIdentity, "sources">,
): Promise<boolean> {
  const folder = `${out}/${BEYOND.name}`;
  if (!await isFinished(folder)) return false;
  const manifest = await readManifest(`${folder}/manifest.json`);
  const digestsOf = (files: readonly { readonly sha256: string }[]) =>
    files.map(({ sha256 }) => sha256).sort().join();
  return manifest?.command === BEYOND.name &&
    digestsOf(manifest.sources.model) === digestsOf(model) &&
    digestsOf(manifest.sources.data) === digestsOf(data);
}

const PREFERS = "How often does the model prefer the true sentence";

/** The scores of rows whose sentences are taken as they stand. */
const LIST_SCORES = part(evaluate, "Scores", `${PREFERS} of a pair?`);

/** The parts for VALSE in the paper's order. */
export const PARTS: readonly Part[] = [
  part(evaluate, "Scores of the sentences as they stand", `${PREFERS} of a pair?`, {
    name: "scores_standard",
    protocol: "standard",
  }),
  part(
    evaluate,
    "Scores of all rows",
    `${PREFERS} in all rows, also in those that the other protocols leave out?`,
    { name: "scores_all", protocol: "all" },
  ),
  part(
    evaluate,
    "Scores of the rephrased sentences",
    `${PREFERS} if the two sentences of a pair have equally many tokens and differ in one word?`,
    { name: "scores_rephrased" },
  ),
  { ...TRACE, options: { segments: SEGMENTS } },
  ATTEND,
  part(
    knockout,
    "Knock-out of this attention",
    "How much does the score change if a head no longer attends to the negator, compared with the same for the word in its place?",
  ),
  part(
    correlate,
    "Features of the data",
    "Which features of sentences and images go with the score difference?",
  ),
  part(
    ablate,
    "Image tower",
    "How much does each part of the image encoder add to the score difference?",
  ),
];

/** The parts of rows in a format, whether they can run or not. */
function partsOf(format: string, protocol: Protocol): readonly Part[] {
  if (format === "valse") return PARTS;
  const rest = PARTS.filter(({ experiment }) => experiment !== evaluate);
  const scores = { ...LIST_SCORES, name: `scores_${protocol}` };
  return [scores, ...rest].map((part) => ({ ...part, protocol }));
}

export const PAPER_PARTS: PartsList = {
  command: "paper",
  tables: [COMPARISON.name, AGREEMENT.name],
  charts: ["comparison_maps", "comparison_heads"],
  files: ["methods.md"],
  all: PARTS,
  further: [
    "segment",
    ...foldersOf(ATLAS_PARTS).map((name) => `${BEYOND.name}/${name}`),
    BEYOND.name,
  ],
  partsOf,
};

/** Refuses a protocol for VALSE, which is scored under every protocol; other rows are taken as they stand. */
function checkProtocol(
  { data: { format }, choice: { protocol } }: StudyInputs,
  called: (option: StudyOption) => string = (option) => option,
): void {
  if (format !== "valse" || protocol === undefined || protocol === "rephrased") return;
  throw new NegscopeError("usage-value-wrong", {
    problem: `Cannot run the paper's results with ${called("protocol")} "${protocol}" alone`,
    subject: protocol,
    expected: "no protocol, since each part has the paper's",
  });
}

/** How the paper's results are made. */
export interface PaperSettings extends PartsSettings {
  /** A folder or a downloaded model of CLIPSeg, which then measures the sizes of the subjects. @default {the sizes of the data} */
  readonly segmenter?: string | undefined;
  /** Whether to make the atlas of the model as well, in the folder `atlas`; one that is there stays. @default {false} */
  readonly atlas?: boolean;
}

export const SEGMENT: PartHeading = {
  name: "segment",
  title: "Sizes of subjects",
  question: "How much of its image does the subject of a row cover, by CLIPSeg?",
};

function checkSegmenter(
  { subjectSizes }: StudyChoice,
  { segmenter, called = (option) => option }: PaperSettings,
): void {
  if (segmenter === undefined || subjectSizes === undefined) return;
  throw new NegscopeError("usage-value-wrong", {
    problem: `Cannot use segmenter "${segmenter}" beside ${called("subjectSizes")}`,
    expected: "one of them",
  });
}

async function measureSizes(
  { data, pairs, images, limit, skipBad, device, threads, protocol = "rephrased" }: StudyChoice,
  { segmenter, out, seed, bar, called }: PaperSettings & { readonly seed: number },
): Promise<void> {
  const rows = { data, pairs, images, limit, skipBad, protocol }; // of VALSE the rephrased ones
  await segmentOnFiles({ ...rows, segmenter, device, threads }, {
    ...{ out: `${out}/${SEGMENT.name}`, seed },
    ...(bar && { bar }),
    ...(called && { called }),
  });
}

/** What to print at the end. */
export interface WrittenPaper extends WrittenParts {
  /** comparison.csv: each published figure beside the measured one. */
  readonly comparison: Table<ComparisonRow>;
  /** agreement.csv: how near the published maps are. */
  readonly agreement: Table<AgreementRow>;
  /** The findings of each part, by the name of its folder; those of the scores only in the parts that are about them. */
  readonly findings: ReadonlyMap<string, string>;
  /** The charts of all parts by name. */
  readonly charts: ReadonlyMap<string, ChartSpec>;
}

async function writePaper(
  opened: OpenedParts,
  further: readonly PartHeading[],
): Promise<WrittenPaper> {
  const { how: { out }, parts, identity, leftOut: others } = opened;
  const beyond = await hasAtlas(out, identity) ? [BEYOND] : [];
  const shown = await readParts(out, [...parts, ...further, ...beyond]);
  const ofPaper = shown.filter(({ part }) => part !== BEYOND);
  const runs = ofPaper.filter((run) => quantitiesOf(run).length > 0);
  const compared = compareRuns(await readPublished(), runs, identity.sources);
  const { comparison, agreement } = compared;
  const leftOut = [...others, ...sizesLeftOut(comparison.rows)];
  const model = shown[0]!.manifest.model?.name ?? "";
  const finding = comparisonFinding(compared, runs);
  const scores = ofPaper.findLast(({ manifest }) => manifest.command === "evaluate")!;
  const verdict = verdictOf(scores.rows(SUMMARY), { name: model });
  const told = {
    sentences: verdict?.sentences.filter((text) => !/mean \|d\|/i.test(text)).slice(0, 2) ?? [],
  };
  const summary = summaryOf(
    `negscope paper: ${model}`,
    verdict?.tells === "yes" ? [finding, told] : [told, finding], // what is not certain stands first
    { method: leftOutLines(leftOut), words: COMPARISON_WORDS },
  );
  const methods = methodsText(ofPaper);
  const tables = [comparison, agreement];
  const written = await writeBeside(opened, {
    shown,
    leftOut,
    rows: comparisonRows(comparison),
    tables,
    files: [["methods.md", methods]],
    charts: compared.charts,
    summary,
    page: (figures) =>
      paperPage({
        title: `Does ${model} process negation as the paper's CLIP does?`,
        ...{ summary, figures, parts: shown, leftOut },
      }),
  });
  const charts = shown.flatMap((part) =>
    part.charts.map(([file, spec]) => [chartName(part, file), showsItself(spec)] as const)
  );
  return {
    ...{ ...written, comparison, agreement },
    findings: new Map(shown.map(({ name, found }) => [name, findingText(found)])),
    charts: new Map([...charts, ...compared.charts]),
  };
}

function sizesLeftOut(rows: readonly ComparisonRow[]): PartLeftOut[] {
  const sizes = rows.find(({ quantity, of }) => quantity === "r" && of === "subject_size");
  if (sizes?.n !== undefined && sizes.n > 0) return [];
  return [{
    title: "Sizes of subjects",
    reason: "the data have none, and none were given",
    fix: `${commandOf("download clipseg")} fetches a segmenter; ${
      commandOf("segment")
    } and --subject-sizes, or --segmenter, give its sizes`,
  }];
}

const MOST_FIGURE_BYTES = 400_000;

/** The findings of the paper first, then each part in the paper's order, of the scores the rows that the other parts have, and the comparison with the published maps last. */
async function paperPage({ summary, figures, parts, ...page }: Omit<PartsPage, "said"> & {
  readonly summary: Summary;
  readonly figures: readonly Figure[];
}): Promise<string> {
  const { tables: [claims, ...tables] = [], notes = [], sentences = [] } = joinedFinding(
    summary.findings,
  );
  const [first, other] = [
    findingHtml({ sentences, tables: [claims!] }),
    findingHtml({ tables, notes }),
  ];
  const isSamePlace = parts.every(({ record }) => hasPublishedPlaces(record.text));
  const scores = parts.findLast(({ manifest }) => manifest.command === "evaluate");
  const about: Section[] = [];
  for (const part of parts) {
    const isOther = part.manifest.command === "evaluate" && part !== scores;
    if (part.part !== BEYOND && !isOther) about.push(await partSection(part));
  }
  const beyond = parts.find(({ part }) => part === BEYOND);
  about.push(
    section(
      "Published and measured",
      html`${isSamePlace ? figuresHtml(figures, MOST_FIGURE_BYTES) : undefined}${other.tables}
      <p class="files">Every figure: <a href="comparison.csv" download>comparison.csv</a></p>`,
    ),
    ...beyond === undefined ? [] : [await partSection(beyond)],
  );
  about.push(section(
    "For a paper",
    html`<p class="files">How all this was measured, as text for a methods section: <a
    href="methods.md" download>methods.md</a></p>`,
  ));
  const said = { ...summaryHtml(summary), found: html`${first.found}${first.tables}` };
  return partsPage({ ...page, parts, said }, about);
}

/**
 * Runs the parts of the paper's results, each in a folder within `out`, and writes the report. Finished parts are not repeated, so that
 * the same call goes on after an interruption; a later call with a segmenter or `atlas` adds what they make possible.
 *
 * @param chosen The model and the data. A protocol can be chosen only for a list of pairs; of VALSE all are run.
 * @param settings Where everything is written.
 * @returns The results.
 * @throws {NegscopeError} If the folder holds other results, or a part cannot run; the finished ones stay.
 */
export async function runPaper(
  chosen: StudyChoice,
  settings: PaperSettings,
): Promise<WrittenPaper> {
  const seed = checkedValue("seed", settings.seed ?? SEED.standard, SEED)!;
  const { out } = settings;
  const { subjectSizes: given, ...choice } = chosen;
  checkSegmenter(chosen, settings);
  if (settings.atlas === true) checkAtlasProtocol(choice, settings.called);
  await openRuntime(chosen.device); // a device that is missing is noticed before any work
  const opening = { seed, ...(settings.called && { called: settings.called }) };
  const inputs = await openInputs(chosen, {}, opening); // with the sizes, so that a wrong file is noticed before any work
  checkProtocol(inputs, settings.called);
  using opened = await openParts(PAPER_PARTS, { ...inputs, choice }, { ...settings, seed });
  const { how, parts } = opened;
  const isThere = (name: string) => how.isResumed && isFinished(`${out}/${name}`);
  const isMeasured = settings.segmenter !== undefined ||
    given === undefined && await isThere(SEGMENT.name); // what an earlier call has added stays
  const subjectSizes = given ??
    (isMeasured ? `${out}/${SEGMENT.name}/${SUBJECT_SIZES.name}.csv` : undefined);
  if (settings.segmenter !== undefined) await measureSizes(choice, { ...settings, ...how });
  await runParts(parts.map((part) => withSizes(part, subjectSizes)), choice, how);
  if (settings.atlas === true) await runBeyond(choice, { ...settings, inputs: how.inputs });
  return await writePaper(opened, isMeasured ? [SEGMENT] : []);
}

function withSizes(part: Part, subjectSizes: string | undefined): Part {
  if (subjectSizes === undefined || part.experiment !== correlate) return part;
  return { ...part, files: { subjectSizes } };
}
