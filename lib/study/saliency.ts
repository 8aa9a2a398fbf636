/** What S of a sentence and a picture rests on, or d of two sentences: what is lost without each word and each square of the picture. */

import { heatMap } from "../charts/heat_map.ts";
import { type ChartOptions, type ChartSpec, type Panel, TIP } from "../charts/spec.ts";
import { drawn } from "../charts/texts.ts";
import { IMAGE_PREFIX } from "../engine/graph/hook_points.ts";
import { edit, zero } from "../hooks/interventions.ts";
import { Tensor } from "../hooks/tensor.ts";
import type { ClipModel } from "../model/clip_model.ts";
import type { TextTower } from "../model/text/text_tower.ts";
import { drawDistinct, seededRandom } from "../stats/random.ts";
import { count, key, number, type RowOf, table, text } from "../tables/table.ts";
import { numberText } from "../tables/text_table.ts";
import type { Finding } from "./experiment/finding.ts";
import { refuseEdit } from "./image_scores.ts";

export const SALIENCY = table(
  "saliency",
  "What S or d loses without each word, whose embedding becomes 0, and each square of the picture, whose patches become the mean of all patches",
  {
    of: key(text("1 or 2, the sentence; or picture")),
    row: key(count("row of the picture from the top, from 1; 1 in a sentence")),
    column: key(count("column of the picture from the left, or place of the word, from 1")),
    word: text("the word as the model reads it; empty in the picture"),
    effect: number("logits", "S minus S without it; of two sentences, d minus d without it"),
  },
);

type SaliencyRow = RowOf<typeof SALIENCY>;

/** Effects of all parts; those with the largest taken out together, and as many that are drawn. */
interface Removal {
  readonly rows: readonly SaliencyRow[];
  readonly named: readonly SaliencyRow[];
  readonly lost: number;
  readonly drawn: readonly number[];
}

export interface Saliency {
  readonly sentences: readonly string[];
  readonly measure: "S" | "d";
  /** S of the only sentence; of two, d: S of the preferred one minus S of the other. */
  readonly total: number;
  readonly preferred: string;
  readonly words: Removal;
  readonly squares: Removal;
}

/** A word or a square before its effect is known, and its positions in the input of its tower. */
type Part = Omit<SaliencyRow, "effect"> & { readonly at: number[] };

/** Takes out each word and each square of a picture, in runs of the model: for S of one sentence, for d of two. */
export async function explainScore(
  { text, image, family: { similarity } }: Pick<ClipModel, "text" | "image" | "family">,
  { pixels, sentences, seed = 0 }: {
    readonly pixels: Tensor;
    readonly sentences: readonly string[];
    readonly seed?: number;
  },
): Promise<Saliency> {
  refuseEdit(text, "score --explain");
  const texts = await text.run(sentences);
  const shown = (await image.run([pixels])).row(0);
  const score = (sentence: Tensor, image: Tensor) => similarity.score(sentence.data, image.data);
  const scores = sentences.map((_, of) => score(texts.row(of), shown));
  const first = scores.indexOf(Math.max(...scores));
  const totalOf = (scoreOf: (of: number) => number) =>
    scoreOf(first) - (sentences.length === 1 ? 0 : scoreOf(1 - first));
  const total = totalOf((of) => scores[of]!);
  const words = await takenOut(sentences.flatMap((each, of) => wordsIn(text, each, of)), {
    ...{ total, seed },
    totalsWithout: async (sets) => {
      const rowOf = (of: number, set: number) => of * sets.length + set;
      const interventions = sets.flatMap((set, i) =>
        set.map(({ of, at }) => zero("hook_embed", { row: rowOf(Number(of) - 1, i), position: at }))
      );
      const runs = sentences.flatMap((sentence) => sets.map(() => sentence));
      const made = await text.run(runs, { interventions });
      return sets.map((_, i) => totalOf((of) => score(made.row(rowOf(of, i)), shown)));
    },
  });
  const { classTokens } = image.family.positions;
  const across = Math.sqrt(image.positions - classTokens);
  const squares = await takenOut(squaresOf(across), {
    ...{ total, seed },
    totalsWithout: async (sets) => {
      const flatten = edit(`${IMAGE_PREFIX}hook_embed`, (value, { rows }) => {
        for (const [i, row] of rows.entries()) {
          const { data, shape: [, width], axes } = value.row(i);
          const patches = data.subarray(classTokens * width!);
          const mean = new Tensor(patches, [across ** 2, width!], axes).mean("position").data;
          for (const patch of sets[row]!.flatMap(({ at }) => at)) patches.set(mean, patch * width!);
        }
      });
      const made = await image.run(sets.map(() => pixels), { interventions: [flatten] });
      return sets.map((_, i) => totalOf((of) => score(texts.row(of), made.row(i))));
    },
  });
  const measure = sentences.length === 1 ? "S" : "d";
  return { sentences, measure, total, preferred: sentences[first]!, words, squares };
}

