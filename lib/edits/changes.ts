/** Edits as changes that a text tower makes in every run, and as other numbers for its weights. */

import { phraseAfter } from "../data/subject.ts";
import { isNegatingToken } from "../data/words.ts";
import type { TowerShape } from "../engine/graph/hook_points.ts";
import type { BaseEdit } from "../engine/run/tower.ts";
import { NegscopeError, wrongValue } from "../errors/errors.ts";
import {
  type ConceptEdit,
  type DirectionEdit,
  type Edit,
  hasStrength,
  type MapEdit,
  type MergeEdit,
  type ScaleEdit,
  scoreRule,
  type TransplantEdit,
} from "./edit.ts";
import { nodeHook, readNode } from "../tables/nodes.ts";
import type { ChangedWeight } from "../engine/weights/changed_weights.ts";
import type { Weights } from "../engine/weights/weights.ts";
import { expandHookNames } from "../hooks/cache.ts";

type EditedSizes = Pick<TowerShape, "layers" | "heads" | "width" | "projection">;

export interface EditedTokens {
  /** The token ids of a word, without start and end. */
  readonly idsOf: (word: string) => readonly number[];
  readonly tokens: (ids: readonly number[]) => readonly string[];
}

/** The change of activations that an edit makes; that of `scale` is the same as its change of weights. Undefined for other kinds, and at strength 0. */
export function activationEdit(
  edit: Edit,
  sizes: EditedSizes,
  tokens: EditedTokens,
): BaseEdit | undefined {
  checkSizes(edit, sizes);
  if (!hasStrength(edit.kind, edit.strength)) {
    throw wrongValue(`make edit "${edit.name}" at strength`, edit.strength, "one from 0 to 1");
  }
  if (edit.strength === 0) return undefined;
  switch (edit.kind) {
    case "direction":
      return directionEdit(edit, tokens);
    case "concept":
      return conceptEdit(edit, tokens);
    case "scale":
      return scaleEdit(edit);
    case "merge":
      return mergeEdit(edit, tokens);
    default:
      return undefined;
  }
}

function directionEdit(
  { rule, sentences, blocks, vectors, strength }: DirectionEdit,
  tokens: EditedTokens,
): BaseEdit {
  const byHook = new Map(blocks.map((block, i) => [streamAfter(block), vectors[i]!]));
  const lengths = new Map(vectors.map((vector) => [vector, lengthOf(vector)]));
  return {
    hooks: [...byHook.keys()],
    apply: (hook, { data }, ids) => {
      if (sentences === "negated" && negatorOf(ids, tokens) < 0) return;
      const vector = byHook.get(hook)!;
      const h = data.subarray(-vector.length); // the last position, of which the embedding is made
      const [keep, factor] = rule === "add"
        ? [1, strength]
        : [1 - strength, strength * lengthOf(h) / (lengths.get(vector)! || 1)];
      for (let i = 0; i < h.length; i++) h[i] = keep * h[i]! + factor * vector[i]!;
    },
  };
}

function conceptEdit(edit: ConceptEdit, tokens: EditedTokens): BaseEdit {
  const { block, vectors, strength } = edit;
  const mean = meanOf(vectors);
  const unitIn = takenOut(edit, tokens);
  return {
    hooks: [streamAfter(block)],
    apply: (_, { data }, ids) => {
      const u = unitIn(ids);
      if (u === undefined) return;
      const h = data.subarray(-u.length);
      const amount = strength * u.reduce((sum, x, i) => sum + x * (h[i]! - mean[i]!), 0);
      for (let i = 0; i < h.length; i++) h[i]! -= amount * u[i]!;
    },
  };
}

/** The unit vector from the mean of all nouns to that which a sentence names; undefined if none is taken out of it. */
function takenOut({ sentences, nouns, vectors }: ConceptEdit, tokens: EditedTokens) {
  const mean = meanOf(vectors);
  const units = vectors.map((vector) => {
    const from = vector.map((x, i) => x - mean[i]!);
    const length = lengthOf(from);
    return length === 0 ? undefined : from.map((x) => x / length);
  });
  const forms = nouns.map((words) => words.map(tokens.idsOf).filter(({ length }) => length > 0));
  return (ids: readonly number[]): number[] | undefined => {
    const negator = negatorOf(ids, tokens);
    if (sentences === "negated" && negator < 0) return undefined;
    const noun = namedNoun(ids, forms, negator);
    return noun === undefined ? undefined : units[noun];
  };
}

function mergeEdit({ strength }: MergeEdit, tokens: EditedTokens): BaseEdit {
  return {
    hooks: ["hook_embed"],
    apply: (_, { data, shape: [, width = 0] }, ids) => {
      const merged = mergedPlaces(ids, tokens)
        .map((place) => data.subarray(place * width, (place + 1) * width));
      if (merged.length === 0) return;
      const mean = meanOf(merged);
      for (const own of merged) {
        own.set(own.map((x, i) => (1 - strength) * x + strength * mean[i]!));
      }
    },
  };
}

