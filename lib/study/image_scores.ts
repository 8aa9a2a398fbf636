/** Scores of any sentences for any picture, without rows of data, and what they rest on: what S, or d of two sentences, loses without each word and each square of the picture. */

import { sumOf } from "../stats/columns.ts";
import type { ClipModel } from "../model/clip_model.ts";
import { segmentOf } from "./rows/score_rows.ts";
import { type EditedPart, editedPart, editText } from "../edits/edit.ts";
import { NegscopeError } from "../errors/errors.ts";
import { numberText } from "../tables/text_table.ts";
import { wrapText } from "../tables/words.ts";
import type { TextTower } from "../model/text/text_tower.ts";
import { heatMap } from "../charts/heat_map.ts";
import type { ChartOptions, ChartSpec } from "../charts/spec.ts";
import { wordsOf } from "../data/words.ts";
import { IMAGE_PREFIX } from "../engine/graph/hook_points.ts";
import { edit, zero } from "../hooks/interventions.ts";
import { Tensor } from "../hooks/tensor.ts";
import { drawDistinct, seededRandom } from "../stats/random.ts";
import { count, key, number, type RowOf, table, text } from "../tables/table.ts";
import type { Finding } from "./experiment/finding.ts";

/**
 * Scores sentences for pictures or embeddings of them: S is that of every experiment, in CLIP 100 x the cosine of the embeddings of text
 * and image. Returns the scores of each picture.
 */
export async function scoreImages(
  model: Pick<ClipModel, "text" | "image" | "family">,
  pictures: readonly {
    readonly name: string;
    readonly bytes?: Uint8Array;
    readonly embedding?: Float32Array;
  }[],
  sentences: readonly string[],
) {
  const { text, family: { similarity: { score } } } = model; // its image tower may not be loaded
  const { rule } = text;
  const all = [...rule?.withPrompts(new Set(sentences)) ?? sentences];
  const texts = await text.run(all);
  const embeddings = new Map(all.map((sentence, i) => [sentence, texts.row(i).data]));
  const scored: { readonly image: string; readonly scores: readonly number[] }[] = [];
  for (const { name, bytes, embedding } of pictures) {
    const shown = embedding ??
      (await model.image.run([await model.image.pixels(bytes!, name)])).row(0).data;
    const scores = sentences.map((sentence) =>
      rule?.score(sentence, shown, { score, embeddings }) ??
        score(embeddings.get(sentence)!, shown)
    );
    scored.push({ image: name, scores });
  }
  return scored;
}

/** What a model prefers in each picture, then each sentence with its S. */
export function imageScoresText(
  scored: Awaited<ReturnType<typeof scoreImages>>,
  { sentences, model }: { readonly sentences: readonly string[]; readonly model: string },
): string {
  const isOne = scored.length === 1;
  const said = scored.flatMap(({ image, scores }) => {
    const preferred = scores.length > 1 ? preferenceText(scores, { sentences, model }) : undefined;
    return preferred === undefined ? [] : [`${isOne ? "" : `For ${image}, `}${preferred}.`];
  });
  const lists = scored.map(({ image, scores }) =>
    [image, ...scores.map((s, i) => `  ${s.toFixed(3).padStart(8)}  ${sentences[i]}`)].join("\n")
  );
  return [...said.length === 0 ? [] : [said.map((text) => wrapText(text)).join("\n")], ...lists]
    .join("\n\n");
}

function preferenceText(
  scores: readonly number[],
  { sentences, model }: Parameters<typeof imageScoresText>[1],
): string {
  const best = scores.indexOf(Math.max(...scores));
  const [first, second] = scores.toSorted((a, b) => b - a);
  const lead = first! - second!;
  if (lead === 0) return `${model} prefers no sentence: the largest scores are equal`;
  const isClear = segmentOf(lead) !== "ambiguous";
  return `${model} prefers "${sentences[best]}" by ${numberText(lead, 2)}${
    isClear ? "" : ", which is less than 1 and not clear"
  }`;
}