/** The words of a sentence: tokens that neither a space nor a mark divides make one. */
function wordsIn(text: TextTower, sentence: string, of: number): Part[] {
  const { start, end } = text.ownTokens(sentence);
  const words: { word: string; at: number[] }[] = [];
  let rest = sentence.toLowerCase();
  for (const [i, token] of text.tokens(sentence).slice(start, end).entries()) {
    const letters = token.replace(/^▁(?=.)/, "").toLowerCase();
    const found = rest.indexOf(letters);
    const last = words.at(-1);
    const isJoined = found === 0 && /[\p{L}\p{N}]$/u.test(last?.word ?? "") &&
      /^[\p{L}\p{N}]/u.test(letters);
    if (isJoined) last!.word += letters;
    else words.push({ word: letters, at: [] });
    words.at(-1)!.at.push(start + i);
    if (found >= 0) rest = rest.slice(found + letters.length);
  }
  return words.map((word, i) => ({ ...word, of: `${of + 1}`, row: 1, column: i + 1 }));
}

/** The most squares along an edge: one of a large model's 576 patches changes almost nothing, so that several make a square. */
const MOST_ALONG = 8;

function squaresOf(across: number): Part[] {
  const side = Math.ceil(across / MOST_ALONG);
  const along = Math.ceil(across / side);
  const patches = [...Array(across ** 2).keys()];
  const placeOf = (patch: number) => (
    { row: Math.floor(patch / across / side) + 1, column: Math.floor(patch % across / side) + 1 }
  );
  return Array.from({ length: along ** 2 }, (_, i): Part => {
    const [row, column] = [Math.floor(i / along) + 1, i % along + 1];
    const isIn = (patch: number) => placeOf(patch).row === row && placeOf(patch).column === column;
    return { of: "picture", row, column, word: "", at: patches.filter(isIn) };
  });
}

/** How many parts are named, and how many sets of as many are drawn. */
const NAMED = { share: 0.2, least: 2, most: 5 };
const DRAWS = 20;

/** The largest share of draws of a faithful map that take as much. */
const LEVEL = 0.05;

async function takenOut(parts: readonly Part[], { total, seed, totalsWithout }: {
  readonly total: number;
  readonly seed: number;
  readonly totalsWithout: (sets: readonly (readonly Part[])[]) => Promise<number[]>;
}): Promise<Removal> {
  const lostOf = async (sets: readonly (readonly Part[])[]) =>
    (await totalsWithout(sets)).map((other) => total - other);
  const effects = await lostOf(parts.map((part) => [part]));
  const rows = parts.map(({ at: _, ...part }, i) => ({ ...part, effect: effects[i]! }));
  const wanted = Math.min(NAMED.most, Math.max(NAMED.least, Math.round(NAMED.share * rows.length)));
  const named = rows.filter(({ effect }) => effect > 0).sort((a, b) => b.effect - a.effect)
    .slice(0, Math.min(wanted, rows.length - 1));
  const own = named.map((row) => parts[rows.indexOf(row)]!);
  const random = seededRandom(seed);
  const sets = drawDistinct(() => random.shuffle(parts).slice(0, own.length), {
    ...{ count: DRAWS, excluded: [own] },
    keyOf: ({ of, row, column }) => `${of} ${row} ${column}`,
  });
  const [lost = 0, ...drawn] = await lostOf([own, ...sets]);
  return { rows, named, lost, drawn };
}

/** What a picture and its sentences rest on, and whether that can be relied on. */
export function saliencyFinding(found: Saliency, model: string): Finding {
  const { measure, total, preferred, words, squares } = found;
  const size = numberText(total, 2);
  return {
    sentences: [
      measure === "S"
        ? `${model} gives "${preferred}" an S of ${size}`
        : `${model} prefers "${preferred}" by a d of ${size}`,
      ...(["words", "squares"] as const).flatMap((kind) => removalTexts(kind, found)),
    ],
    tables: [{
      title: `What ${measure} rests on, and its effect on ${measure}`,
      lines: [...words.named, ...squares.named].map(({ of, row, column, word, effect }) =>
        word === ""
          ? { part: `row ${row}, column ${column}`, of, effect }
          : { part: word, of: `sentence ${of}`, effect }
      ),
      digits: 2,
    }],
  };
}

