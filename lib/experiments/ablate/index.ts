/** What each part of the image tower (method of Quantmeyer's thesis), or each node of the text tower, adds to d. */

import { firstOfEachImage } from "../../data/pairs.ts";
import { boxOf } from "../../reading/picture.ts";
import { clustersText } from "../../study/clusters.ts";
import type { Study } from "../../study/study.ts";
import { controlOption } from "../../study/controls/control.ts";
import { experiment, type Phase } from "../../study/experiment/experiment.ts";
import { METHOD_WORDS, SHARE_WORDS, words } from "../words.ts";
import { ABLATED, ablateScores, imageCells } from "./ablate.ts";
import { ablationChart, textAblationChart, textAblationMap } from "./chart.ts";
import { type NodeSizes, nodeText } from "../../tables/nodes.ts";
import { ablationFindings, isSingle, textAblationFindings } from "./findings.ts";
import { ablationLines, ablationSteps } from "./tables.ts";
import { ablatedNodes, hooksOf } from "./text/ablated_node.ts";
import { ablateText } from "./text/ablate_text.ts";
import {
  allPairs,
  checkTextOptions,
  TEXT_OPTIONS,
  textCells,
  type TextChoice,
  textChoice,
  TOWER,
} from "./text/options.ts";

export const ablate = experiment({
  name: "ablate",
  summary:
    "what each part of the image tower adds to the score difference; `--tower text` ablates the text tower",
  does:
    "replaces each block's attention or MLP output in the image tower by that on a flat image and measures what that does to d; with --tower text, the values of heads, MLPs, whole attention and blocks of the text tower, by 0, their mean, or those of another sentence.",
  reads: "text and images",
  runs: ({ tower }) => tower,
  aligns: ({ tower }) => tower === "text",
  options: { tower: TOWER, ...TEXT_OPTIONS, control: controlOption() },
  check: checkTextOptions,
  hooks: ({ tower, ...given }, layers) =>
    tower === "image" ? ABLATED : hooksOf(ablatedNodes(textChoice(given), { layers, heads: 1 })),
  measure: async (study, { tower, ...given }, phase) =>
    tower === "image"
      ? await measureImages(study, phase)
      : await measureText(study, textChoice(given), phase),
  tables: function* (rows, { tower, seed, cluster, ...given }) {
    const made = rows.map(({ scores, measured }) => ({ scores: scores!, ...measured }));
    const cells = made.slice(0, 1).flatMap((row) =>
      // all rows are of one model
      tower === "image" ? imageCells(row.layers) : textCells(textChoice(given), row)
    );
    return yield* ablationSteps(ablationLines(made, cells), { seed, cluster });
  },
  charts: ({ summary: { rows } }, { tower, cluster, sources, ...given }) => {
    const options = { sources, clusters: clustersText(cluster) };
    if (tower === "image") return { ablation: ablationChart(rows, options) };
    const { nodes } = textChoice(given);
    return {
      ...nodes.some((kind) => kind !== "heads") && { ablation: textAblationChart(rows, options) },
      ...nodes.includes("heads") && { ablation_heads: textAblationMap(rows, options) },
    };
  },
  findings: ({ summary: { rows } }) =>
    rows.some(({ tower }) => tower === "text")
      ? textAblationFindings(rows)
      : ablationFindings(rows),
  rowEffects: ({ ablation: { rows } }) => ({
    of: rows[0]?.tower === "text"
      ? `heads and MLPs by method ${rows[0].method}`
      : "the image tower's parts",
    effects: rows.filter((row) =>
      row.tower === "image" || row.method === rows[0]!.method && isSingle(row)
    ).map((row) => ({ id: row.id, part: nodeText(row.node), effect: row.effect })),
  }),
  words: ({ tower }) =>
    tower === "image"
      ? words(...SHARE_WORDS, "effect (ablate)", ...METHOD_WORDS)
      : words(...SHARE_WORDS, "effect (text tower)", "head", ...METHOD_WORDS),
});

interface MeasuredAblation extends NodeSizes {
  /** d with each node ablated, in the order of the lines of ablation.csv; null where there is none. */
  readonly ablated: readonly (number | null)[];
}

async function measureImages(
  study: Study,
  { kept, progress }: Phase,
): Promise<MeasuredAblation[]> {
  const image = await study.image();
  const { scores, sentences } = await study.embeddings.scores();
  const firsts = firstOfEachImage(study.pairs);
  const read = study.inputs.images!.read;
  const pixels = async (name: string) =>
    await image.pixels(await read(firsts.get(name)!), name, boxOf(name));
  const { similarity } = study.text.family; // that of all other scores, whatever files the towers are in
  const options = { pixels, sentences, similarity, kept, progress };
  const { layers, heads } = image.tower.shape;
  const found = await ablateScores(image, scores, options);
  return found.map((ablated) => ({ layers, heads, ablated }));
}

async function measureText(
  study: Study,
  { methods, role, ...kinds }: TextChoice,
  { kept, progress, seed }: Phase,
): Promise<MeasuredAblation[]> {
  const { layers, heads } = study.text.tower.shape;
  const { rows, images } = await study.scoredRows();
  const found = await ablateText(study.text, rows, {
    nodes: ablatedNodes(kinds, { layers, heads }),
    methods,
    role,
    images,
    seed,
    kept,
    progress,
    all: allPairs(study),
  });
  return found.map((ablated) => ({ layers, heads, ablated }));
}