/** What an edit changes that a measurement cannot take into account, and why. */
const REASONS: Readonly<Partial<Record<EditedPart, string>>> = {
  scores: "it changes the scores of whole sentences, and this measures runs inside the tower",
  activations:
    "it changes the residual stream itself, and this takes the stream apart into what heads and MLPs write",
};

export function refuseEdit(
  { edit }: Pick<TextTower, "edit">,
  measured: string,
  part: EditedPart = "scores",
): void {
  if (edit === undefined || editedPart(edit) !== part) return;
  throw new NegscopeError("change-unfit", {
    problem: `Cannot run ${measured} with edit ${editText(edit)}`,
    subject: edit.name,
    reason: REASONS[part],
    fix: "leave the edit out, or use evaluate, benchmark or edit",
  });
}

export const SALIENCY = table(
  "saliency",
  "What S or d loses without each word, whose embedding becomes 0, and each square of the picture, whose patches become the mean of all patches.",
  {
    of: key(text("`sentence 1`, `sentence 2` or `picture`.")),
    row: key(count("Row of the picture from the top, from 1; 1 in a sentence.")),
    column: key(count("Column of the picture from the left, or place of the word, from 1.")),
    word: text("The word, taken out with the marks attached to it; empty in the picture."),
    effect: number("logits", "S minus S without it; of two sentences, d minus d without it."),
  },
);

/** A word or a square before its effect is known, and its positions in the input of its tower; of a word also the sentence, from 0. */
type Part = Omit<RowOf<typeof SALIENCY>, "effect"> & { readonly at: number[]; within?: number };

export type Saliency = Awaited<ReturnType<typeof explainScore>>;

/** Takes out each word and each square of a picture, in runs of the model. The total is S of one sentence; of two it is d, S of the preferred one minus S of the other. */
export async function explainScore(
  { text, image, family: { similarity } }: Pick<ClipModel, "text" | "image" | "family">,
  { pixels, sentences, seed = 0 }: {
    readonly pixels: Tensor;
    readonly sentences: readonly string[];
    readonly seed?: number;
  },
) {
  refuseEdit(text, "score --explain");
  const texts = await text.run(sentences);
  const seen = (await image.run([pixels])).row(0);
  const score = (sentence: Tensor, picture: Tensor) =>
    similarity.score(sentence.data, picture.data);
  const scores = sentences.map((_, of) => score(texts.row(of), seen));
  const first = scores.indexOf(Math.max(...scores));
  const totalOf = (scoreOf: (of: number) => number) =>
    sumOf(sentences.map((_, of) => (of === first ? 1 : -1) * scoreOf(of)));
  const total = totalOf((of) => scores[of]!);
  const words = await takenOut(wordsIn(text, sentences), { total, seed }, async (sets) => {
    const rowOf = (of: number, set: number) => of * sets.length + set;
    const interventions = sets.flatMap((set, i) =>
      set.map(({ within, at }) => zero("hook_embed", { row: rowOf(within!, i), position: at }))
    );
    const runs = sentences.flatMap((sentence) => sets.map(() => sentence));
    const made = await text.run(runs, { interventions });
    return sets.map((_, i) => totalOf((of) => score(made.row(rowOf(of, i)), seen)));
  });
  const { classTokens } = image.family.positions;
  const across = Math.sqrt(image.positions - classTokens);
  const squares = await takenOut(squaresOf(across), { total, seed }, async (sets) => {
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
  });
  const measure = sentences.length === 1 ? "S" : "d";
  return { sentences, measure, total, preferred: sentences[first]!, words, squares };
}

