/** The parts of the paper's results: which experiments run on which rows, in the order in which a report shows them. */

import type { Protocol } from "../data/pairs.ts";
import { ablate } from "../experiments/ablate/index.ts";
import { attend } from "../experiments/attend/index.ts";
import { correlate } from "../experiments/correlate/index.ts";
import { evaluate } from "../study/evaluate/index.ts";
import type { AnyExperiment } from "../study/experiment/experiment.ts";
import { knockout } from "../experiments/knockout/index.ts";
import { trace } from "../experiments/trace/index.ts";
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

/** The scores of rows whose sentences are taken as they stand. */
export const LIST_SCORES: PaperPart = {
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
