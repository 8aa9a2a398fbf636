/** A study in words: the model, the rows that are used, and what became of the others. */

import { basename } from "../reading/path.ts";
import { rowCounts } from "../data/row_counts.ts";
import { sentencePairsText } from "./rows/prepare.ts";
import type { Study } from "./study.ts";

/** Some of the rows of the data, in words. */
export interface RowPart {
  /** How many. */
  readonly rows: number;
  /** What became of them, e.g. `dropped: sentences do not differ in the third word alone`. */
  readonly why: string;
}

/** What became of the rows of a study's data, the used ones first; the numbers add up to the rows read. */
export function rowParts(study: Study): RowPart[] {
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

/** A study in words. */
export function studyText(study: Study): string {
  const { inputs, config } = study;
  const sizes = (
    { layers, heads, width }: Readonly<Record<"layers" | "heads" | "width", number>>,
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