/** The words of sentences; one ends where the tokens of the sentence up to it end. */
function wordsIn(text: TextTower, sentences: readonly string[]): Part[] {
  return sentences.flatMap((sentence, within) => {
    const of = `sentence ${within + 1}`;
    const words = wordsOf(sentence);
    let { start: from } = text.ownTokens(sentence);
    return words.map((word, i) => {
      const { end } = text.ownTokens(words.slice(0, i + 1).join(" "));
      const at = Array.from({ length: end - from }, () => from++);
      return { of, within, row: 1, column: i + 1, word: word.replace(/(?<=.)\.$/, ""), at };
    });
  });
}

/** The most squares along an edge: one of a large model's 576 patches changes almost nothing, so that several make a square. */
const MOST_ALONG = 8;

function squaresOf(across: number): Part[] {
  const side = Math.ceil(across / MOST_ALONG);
  const placeOf = (patch: number) =>
    [Math.floor(patch / across), patch % across].map((at) => Math.floor(at / side) + 1).join();
  return Array.from(Map.groupBy(Array(across ** 2).keys(), placeOf), ([place, at]) => {
    const [row, column] = place.split(",").map(Number) as [number, number];
    return { of: "picture", row, column, word: "", at };
  });
}

/** How many parts are named, and at most removed together. */
const NAMED = { share: 0.2, least: 2, most: 5 };
/** How many sets are drawn; how many of them, and what share of the total, a test needs. */
const TEST = { sets: 20, least: 19, share: 0.05 };

/** The effects of all parts, the largest of which are named; and what is lost without those that raise the total most, together, and without as many that are drawn. */
async function takenOut(
  parts: readonly Part[],
  { total, seed }: { readonly total: number; readonly seed: number },
  totalsWithout: (sets: readonly (readonly Part[])[]) => Promise<number[]>,
) {
  const lostOf = async (sets: readonly (readonly Part[])[]) =>
    (await totalsWithout(sets)).map((other) => total - other);
  const effects = await lostOf(parts.map((part) => [part]));
  const rows = parts.map(({ at: _, within: __, ...part }, i) => ({ ...part, effect: effects[i]! }));
  const wanted = Math.min(NAMED.most, Math.max(NAMED.least, Math.round(NAMED.share * rows.length)));
  const ordered = rows.toSorted((a, b) => Math.abs(b.effect) - Math.abs(a.effect));
  const named = ordered.slice(0, wanted).filter(({ effect }) => effect !== 0);
  const removed = ordered.filter(({ effect }) => effect > 0).slice(0, wanted);
  const own = removed.map((row) => parts[rows.indexOf(row)]!);
  const random = seededRandom(seed);
  const sets = drawDistinct(() => random.shuffle(parts).slice(0, own.length), {
    ...{ count: TEST.sets, excluded: [own] },
    keyOf: ({ of, row, column }) => `${of} ${row} ${column}`,
  });
  const [lost = 0, ...drawn] = await lostOf([own, ...sets]);
  const asMuch = drawn.filter((other) => other >= lost).length;
  const isTested = drawn.length >= TEST.least;
  const isEnough = lost >= TEST.share * Math.abs(total);
  return { rows, named, removed, lost, drawn, asMuch, isTested, isEnough };
}

function nameOf({ row, column, word }: Omit<Part, "at">): string {
  return word || `row ${row}, column ${column}`;
}

