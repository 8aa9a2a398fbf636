/** Measures S of every row with parts of another model: its residual streams, its weights, its image tower. */

import type { Phase } from "../../study/experiment/experiment.ts";
import type { Embeddings, Progress } from "../../study/embeddings/embed.ts";
import type { KeptRows } from "../../study/rows/kept_rows.ts";
import { oncePerGroup } from "../../study/rows/once_per_group.ts";
import type { ScoredRow } from "../../study/rows/study_rows.ts";
import { placesOf as rolesOf } from "../../study/sentences/roles.ts";
import type { OtherModel, Study } from "../../study/study.ts";
import type { Role } from "../../data/roles.ts";
import { changesOf, type PartSet } from "./parts.ts";
import { placesOf, SENTENCES, transplantRuns } from "./runs.ts";

/** S of the caption and of the foil; null for one that has no such position. */
export type Scores = readonly [caption: number | null, foil: number | null];

/** What is measured for a row; JSON keeps it unchanged. */
export interface MeasuredTransplant {
  /** S with 0, 1, … N blocks of B, N + 2 numbers with that of B as a whole at the end. */
  readonly first: readonly Scores[];
  readonly last: readonly Scores[];
  /** S with B's value at a layer and position, layer by layer from 0. */
  readonly values: readonly (readonly Scores[])[];
  /** The roles of the tokens of caption and foil, by position. */
  readonly roles: readonly [(Role | null)[], (Role | null)[]];
  /** S of each text tower with B's images; empty if image embeddings stand in for the image tower. */
  readonly towers: readonly Scores[];
  /** S with the weights of each set of parts. */
  readonly parts: readonly Scores[];
  /** The heads of a block, which with the blocks decide the sets of parts. */
  readonly heads: number;
}

/** What is measured without the parts. */
type Streams = Omit<MeasuredTransplant, "parts" | "towers" | "heads">;

export async function measureTransplant(
  study: Study,
  other: OtherModel,
  { sets, kept, keptOf, progress }: Pick<Phase, "kept" | "keptOf" | "progress"> & {
    readonly sets: readonly PartSet[];
  },
): Promise<MeasuredTransplant[]> {
  const { rows, images, sentences } = await study.scoredRows();
  const streams = await measureStreams(study, other.study, { rows, images, kept, progress });
  const ofParts: (readonly Scores[])[] = [];
  for (const set of sets) {
    ofParts.push(
      await measureSet(study, other.study, { set, rows, images, kept: keptOf(set.name) }),
    );
  }
  const towers = await measureImages(study, other, { rows, sentences });
  return rows.map((_, row) => ({
    ...streams[row]!,
    towers: towers[row] ?? [],
    parts: ofParts.map((scores) => scores[row]!),
    heads: study.config.text.heads,
  }));
}

async function measureStreams(
  { text }: Study,
  { text: donor }: Study,
  { rows, images, kept, progress }: {
    readonly rows: readonly ScoredRow[];
    readonly images: Embeddings;
    readonly kept: KeptRows;
    readonly progress: Progress;
  },
): Promise<Streams[]> {
  const { shape: { layers } } = text.tower;
  const numbers = await oncePerGroup(rows, {
    groupOf: ({ aligned }) => aligned,
    idOf: ({ scores }) => scores.id,
    sizeOf: (pair) => SENTENCES.reduce((sum, name) => sum + placesOf(pair[name], layers).size, 0),
    run: (pairs) => transplantRuns(text.tower, donor.tower, pairs),
    score: ({ scores }, embedding) =>
      text.family.similarity.score(embedding, images.get(scores.image)!),
    kept,
    progress,
  });
  return rows.map((row, i) => streamsOf(row, numbers[i]!, layers));
}

