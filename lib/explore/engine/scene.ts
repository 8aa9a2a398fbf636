/** What a scene is for the text tower: two sentences, aligned where they can be. */

import { findNegation } from "../../data/words.ts";
import {
  affirmativeSentence,
  negatedSentence,
  type Pair,
  type Protocol,
} from "../../data/pairs.ts";
import { NegscopeError, wrongValue } from "../../errors/errors.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import {
  type AlignedPair,
  preparePairs,
  tokenize,
  type TokenizedSentence,
} from "../../study/rows/prepare.ts";
import { placesOf } from "../../study/sentences/placing.ts";
import type { Change, Of, Scene, Scores, Side, Token } from "../protocol.ts";
import { changedRuns, type SentenceChanges } from "../../engine/changes/groups.ts";
import { runValues } from "../../engine/changes/general_changes.ts";
import { changeOf, outputWeights, swappedRun } from "../../experiments/nodes/pair_runs.ts";
import { type NamedHead, nodeHook, readNode } from "../../tables/nodes.ts";
import { firstRun } from "../../experiments/paths/measure_paths.ts";
import { siteHook } from "../../experiments/trace/trace.ts";
import { add, type Intervention, knockOut, patch } from "../../hooks/interventions.ts";
import { runChanges } from "../../engine/changes/run_changes.ts";
import type { Embeddings } from "../../study/embeddings.ts";
import { evaluatePairs, type EvaluateRow } from "../../study/rows/score_rows.ts";

/** The names by which changes and runs mention a scene's sentences. */
export const NAMES = ["negated", "affirmative"] as const;

export type SentenceName = typeof NAMES[number];

interface PreparedScene {
  /** The row of the data, or one made of the reader's sentences. If neither is negated, the caption counts as the affirmative one. */
  readonly pair: Pair;
  readonly sentences: Readonly<Record<SentenceName, TokenizedSentence>>;
  readonly aligned: AlignedPair | undefined;
  readonly noMap: string | undefined;
}

/** The most letters of a sentence: no model reads more than a few hundred. */
const MOST_LETTERS = 2000;

const SIDES: readonly Side[] = ["caption", "foil"];

export function checkedScene(given: unknown): Scene {
  const scene = (given ?? {}) as Partial<Record<keyof Scene, unknown>>;
  const texts = [scene.caption, scene.foil, scene.picture, scene.row ?? ""];
  const isFit = texts.every((text) => typeof text === "string" && text.length <= MOST_LETTERS);
  if (isFit) return scene as Scene;
  const expected = `caption, foil and picture as texts of at most ${MOST_LETTERS} letters`;
  throw wrongValue("show", JSON.stringify(given) ?? "nothing", expected);
}

/** Prepares a scene: a row of the data is aligned in the protocol of the data, the reader's sentences in the standard one, of any lengths. */
export function prepareScene(
  text: TextTower,
  { caption, foil, picture: image, row }: Scene,
  { rows, protocol }: { readonly rows: ReadonlyMap<string, Pair>; readonly protocol: Protocol },
): PreparedScene {
  for (const sentence of [caption, foil]) text.checkLength(sentence);
  const known = row === undefined ? undefined : rows.get(row);
  if (known?.caption === caption && known.foil === foil) {
    return aligned(text, { ...known, image }, protocol);
  }
  const negation = findNegation(caption, foil);
  const pair: Pair = { id: "these sentences", image, negation: negation ?? "foil", caption, foil };
  return negation === undefined
    ? withoutMap(text, pair, "the sentences have equally many negating words, such as no or not")
    : aligned(text, pair, "standard");
}

function aligned(text: TextTower, pair: Pair, protocol: Protocol): PreparedScene {
  try {
    const [own] = preparePairs(text, [pair], { protocol }).distinct;
    const { negated, affirmative } = own!;
    return { pair, sentences: { negated, affirmative }, aligned: own, noMap: undefined };
  } catch (error) {
    if (!(error instanceof NegscopeError)) throw error;
    return withoutMap(text, pair, error.details?.[0] ?? error.message);
  }
}

function withoutMap(text: TextTower, pair: Pair, noMap: string): PreparedScene {
  const negated = tokenize(text, negatedSentence(pair));
  const affirmative = tokenize(text, affirmativeSentence(pair));
  return { pair, sentences: { negated, affirmative }, aligned: undefined, noMap };
}