/** What a picture and its sentences rest on, and whether that can be relied on. */
export function saliencyFinding(found: Saliency, model: string): Finding {
  const { measure, total, preferred, words, squares } = found;
  const told = (value: number) => numberText(value, 2);
  const tested = (["words", "squares"] as const).flatMap((kind) => {
    const { removed: { length }, lost, drawn, asMuch, isTested, isEnough } = found[kind];
    const none = `${measure} does not rest on any single ${kind.slice(0, -1)}`;
    if (length === 0) return [`${none}: none raises it`];
    const few = `too few other sets of ${length} (${drawn.length}, a test needs ${TEST.least})`;
    if (!isTested) return [`The map of the ${kind} cannot be tested: ${few}`];
    const own = `that raise ${measure} most (${length})`;
    if (!isEnough) return [`${none}: those ${own} take ${told(lost)} of ${told(total)} away`];
    const mean = told(sumOf(drawn) / drawn.length);
    const range = `${told(Math.min(...drawn))} to ${told(Math.max(...drawn))}`;
    const verdict = asMuch === 0 ? "faithful" : "not faithful, do not rely on it";
    return [
      `Removing the ${kind} ${own} takes ${told(lost)} away, as many at random ${mean} (${range})`,
      `The map of the ${kind} is ${verdict}: ${asMuch} of ${drawn.length} random draws take as much or more`,
    ];
  });
  const lines = [...words.named, ...squares.named].map((row) => ({
    ...{ part: nameOf(row), of: row.of, effect: row.effect },
    "more than d": measure === "d" && row.effect > total
      ? "without it the other sentence wins"
      : "",
  }));
  const said = measure === "S"
    ? `gives "${preferred}": S is ${told(total)}`
    : total === 0
    ? "prefers neither sentence: d is 0"
    : `prefers "${preferred}": d, its S minus that of the other, is ${told(total)}`;
  const title = `Largest effects: what ${measure} loses without a part; below 0, what it gains`;
  return {
    sentences: [`${model} ${said}`, ...total === 0 ? [] : tested],
    tables: [{ title, lines, digits: 2 }],
  };
}

/** What a model sees of a picture, row by row: greys from 0 to 255. */
export function greysOf(pixels: Tensor): Uint8ClampedArray {
  return Uint8ClampedArray.from(pixels.mean("channel").data, (value) => 128 + 55 * value);
}

const EDGE = 240;

/** Draws all effects in one scale, those of the squares below the picture, a `data:` address of what the model sees. */
export function saliencyChart(
  { measure, total, sentences, words, squares: { rows, named } }: Saliency,
  { picture, ...options }: ChartOptions & { readonly picture: string },
): ChartSpec {
  const spec = heatMap([...words.rows, ...rows], {
    ...options,
    title: `What ${measure} = ${total.toFixed(2)} rests on`,
    subtitle: "Black frames: the squares with the largest effects",
    about: `Effects on ${measure} of taking out each word, and each square of the picture`,
    value: { field: "effect", title: `${measure} lost when removed` },
    x: {
      ...{ field: "column", isOfPanel: true, isSlanted: true },
      of: ({ column, word }) => word === "" ? column : `${column} ${word}`,
    },
    y: { field: "row", isOfPanel: true, of: ({ row, word }) => word === "" ? row : "" },
    panels: (all) =>
      [...Map.groupBy(all, ({ of }) => of)].map(([of, rows]) => (
        { title: sentences[Number(of.slice(-1)) - 1] ?? "The picture", rows }
      )),
    columns: 1,
    name: (row) => `${nameOf(row)} (${row.of})`,
  });
  const { concat } = spec as unknown as { readonly concat: readonly { layer: object[] }[] };
  const [cells, ...texts] = concat.at(-1)!.layer;
  const seen = {
    data: { values: [{ picture }] },
    mark: { type: "image", aspect: false, opacity: 0.6, aria: false },
    encoding: {
      ...{ x: { value: 0 }, x2: { value: "width" }, y: { value: 0 }, y2: { value: "height" } },
      ...{ url: { field: "picture" }, tooltip: { value: null } },
    },
  };
  const frames = {
    transform: [{ filter: `abs(datum.effect) >= ${Math.abs(named.at(-1)?.effect ?? 1e9) - 1e-4}` }],
    mark: { type: "rect", filled: false, stroke: "black", strokeWidth: 2, aria: false },
  };
  const layer = [cells!, seen, frames, ...texts];
  const drawn = { ...concat.at(-1), width: EDGE, height: EDGE, layer };
  return { ...spec, ...{ concat: [...concat.slice(0, -1), drawn] } };
}
