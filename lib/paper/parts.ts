/** The parts of the paper's results: which experiments run on which rows, in the order in which a report shows them. */

import { NegscopeError } from "../errors.ts";
import { ablate } from "../experiments/ablate/index.ts";
import { attend } from "../experiments/attend/index.ts";
import { correlate } from "../experiments/correlate/index.ts";
import { knockout } from "../experiments/knockout/index.ts";
import { trace } from "../experiments/trace/index.ts";
import type { StudyInputs } from "../study/choice/inputs.ts";
import type { StudyOption } from "../study/choice/study_options.ts";
import { evaluate } from "../study/evaluate/index.ts";
import { ATLAS_PARTS } from "../atlas/parts.ts";
import { BEYOND } from "./beyond.ts";
import { PARTS_FILE } from "../parts/parts_folder.ts";
import { foldersOf, type Part, part, type PartsList, type RowsRead } from "../parts/part.ts";
import { SEGMENTS } from "../study/rows/score_rows.ts";

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
    ...["paper.csv", "methods.md", "checklist.md", PARTS_FILE, "summary.txt", "report.html"],
  ],
  all: PARTS,
  further: [
    ...["segment", "generalise/sentences", "generalise/data", "generalise", "compare"],
    ...foldersOf(ATLAS_PARTS).map((name) => `${BEYOND.name}/${name}`),
    BEYOND.name,
  ],
  partsOf,
};

/**
 * Refuses a protocol for VALSE. Its sentences are scored under every protocol; those of other rows are taken as they stand, so that they
 * are scored once.
 */
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