export function nameOf(side: Side, { pair: { negation } }: PreparedScene): SentenceName {
  if (!SIDES.includes(side)) throw wrongValue("find sentence", side, "caption or foil");
  return side === negation ? "negated" : "affirmative";
}

export function tokensOf(scene: PreparedScene): Readonly<Record<Side, readonly Token[]>> {
  const places = scene.aligned && placesOf(scene.aligned);
  const [caption, foil] = SIDES.map((side) => {
    const name = nameOf(side, scene);
    return scene.sentences[name].tokens.map((text, position): Token => {
      const role = places?.[name].roles[position];
      return { text, ...(role !== undefined && { role }) };
    });
  });
  return { caption: caption!, foil: foil! };
}

interface ChangingModel {
  readonly text: TextTower;
  /** The mean difference of the data's sentences at EOT after a layer, [width]. */
  readonly differenceAt: (layer: number) => Promise<Float64Array>;
}

const PARTS = { queries: "q", keys: "k", values: "v" } as const;

/** What is changed in every run of each sentence. Values are taken from the other sentence with its changes. */
async function sentenceChanges(
  model: ChangingModel,
  scene: PreparedScene,
  changes: readonly Change[],
): Promise<SentenceChanges> {
  const directions = await directionsOf(model, scene, changes);
  const others = changes.filter(({ kind }) => kind !== "direction");
  if (others.length === 0) return directions;
  const { aligned } = scene;
  if (aligned === undefined) {
    throw new NegscopeError("pair-not-minimal", {
      problem: "Cannot change single parts of these sentences",
      reason: scene.noMap,
      fix: "add a direction instead, or write sentences of which one is negated",
    });
  }
  const knocked = ofKind(others, "knock_out").map(({ head }) => {
    const { layer, head: number } = readNode(head) as NamedHead;
    const hook = `blocks.${layer - 1}.attn.hook_pattern`;
    return knockOut(hook, { head: number - 1, key: aligned.negator });
  });
  const before = {
    negated: [...directions["negated"]!, ...knocked],
    affirmative: directions["affirmative"]!,
  };
  const change = changedRuns(before);
  const put = [
    ...ofKind(others, "patch").map((own) => patchOf(own, scene)),
    ...replaced(others),
    ...cutInputs(ofKind(others, "cut"), aligned.negator),
  ];
  const { changes: affirmative = [] } = change({ of: "affirmative", changes: put });
  const added = await cutEnds(ofKind(others, "cut"), model, { scene, change });
  return { ...before, affirmative: [...affirmative, ...added] };
}

function ofKind<Kind extends Change["kind"]>(changes: readonly Change[], kind: Kind): Of<Kind>[] {
  return changes.filter((change): change is Of<Kind> => change.kind === kind);
}

async function directionsOf(
  { differenceAt }: ChangingModel,
  { sentences }: PreparedScene,
  changes: readonly Change[],
): Promise<SentenceChanges> {
  const vectors = await Promise.all(
    ofKind(changes, "direction").map(async ({ layer, strength }) => ({
      hook: siteHook("resid", layer),
      vector: (await differenceAt(layer)).map((x) => x * strength),
    })),
  );
  const addedTo = (position: number) =>
    vectors.map(({ hook, vector }) => add(hook, vector, { position }));
  return Object.fromEntries(NAMES.map((name) => [name, addedTo(sentences[name].pooled)]));
}

/** A cell of the map: the stream of the negated sentence in the affirmative one. */
function patchOf({ layer, position }: Of<"patch">, { aligned }: PreparedScene): Intervention {
  const { alignment, negated } = aligned!;
  if (position >= alignment.length) {
    const expected = `a position from 0 to ${alignment.length - 1}`;
    throw wrongValue("patch position", position, expected, { code: "index-outside" });
  }
  const target = alignment[position];
  if (target === undefined) {
    const expected = "a token with a counterpart in the affirmative sentence";
    const reason = `"${negated.tokens[position]}" has none`;
    throw wrongValue("patch position", position, expected, { reason });
  }
  return patch(siteHook("resid", layer), {
    position: target,
    from: "negated",
    ...(target !== position && { fromPosition: position }),
  });
}

