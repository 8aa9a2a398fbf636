/** The parts of the paper's results: which experiments run on which rows, in the order in which a report shows them. */

import { ATLAS_PARTS, runAtlas } from "../atlas/atlas.ts";
import { refuseLink } from "../../files/write_whole.ts";
import { NegscopeError } from "../../errors/errors.ts";
import type { StudyChoice, StudyOption } from "../../study/choice/study_options.ts";
import { isFinished, PARTS_FILE, SameInputs } from "../parts/parts_folder.ts";
import {
  foldersOf,
  type Part,
  part,
  type PartHeading,
  type PartRuns,
  type PartsList,
  type PartsSettings,
  type RowsRead,
} from "../parts/part.ts";
import { readFinished, readManifest } from "../../files/manifest.ts";
import type { RunIdentity } from "../../runs/identity.ts";
import { ablate } from "../../experiments/ablate/index.ts";
import { attend } from "../../experiments/attend/index.ts";
import { correlate } from "../../experiments/correlate/index.ts";
import { knockout } from "../../experiments/knockout/index.ts";
import { trace } from "../../experiments/trace/index.ts";
import type { StudyInputs } from "../../study/choice/inputs.ts";
import { evaluate } from "../../study/evaluate/index.ts";
import { SEGMENTS } from "../../study/rows/score_rows.ts";
import { COMPARISON_FILES } from "../compare/published/compare.ts";
import { fileNames } from "../../runs/write_results.ts";
import { segmentOnFiles, SUBJECT_SIZES } from "../../segment/segment_files.ts";

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
  new SameInputs(inputs).check(BEYOND.name, await readFinished(out));
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
  part(
    trace,
    "Causal tracing",
    "At which layers and tokens of the text encoder does the negator act on the score?",
    { options: { segments: SEGMENTS } },
  ),
  part(
    attend,
    "Heads that look at the negator",
    "Which heads attend to the negator more than to the word in its place?",
  ),
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
function partsOf({ format, protocol }: RowsRead): readonly Part[] {
  if (format === "valse") return PARTS;
  const rest = PARTS.filter(({ experiment }) => experiment !== evaluate);
  const scores = { ...LIST_SCORES, name: `scores_${protocol}` };
  return [scores, ...rest].map((part) => ({ ...part, protocol }));
}

export const PAPER_PARTS: PartsList = {
  command: "paper",
  files: [
    ...fileNames({ tables: COMPARISON_FILES.tables, charts: [] }, []),
    ...["methods.md", PARTS_FILE],
  ],
  charts: COMPARISON_FILES.charts,
  all: PARTS,
  further: [
    "segment",
    ...foldersOf(ATLAS_PARTS).map((name) => `${BEYOND.name}/${name}`),
    BEYOND.name,
  ],
  partsOf,
};

/** Refuses a protocol for VALSE, which is scored under every protocol; other rows are taken as they stand. */
export function checkProtocol(
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

export function sizesFile({ out }: Pick<PaperSettings, "out">): string {
  return `${out}/${SEGMENT.name}/${SUBJECT_SIZES.name}.csv`;
}

export function checkSegmenter(
  { subjectSizes }: StudyChoice,
  { segmenter, called = (option) => option }: PaperSettings,
): void {
  if (segmenter === undefined || subjectSizes === undefined) return;
  throw new NegscopeError("usage-value-wrong", {
    problem: `Cannot use segmenter "${segmenter}" beside ${called("subjectSizes")}`,
    expected: "one of them",
  });
}

export async function measureSizes(
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