/** The numbers of a row's runs by what was run. */
function streamsOf(
  { scores, aligned }: ScoredRow,
  all: readonly number[],
  layers: number,
): Streams {
  const ofNegated = placesOf(aligned.negated, layers);
  const sides = {
    negated: { places: ofNegated, s: (place: number) => all[place]! },
    affirmative: {
      places: placesOf(aligned.affirmative, layers),
      s: (place: number) => all[ofNegated.size + place]!,
    },
  };
  const [caption, foil] = scores.negation === "caption"
    ? [sides.negated, sides.affirmative]
    : [sides.affirmative, sides.negated];
  const roles = rolesOf(aligned);
  const inText = (side: typeof caption) =>
    (side === sides.negated ? roles.negated : roles.affirmative).roles.map((role) => role ?? null);
  const [stack, whole] = [
    Array.from({ length: layers + 1 }, (_, blocks) => blocks),
    2 * layers + 2,
  ];
  const both = (place: number): Scores => [caption.s(place), foil.s(place)];
  const positions = Math.max(caption.places.positions, foil.places.positions);
  const valueAt = (side: typeof caption, layer: number, position: number, s: number) => {
    if (position >= side.places.positions) return null;
    if (layer < layers) return side.s(side.places.value(layer, position));
    const { pooled } = side === sides.negated ? aligned.negated : aligned.affirmative;
    return position === pooled ? side.s(side.places.first(layers)) : s; // no other position is read
  };
  return {
    first: [...stack.map((blocks) => both(ofNegated.first(blocks))), both(whole)],
    last: [...stack.map((blocks) => both(ofNegated.last(blocks))), both(whole)],
    values: stack.map((layer) =>
      Array.from({ length: positions }, (_, position): Scores => [
        valueAt(caption, layer, position, scores.s_caption),
        valueAt(foil, layer, position, scores.s_foil),
      ])
    ),
    roles: [inText(caption), inText(foil)],
  };
}

/** S of every row with the weights of some parts of the other model. */
async function measureSet(
  study: Study,
  other: Study,
  { set, rows, images, kept }: {
    readonly set: PartSet;
    readonly rows: readonly ScoredRow[];
    readonly images: Embeddings;
    readonly kept: KeptRows;
  },
): Promise<Scores[]> {
  const known = rows.map(({ scores }) => kept.get(scores.id));
  if (known.every((numbers) => numbers?.length === 2)) return known.map(asScores);
  const changed = await changesOf(set.nodes, other.text.weights);
  const { pairs, inputs: { drawn } } = study;
  return await study.withVariant({ pairs, drawn, changed }, async ({ text }) => {
    const sentences = [...new Set(pairs.flatMap(({ caption, foil }) => [caption, foil]))];
    const embedded = await text.run(sentences);
    const embeddings = new Map(sentences.map((sentence, i) => [sentence, embedded.row(i).data]));
    const made: Scores[] = [];
    for (const { pair, scores } of rows) {
      const s = [pair.caption, pair.foil].map((sentence) =>
        study.text.family.similarity.score(embeddings.get(sentence)!, images.get(scores.image)!)
      );
      await kept.keep(scores.id, s);
      made.push(asScores(s));
    }
    return made;
  });
}

/** S of each text tower with the other model's images, A's first. */
async function measureImages(
  study: Study,
  { study: other, hasSameImages }: OtherModel,
  { rows, sentences }: { readonly rows: readonly ScoredRow[]; readonly sentences: Embeddings },
): Promise<(readonly Scores[])[]> {
  if (study.inputs.embeddings !== undefined) return [];
  const images = hasSameImages ? await study.embeddings.images() : await other.embeddings.images();
  await other.releaseImage(); // frees memory for what follows
  const names = [...sentences.keys()];
  const embedded = await other.text.run(names);
  const ofOther = new Map(names.map((sentence, i) => [sentence, embedded.row(i).data]));
  const { similarity } = study.text.family;
  return rows.map(({ pair, scores }) =>
    [sentences, ofOther].map((texts) =>
      asScores(
        [pair.caption, pair.foil].map((sentence) =>
          similarity.score(texts.get(sentence)!, images.get(scores.image)!)
        ),
      )
    )
  );
}

function asScores(numbers: readonly number[] | undefined): Scores {
  return [numbers![0]!, numbers![1]!];
}