/** The places of the first negator and of the tokens of the noun phrase after it; none without both. */
function mergedPlaces(ids: readonly number[], tokens: EditedTokens): number[] {
  const all = wordsIn(ids, tokens);
  const negator = all.findIndex(({ word }) => isNegatingToken(word));
  if (negator < 0) return [];
  const after = all.slice(negator + 1);
  const mark = after.findIndex(({ word }) => !/^[\p{L}\p{N}]/u.test(word));
  const words = ["", ...after.slice(0, mark).map(({ word }) => word)]; // the end token is a mark
  const [first, last] = phraseAfter(0, { spelled: words, words });
  if (first === 0) return [];
  return [all[negator]!, ...after.slice(first - 1, last)].flatMap(({ places }) => places);
}

/** The most tokens of which a word is made up. */
const MOST_PARTS = 8;

/** Letters, or the ending "'t", which CLIP's tokenisers take apart from its word. */
const WORD = /^(?:[\p{L}-]+|['’]t)$/u;

/** The words of a sentence and its other tokens, in lower case; a word that the tokeniser takes apart has several places. */
function wordsIn(ids: readonly number[], { tokens, idsOf }: EditedTokens) {
  const texts = tokens(ids).map((text) => text.toLowerCase());
  const words: { readonly word: string; readonly places: readonly number[] }[] = [];
  for (let start = 0; start < ids.length; start += words.at(-1)!.places.length) {
    const ends = Array.from({ length: MOST_PARTS - 1 }, (_, i) => start + MOST_PARTS - i);
    const end = ends.find((end) => {
      const word = texts.slice(start, end).join("");
      return WORD.test(word) && `${idsOf(word)}` === `${ids.slice(start, end)}`;
    }) ?? start + 1;
    const places = Array.from({ length: end - start }, (_, i) => start + i);
    words.push({ word: texts.slice(start, end).join(""), places });
  }
  return words;
}

/** The error of an edit that leaves all of some sentences as they are, each with the ids of its tokens. */
export function unchangedError(
  edit: Edit,
  sentences: ReadonlyMap<string, readonly number[]>,
  tokens: EditedTokens,
): NegscopeError | undefined {
  const rule = scoreRule(edit);
  const unitIn = edit.kind === "concept" ? takenOut(edit, tokens) : undefined;
  const isChanged = (sentence: string, ids: readonly number[]) => {
    if (rule !== undefined) return rule.denied(sentence) !== undefined;
    if (unitIn !== undefined) return unitIn(ids) !== undefined;
    if (edit.kind === "merge") return mergedPlaces(ids, tokens).length > 0;
    return edit.kind !== "direction" || edit.sentences === "all" || negatorOf(ids, tokens) >= 0;
  };
  if (edit.strength === 0 || sentences.entries().some((one) => isChanged(...one))) return undefined;
  return new NegscopeError("rows-too-few", {
    problem: `Cannot use edit "${edit.name}"`,
    reason: `it changes none of the ${sentences.size} sentences of the rows`,
    expected: edit.kind === "concept"
      ? `${edit.sentences === "negated" ? "negated " : ""}sentences that name one of its nouns`
      : `sentences with a negator${edit.kind === "merge" ? " before its noun" : ""}`,
    fix: "use rows for which it is meant",
  });
}

function scaleEdit({ nodes, factor, strength }: ScaleEdit): BaseEdit {
  const byHook = Map.groupBy(nodes.map((name) => readNode(name)!), nodeHook);
  const scale = 1 + strength * (factor - 1);
  return {
    hooks: [...byHook.keys()],
    apply: (hook, { data, shape: [, heads = 1, size = 1] }) => {
      for (const { head } of byHook.get(hook)!) {
        for (let i = 0; i < data.length; i++) {
          if (head === undefined || Math.floor(i / size) % heads === head - 1) data[i]! *= scale;
        }
      }
    },
  };
}

/** The noun that a sentence names after its negator, else before it, else anywhere: the first, or the last before the negator. */
function namedNoun(
  ids: readonly number[],
  forms: readonly (readonly (readonly number[])[])[],
  negator: number,
): number | undefined {
  const at = (place: number) =>
    forms.findIndex((words) => words.some((word) => word.every((id, i) => ids[place + i] === id)));
  const after = ids.keys().map((place) => place > negator ? at(place) : -1)
    .find((noun) => noun >= 0);
  return after ??
    [...ids.keys()].slice(0, Math.max(0, negator)).map(at).findLast((noun) => noun >= 0);
}

/** The place of the first negator, whose tokens may be several; -1 if there is none. */
function negatorOf(ids: readonly number[], tokens: EditedTokens): number {
  return wordsIn(ids, tokens).find(({ word }) => isNegatingToken(word))?.places[0] ?? -1;
}

function streamAfter(block: number): string {
  return `blocks.${block - 1}.hook_resid_post`;
}

export function lengthOf(vector: ArrayLike<number>): number {
  return Math.sqrt(Array.from(vector).reduce((sum, x) => sum + x * x, 0));
}

export function meanOf(vectors: readonly (ArrayLike<number>)[]): number[] {
  return Array.from(
    vectors[0]!,
    (_, i) => vectors.reduce((sum, vector) => sum + vector[i]!, 0) / vectors.length,
  );
}

/** Refuses an edit whose blocks, nodes or numbers are not those of a tower. */
export function checkSizes(edit: Edit, { layers, heads, width, projection }: EditedSizes): void {
  const blocks = edit.kind === "direction"
    ? edit.blocks
    : edit.kind === "concept"
    ? [edit.block]
    : [];
  const block = blocks.find((block) => block > layers);
  const length = "vectors" in edit ? edit.vectors[0]!.length : width;
  const rows = edit.kind === "map" ? edit.matrix.length : projection;
  const node = edit.kind !== "scale" ? undefined : edit.nodes.find((name) => {
    const { layer, head = 1 } = readNode(name)!;
    return layer > layers || head > heads;
  });
  const isOfTower = `layers from 1 to ${layers} and heads from 1 to ${heads}`;
  const checks = [
    [block !== undefined, `it changes block ${block}`, `blocks from 1 to ${layers}`],
    [length !== width, `its vectors have ${length} numbers`, `${width}`],
    [rows !== projection, `its matrix has ${rows} rows`, `${projection}`],
    [node !== undefined, `the text tower lacks ${node}`, isOfTower],
  ] as const;
  for (const [isWrong, reason, expected] of checks) {
    if (!isWrong) continue;
    throw new NegscopeError("sizes-differ", {
      problem: `Cannot lay edit "${edit.name}" over the model`,
      ...{ reason, expected, fix: "use an edit that was fitted on this model" },
    });
  }
}

/** The weights that an edit of kind `scale`, `map` or `transplant` changes, read and changed; none for other kinds, and at strength 0. */
export async function weightChanges(
  edit: Edit,
  weights: Weights,
  other?: Weights,
): Promise<ChangedWeight[]> {
  if (edit.strength === 0) return [];
  if (edit.kind === "scale") return await scaled(edit, weights);
  if (edit.kind === "transplant") return await transplanted(edit, weights, other!);
  return edit.kind === "map" ? await mapped(edit, weights) : [];
}

/** A head's output passes through its rows of W_O, an MLP's through W_out and b_out. */
async function scaled({ nodes, factor, strength }: ScaleEdit, weights: Weights) {
  const scale = 1 + strength * (factor - 1);
  const changes: ChangedWeight[] = [];
  for (const { layer, head } of nodes.map((name) => readNode(name)!)) {
    const names = head === undefined ? ["mlp.W_out", "mlp.b_out"] : ["attn.W_O"];
    for (const name of names.map((own) => `blocks.${layer - 1}.${own}`)) {
      const tensor = await weights.get(name);
      const { data } = head === undefined ? tensor : tensor.row(head - 1);
      const index = head === undefined ? {} : { index: head - 1 };
      changes.push({ name, ...index, values: data.map((x) => x * scale) });
    }
  }
  return changes;
}

/** t = x W + b becomes x W (1 - a + a M) + b (1 - a + a M). */
async function mapped({ matrix, strength }: MapEdit, weights: Weights): Promise<ChangedWeight[]> {
  const names = ["W_proj", "b_proj"].filter((name) => weights.names.includes(name));
  return await Promise.all(names.map(async (name) => {
    const { data } = await weights.get(name);
    const size = matrix.length;
    const values = new Float32Array(data.length);
    for (let row = 0; row < data.length; row += size) {
      values.set(mappedVector(data.subarray(row, row + size), { matrix, strength }), row);
    }
    return { name, values };
  }));
}

/** The weights whose names match, in the share a from the other model. */
async function transplanted(
  { weights: patterns, strength, from }: TransplantEdit,
  own: Weights,
  other: Weights,
): Promise<ChangedWeight[]> {
  const names = expandHookNames(patterns, own.names, { doing: "find weight" });
  return await Promise.all(names.map(async (name) => {
    const [a, b] = await Promise.all(
      [own, other].map(async (of) => await of.get(name)),
    );
    if (a!.shape.join() !== b!.shape.join()) {
      throw new NegscopeError("sizes-differ", {
        problem: `Cannot take weight "${name}" from "${from}"`,
        reason: `its shape is [${b!.shape.join(", ")}] there and [${a!.shape.join(", ")}] here`,
        fix: "name a model of the same architecture",
      });
    }
    return { name, values: a!.data.map((x, i) => (1 - strength) * x + strength * b!.data[i]!) };
  }));
}

/** A vector times (1 - a) I + a M. */
export function mappedVector(
  vector: Float32Array,
  { matrix, strength }: Pick<MapEdit, "matrix" | "strength">,
): Float32Array {
  return vector.map((own, column) => {
    let sum = 0;
    for (let row = 0; row < vector.length; row++) sum += vector[row]! * matrix[row]![column]!;
    return (1 - strength) * own + strength * sum;
  });
}
