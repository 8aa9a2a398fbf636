/** The split of every row's d: each sentence pair runs once, and its rows are kept immediately. */

import type { TextTower } from "../../../model/text/text_tower.ts";
import type { Embeddings, Progress } from "../../../study/embeddings.ts";
import type { KeptRows } from "../../../study/rows/once_per_group.ts";
import type { AlignedPair } from "../../../study/rows/prepare.ts";
import type { EvaluateRow, ScoredPair } from "../../../study/rows/score_rows.ts";
import {
  type AttributedSentence,
  attributeRow,
  netDirection,
  normShares,
  type RowAttribution,
} from "./attribute.ts";
import { lastHops, type PairHops } from "./last_hop.ts";
import { readImages, type ReadoutWeights, readParts, sentenceEnd } from "../../../study/readout.ts";

export interface AttributeRowsOptions {
  readonly weights: ReadoutWeights;
  readonly images: Embeddings;
  /** Runs the sentences of pairs. @default {in the model as it is} */
  readonly hopsOf?:
    | ((pairs: readonly AlignedPair[]) => AsyncIterable<readonly PairHops[]>)
    | undefined;
  /** Known numbers by row id: the lists of a {@linkcode RowAttribution} in their order; new ones are added. */
  readonly kept?: KeptRows | undefined;
  readonly progress?: Progress | undefined;
}

export async function attributeRows(
  text: TextTower,
  rows: readonly ScoredPair[],
  { weights, images, hopsOf = (pairs) => lastHops(text, pairs), kept, progress }:
    AttributeRowsOptions,
): Promise<RowAttribution[]> {
  const sizes = text.tower.shape;
  const found = rows.map(({ scores: { id }, aligned }) =>
    readKept(kept?.get(id), { ...sizes, positions: aligned.negated.ids.length })
  );
  const unfinished = [...rows.keys()].filter((row) => found[row] === undefined);
  const rowsOfPair = Map.groupBy(unfinished, (row) => rows[row]!.aligned);
  let done = rows.length - unfinished.length;
  for await (const batch of hopsOf([...rowsOfPair.keys()])) {
    const ofBatch = batch.flatMap((hops) =>
      rowsOfPair.get(hops.pair)!.map((row) => ({ row, hops, scores: rows[row]!.scores }))
    );
    const readouts = readBatch(weights, ofBatch, images); // 150 kB each in ViT-B/32 size
    for (const [i, { row, scores: { id } }] of ofBatch.entries()) {
      const { caption, foil, image, net } = readouts[i]!;
      const parts = attributeRow(caption, foil, { image, net });
      found[row] = parts;
      await kept?.keep(id, [
        ...[...parts.heads, ...parts.mlps, parts.norm, ...parts.netHeads, ...parts.netMlps],
        ...[...parts.sources, ...parts.netSources],
      ]);
      progress?.(done += 1, rows.length);
    }
  }
  return found.map((row) => row!);
}

function readBatch(
  weights: ReadoutWeights,
  rows: readonly { readonly hops: PairHops; readonly scores: EvaluateRow }[],
  embeddings: Embeddings,
) {
  const names = [...new Set(rows.map(({ scores }) => scores.image))];
  const read = readImages(weights, names.map((name) => embeddings.get(name)!));
  const images = new Map(names.map((name, i) => [name, read[i]!]));
  const pairs = new Map([...new Set(rows.map(({ hops }) => hops))].map((hops) => {
    const [negated, affirmative] = [hops.negated, hops.affirmative]
      .map((hop) => ({ hop, end: sentenceEnd(weights, hop.last) })) as [
        AttributedSentence,
        AttributedSentence,
      ];
    return [hops, {
      negated,
      affirmative,
      shares: normShares(weights, negated.end, affirmative.end),
    }];
  }));
  const attributed = rows.map(({ hops, scores: { image, negation } }) => {
    const { negated, affirmative, shares } = pairs.get(hops)!;
    const [caption, foil] = negation === "caption"
      ? [negated, affirmative]
      : [affirmative, negated];
    return { caption, foil, shares, image: images.get(image)! };
  });
  const nets = readParts(
    weights,
    attributed.map(({ caption, foil, shares, image }) =>
      netDirection(image, shares, [caption.end, foil.end])
    ),
  );
  return attributed.map(({ caption, foil, image }, i) => ({ caption, foil, image, net: nets[i]! }));
}

/** The parts in kept numbers; undefined if their count does not fit the row. */
function readKept(
  values: readonly number[] | undefined,
  { layers, heads, positions }: Record<"layers" | "heads" | "positions", number>,
): RowAttribution | undefined {
  const ofSources = layers * heads * positions;
  const sizes = [layers * heads, layers, 1, layers * heads, layers, ofSources, ofSources];
  if (values?.length !== sizes.reduce((sum, size) => sum + size)) return undefined;
  let from = 0;
  const next = () => values.slice(from, from += sizes.shift()!);
  return {
    heads: next(),
    mlps: next(),
    norm: next()[0]!,
    netHeads: next(),
    netMlps: next(),
    sources: next(),
    netSources: next(),
  };
}