/** Whole parts; an arrow from the negator that stands for queries, keys and values together is the head's total effect. */
function replaced(changes: readonly Change[]): readonly Intervention[] {
  const names = [
    ...ofKind(changes, "replace").map(({ part }) => part),
    ...ofKind(changes, "cut").filter(({ by }) => by === "all").map(({ to }) => to),
  ];
  const nodes = [...new Set(names)].map((name) => readNode(name)!);
  return swappedRun("affirmative", nodes).changes!;
}

/** Queries, keys and values that read their senders in the negated sentence, all senders of one together. */
function cutInputs(cuts: readonly Of<"cut">[], negator: number): Intervention[] {
  const into = cuts.filter(({ by }) => Object.hasOwn(PARTS, by));
  return [...Map.groupBy(into, ({ to, by }) => `${to} ${by}`).values()].map((cuts) => {
    const { to, by } = cuts[0]!;
    const { layer, head } = readNode(to) as NamedHead;
    const senders = [...new Set(cuts.map(({ from }) => from))].map((from) =>
      from === "negator" ? { layer: 0 } : readNode(from) as NamedHead
    );
    const from = firstRun(senders, { negator, last: layer });
    const hook = `blocks.${layer - 1}.attn.hook_${PARTS[by as keyof typeof PARTS]}`;
    return patch(hook, { head: head - 1, from });
  });
}

async function cutEnds(
  cuts: readonly Of<"cut">[],
  { text }: ChangingModel,
  { scene: { sentences }, change }: {
    readonly scene: PreparedScene;
    readonly change: ReturnType<typeof changedRuns>;
  },
): Promise<Intervention[]> {
  const nodes = cuts.filter(({ by }) => by === "direct").map(({ from }) => readNode(from)!);
  if (nodes.length === 0) return [];
  const hooks = [...new Set(nodes.map(nodeHook))];
  const valuesOf = (of: string) => runValues(text.tower, sentences, { run: change({ of }), hooks });
  const [negated, affirmative] = [await valuesOf("negated"), await valuesOf("affirmative")];
  const weights = await outputWeights(text);
  const position = sentences.affirmative.pooled;
  const last = siteHook("resid", text.tower.shape.layers);
  return nodes.map((node) => {
    const hook = nodeHook(node);
    const values = { negated: negated.row(hook, 0), affirmative: affirmative.row(hook, 0) };
    return add(last, changeOf(node, { ...values, position, weights }), { position });
  });
}

export type ChangedScene = Awaited<ReturnType<typeof changedScene>>;

export async function changedScene(
  model: ChangingModel,
  prepared: PreparedScene,
  { changes, images, other }: {
    readonly changes: readonly Change[];
    readonly images: Embeddings;
    readonly other: Pair | undefined;
  },
) {
  const { text } = model;
  const { pair, sentences } = prepared;
  const unchanged = await text.run(NAMES.map((name) => sentences[name].sentence));
  const known = { negated: unchanged.row(0).data, affirmative: unchanged.row(1).data };
  const made = await sentenceChanges(model, prepared, changes);
  const changed = NAMES.filter((of) => made[of]!.length > 0);
  const run = changedRuns(made);
  const embeddings = { ...known };
  const runs = changed.map((of) => run({ of }));
  for await (const results of runChanges(text, [{ sentences, runs }])) {
    for (const { place, embedding, equals } of results) {
      embeddings[changed[place]!] = known[equals as SentenceName] ?? embedding;
    }
  }
  const rows = other === undefined ? [pair] : [pair, other];
  const scored = (own: typeof known) => {
    const ofTexts = new Map(NAMES.map((name) => [sentences[name].sentence, own[name]]));
    return evaluatePairs(text, rows, { sentences: ofTexts, images }).rows;
  };
  const isChanged = changed.length > 0;
  const [before, otherBefore] = scored(known);
  const [after, otherAfter] = isChanged ? scored(embeddings) : [before, otherBefore];
  return {
    ...{ prepared, changes: made, isChanged, images, embeddings },
    ...{ before: before!, after: after! },
    other: otherBefore && { before: otherBefore.d, after: otherAfter!.d },
  };
}

export function scoresOf({ s_caption, s_foil, d, segment }: EvaluateRow): Scores {
  return { caption: s_caption, foil: s_foil, d, segment };
}
