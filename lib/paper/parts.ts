/** The parts of the paper's results: which experiments run on which rows, in the order in which a report shows them, and which of them a model and data allow. */

import type { Protocol } from "../data/pairs.ts";
import { NegscopeError } from "../errors.ts";
import { ablate } from "../experiments/ablate/index.ts";
import { attend } from "../experiments/attend/index.ts";
import { correlate } from "../experiments/correlate/index.ts";
import { knockout } from "../experiments/knockout/index.ts";
import { trace } from "../experiments/trace/index.ts";
import type { StudyInputs } from "../study/choice/inputs.ts";
import type { StudyOption } from "../study/choice/study_options.ts";
import { evaluate } from "../study/evaluate/index.ts";
import { towerOf } from "../study/experiment/by_options.ts";
import type { AnyExperiment } from "../study/experiment/experiment.ts";
import { SEGMENTS } from "../study/rows/score.ts";

/** The section of a report about a part. */
export interface PartHeading {
  /** The name of the part's folder. */
  readonly name: string;
  /** The heading. */
  readonly title: string;
  /** The question that the part answers. */
  readonly question: string;
}

/** A part of the results: one run. */
export interface PaperPart extends PartHeading {
  /** The experiment. */
  readonly experiment: AnyExperiment;
  /** Values of the experiment's options that are not the defaults. */
  readonly options: Readonly<Record<string, unknown>>;
  /** How the rows are read and aligned. */
  readonly protocol: Protocol;
}

/** A part that did not run, and why. */
export interface PartLeftOut {
  /** The heading of its section. */
  readonly title: string;
  /** Why it did not run. */
  readonly reason: string;
  /** What would let it run. */
  readonly fix: string;
}

/** The scores of rows whose sentences are taken as they stand. */
const LIST_SCORES: PaperPart = {
  name: "scores_rephrased",
  title: "Scores",
  question: "How often does the model prefer the true sentence of a pair?",
  experiment: evaluate,
  options: {},
  protocol: "rephrased",
};

/** The parts for VALSE in the paper's order. */
export const PARTS: readonly PaperPart[] = [
  {
    name: "scores_standard",
    title: "Scores of the sentences as they stand",
    question: "How often does the model prefer the true sentence of a pair?",
    experiment: evaluate,
    options: {},
    protocol: "standard",
  },
  {
    name: "scores_all",
    title: "Scores of all rows",
    question:
      "How often does the model prefer the true sentence in all rows, also in those of VALSE that annotators doubt?",
    experiment: evaluate,
    options: {},
    protocol: "all",
  },
  {
    name: "scores_rephrased",
    title: "Scores of the rephrased sentences",
    question:
      "How often does the model prefer the true sentence if the two sentences of a pair have equally many tokens and differ in one word?",
    experiment: evaluate,
    options: {},
    protocol: "rephrased",
  },
  {
    name: "trace",
    title: "Causal tracing",
    question: "At which layers and tokens of the text encoder does the negation act on the score?",
    experiment: trace,
    options: { segments: SEGMENTS },
    protocol: "rephrased",
  },
  {
    name: "attend",
    title: "Heads that look at the negator",
    question: "Which heads attend to the negator more than to the word in its place?",
    experiment: attend,
    options: {},
    protocol: "rephrased",
  },
  {
    name: "knockout",
    title: "Knock-out of this attention",
    question:
      "How much does the score change if a head no longer attends to the negator, compared with the same for the word in its place?",
    experiment: knockout,
    options: {},
    protocol: "rephrased",
  },
  {
    name: "correlate",
    title: "Features of the data",
    question: "Which features of sentences and images go with the score difference?",
    experiment: correlate,
    options: {},
    protocol: "rephrased",
  },
  {
    name: "ablate",
    title: "Image tower",
    question: "How much does each part of the image encoder add to the score difference?",
    experiment: ablate,
    options: {},
    protocol: "rephrased",
  },
];

/** The parts that run, and those that do not. */
export interface ChosenParts {
  /** The parts in the paper's order. */
  readonly parts: readonly PaperPart[];
  /** The others. */
  readonly leftOut: readonly PartLeftOut[];
}

/**
 * Chooses the parts. The sentences of VALSE are scored under every protocol; those of other rows are taken as they stand, so that
 * they are scored once.
 */
export function partsFor(
  { data: { format }, choice: { protocol }, protocol: used, embeddings }: StudyInputs,
  called: (option: StudyOption) => string = (option) => option,
): ChosenParts {
  if (format === "valse" && protocol !== undefined && protocol !== "rephrased") {
    throw new NegscopeError("usage-value-wrong", {
      problem: `Cannot run the paper's results with ${called("protocol")} "${protocol}" alone`,
      subject: protocol,
      expected: "no protocol, since each part has the paper's",
    });
  }
  const all = partsOf({ format, protocol: used });
  const cannot = ({ experiment, options }: PaperPart) =>
    embeddings !== undefined && towerOf(experiment, options) === "image";
  return {
    parts: all.filter((part) => !cannot(part)),
    leftOut: all.filter(cannot).map(({ title }) => ({
      title,
      reason: "image embeddings made elsewhere stand in for the image tower",
      fix: `give ${called("images")} without ${called("imageEmbeddings")}`,
    })),
  };
}

/** The parts of rows in a format, whether they can run or not. */
export function partsOf(
  { format, protocol }: { readonly format: string; readonly protocol: Protocol },
): readonly PaperPart[] {
  if (format === "valse") return PARTS;
  const rest = PARTS.filter(({ experiment }) => experiment !== evaluate);
  const scores = { ...LIST_SCORES, name: `scores_${protocol}` };
  return [scores, ...rest].map((part) => ({ ...part, protocol }));
}
