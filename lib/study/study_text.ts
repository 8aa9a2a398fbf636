/** A study in words: the model, the rows that are used, and what became of the others. */

import { basename, type TakenTower } from "../reading/path.ts";
import { rowCounts } from "../data/read.ts";
import { sentencePairsText } from "./rows/prepare.ts";
import type { Study } from "./study.ts";

/**
 * What became of the rows of a study's data, the used ones first, e.g. `dropped: sentences do not differ in the third word alone`; the
 * numbers add up to the rows read.
 */
export function rowParts(study: Study): { readonly rows: number; readonly why: string }[] {
  const { dropped } = rowCounts(study.inputs);
  return [
    { rows: study.pairs.length, why: `used, ${usedText(study)}` },
    ...dropped.map(({ reason, n, ids, skipped }) => ({
      rows: n,
      why: ids === undefined ? reason : `${skipped ? "skipped" : "dropped"}: ${reason}`,
    })),
  ];
}

function usedText({ pairs, inputs: { protocol } }: Study): string {
  return `${protocol} protocol; ${sentencePairsText(pairs)}`;
}

export function studyText(study: Study): string {
  const { inputs, config } = study;
  const sizes = (
    { layers, heads, width }: Pick<Study["config"]["text"], "layers" | "heads" | "width">,
  ) => `${layers} blocks x ${heads} heads, width ${width}`;
  const [used, ...others] = rowParts(study);
  return [
    `Study of ${inputs.modelName}`,
    `text tower of ${sizes(config.text)}; ${
      inputs.embeddings !== undefined
        ? `image embeddings from ${basename(inputs.embeddings.path)}`
        : config.vision === undefined
        ? "no image tower"
        : `image tower of ${sizes(config.vision)}`
    }`,
    `${used!.rows} of ${inputs.data.rows} rows, ${usedText(study)}`,
    ...others.map(({ rows, why }) => `${rows} rows ${why}`),
  ].join("\n");
}

/** Says where towers come from: `Both towers: model.safetensors (activation quick_gelu, from config.json)`. Undefined if there are none. */
export function takenText(taken: readonly TakenTower[]): string | undefined {
  const [first, second] = taken;
  if (first === undefined) return undefined;
  if (second !== undefined && first.from === second.from) return `Both towers: ${first.from}`;
  const all = taken.map(({ tower, from }) => `${tower} tower: ${from}`).join("; ");
  return `${all[0]!.toUpperCase()}${all.slice(1)}`;
}
