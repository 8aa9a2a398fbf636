/** Parts of another model of the same architecture in this one: where is what it does differently? */

import { NegscopeError } from "../../errors/errors.ts";
import type { Study } from "../../study/study.ts";
import { freeText, wholeNumber } from "../../options/option.ts";
import { clusterOf } from "../../study/clusters.ts";
import { chartOptions, experiment } from "../../study/experiment/experiment.ts";
import { allNodes } from "../../tables/nodes.ts";
import { checkNodes } from "../head_set.ts";
import { words } from "../words.ts";
import { stackCurve, transplantFindings, valueMap } from "./findings.ts";
import { measureTransplant, PARTS, partSets, streamHooks, weightsOf } from "./measure.ts";
import { transplantSteps } from "./tables.ts";

/** The sizes and settings of a text tower that must agree. */
const TEXT_PARTS = [
  ...["layers", "heads", "width", "mlpWidth", "projection", "vocabSize", "maxPositions"],
  ...["hiddenAct", "layerNormEps"],
] as const;

/** Refuses a model of which another cannot take parts, and names what differs. */
function checkAlike(study: Study, other: Study): void {
  const [here, there] = [study.config.text, other.config.text];
  const sizes = TEXT_PARTS.filter((part) => here[part] !== there[part])
    .map((part) => `${part} ${there[part]} instead of ${here[part]}`);
  const [family, given] = [study, other].map(({ text }) => text.family.name);
  const differs = [
    ...family === given ? [] : [`its family is ${given} instead of ${family}`],
    ...sizes.length === 0 ? [] : [`its text tower has ${sizes.join(", ")}`],
    ...sizes.length === 0 ? tokensDiffer(study, other) : [],
  ];
  if (differs.length === 0) return;
  throw new NegscopeError("sizes-differ", {
    problem: `Cannot put parts of "${other.inputs.modelName}" into "${study.inputs.modelName}"`,
    reason: differs.join("; "),
    expected:
      "two models of one architecture with one tokeniser, such as a model and a tuned copy of it",
  });
}

/** How the tokens of a sentence differ, if they do. */
function tokensDiffer({ text, sentencePairs }: Study, other: Study): string[] {
  const texts = sentencePairs.flatMap(({ negated, affirmative }) => [negated, affirmative]);
  for (const { sentence } of texts) {
    const [here, there] = [text, other.text].map((tower) => tower.encode(sentence).join(" "));
    if (here === there) continue;
    return [`its tokeniser reads ${JSON.stringify(sentence)} as ${there} instead of ${here}`];
  }
  return [];
}

export const transplant = experiment({
  name: "transplant",
  summary: "where another model, such as a tuned copy, does what it does differently",
  does:
    "puts the blocks, single values and parts of another model into this one, and gives each the share of the other's difference that comes with it.",
  options: {
    from: freeText({
      placeholder: "FOLDER|NAME|FILE",
      help: "the other model, of the same architecture, or a file of weights for this one",
    }),
    parts: PARTS,
    random: wholeNumber({
      min: 1,
      max: 1000,
      standard: 20,
      help: "random sets of as many heads and MLPs beside several --parts, drawn with --seed",
    }),
  },
  otherModel: ({ from }) => {
    if (from !== undefined) return from;
    throw new NegscopeError("usage-input-missing", {
      problem: "Cannot transplant without another model",
      subject: "--from",
      expected: "--from FOLDER, a model of the same architecture, such as a tuned copy of --model",
    });
  },
  check: async ({ from, parts }, sizes, study) => {
    const { study: other } = await study.other(from!);
    checkAlike(study, other);
    if (Array.isArray(parts)) checkNodes(parts, sizes);
    const weights = parts === undefined ? [] : allWeights(sizes);
    other.text.weights.check(weights);
    await other.text.tower.prepare(streamHooks(sizes.layers));
  },
  hooks: (_, layers) => streamHooks(layers),
  weights: ({ parts }, layers) => parts === undefined ? [] : allWeights({ layers, heads: 1 }),
  measure: async (study, { from, parts, random }, { seed, ...phase }) => {
    const sets = partSets(parts, study.config.text, { seed, random });
    return await measureTransplant(study, await study.other(from!), { ...phase, sets });
  },
  tables: (rows, { seed, cluster, parts, random }) => {
    const [first] = rows.map(({ measured }) => measured);
    const sizes = first && { layers: first.first.length - 2, heads: first.heads };
    const sets = sizes ? partSets(parts, sizes, { seed, random }) : [];
    const transplanted = rows.map(({ pair, scores, measured }) => (
      { scores: scores!, measured, cluster: clusterOf(pair, cluster) }
    ));
    return transplantSteps(transplanted, { seed, cluster, sets });
  },
  charts: ({ summary }, context) => {
    const options = chartOptions(context);
    return {
      transplant_stack: stackCurve(summary.rows, options),
      transplant_values: valueMap(summary.rows, options),
    };
  },
  findings: transplantFindings,
  words: words("share (transplant)", "simultaneous (transplant)"),
});

function allWeights(sizes: { readonly layers: number; readonly heads: number }): string[] {
  return [...new Set(allNodes(sizes).flatMap(weightsOf))];
}