/** Whether the named parts count for more than others together, as the faithfulness of a map is tested. */
function removalTexts(kind: "words" | "squares", { measure, ...found }: Saliency): string[] {
  const { named, lost, drawn } = found[kind];
  if (named.length === 0) return [`None of the ${kind} alone raises ${measure}`];
  const asMuch = drawn.filter((other) => other >= lost).length;
  const mean = drawn.reduce((sum, other) => sum + other, 0) / drawn.length;
  const [own, average, least, most] = [lost, mean, Math.min(...drawn), Math.max(...drawn)]
    .map((value) => numberText(value, 2));
  return [
    `Removing the ${named.length} ${kind} below takes ${own} of ${measure} away, as many at random ${average} (${least} to ${most})`,
    `The map of the ${kind} is ${
      asMuch <= LEVEL * drawn.length ? "faithful" : "not faithful, do not rely on it"
    }: ${asMuch} of ${drawn.length} random draws take as much or more`,
  ];
}

/** What a model sees of a picture, row by row: greys from 0 to 255. */
export function greysOf(pixels: Tensor): Uint8Array {
  const { data } = pixels.mean("channel");
  const sorted = data.toSorted();
  const [least, most] = [sorted[0]!, sorted.at(-1)!];
  return Uint8Array.from(data, (value) => 255 * (value - least) / (most - least));
}

/** The edge of the picture on a screen. */
const EDGE = 240;

/** Draws all effects in one scale, those of the squares below the picture, a `data:` address of what the model sees; the named squares have a frame. */
export function saliencyChart(
  { measure, total, sentences, words, squares }: Saliency,
  { picture, ...options }: ChartOptions & { readonly picture: string },
): ChartSpec {
  const spec = heatMap([...words.rows, ...squares.rows], {
    ...options,
    title: `What ${measure} = ${total.toFixed(2)} rests on`,
    about: `Effects on ${measure} of taking out each word, and each square of the picture`,
    value: { field: "effect", title: `effect on ${measure}` },
    x: {
      ...{ field: "place", isOfPanel: true, isSlanted: true },
      of: ({ column, word }) => `${column} ${word}`.trim(),
    },
    y: { field: "row", isOfPanel: true },
    panels: (rows) =>
      [...Map.groupBy(rows, ({ of }) => of)].map(([of, rows]) => (
        { title: sentences[Number(of) - 1] ?? "The picture", rows }
      )),
    columns: 1,
    name: ({ of, row, column, word }) =>
      word === "" ? `row ${row}, column ${column}` : `"${word}" in sentence ${of}`,
  });
  const { concat } = spec as unknown as {
    readonly concat: readonly {
      readonly encoding: { readonly x: { readonly axis: object }; readonly y: object };
      readonly layer: readonly object[];
    }[];
  };
  const least = Math.min(...squares.named.map(({ effect }) => drawn(effect)));
  const whole = {
    x: { value: 0 },
    x2: { value: "width" },
    y: { value: 0 },
    y2: { value: "height" },
  };
  const panels = concat.map(
    ({ encoding: { x, y }, layer: [cells, ...texts], ...panel }, i): Panel => {
      if (i < sentences.length) {
        return {
          ...panel,
          encoding: { x, y: { ...y, axis: null }, ...TIP },
          layer: [cells, ...texts],
        };
      }
      return {
        ...panel,
        ...{ width: EDGE, height: EDGE },
        encoding: { x: { ...x, axis: { ...x.axis, labelAngle: 0, title: "column" } }, y, ...TIP },
        layer: [
          cells,
          {
            data: { values: [{ picture }] },
            mark: { type: "image", aspect: false, opacity: 0.4, aria: false },
            encoding: { ...whole, url: { field: "picture" }, tooltip: { value: null } },
          },
          {
            transform: [{ filter: `datum.effect >= ${least}` }],
            mark: { type: "rect", filled: false, stroke: "black", strokeWidth: 2, aria: false },
          },
          ...texts,
        ],
      };
    },
  );
  return { ...spec, ...{ concat: panels } };
}
