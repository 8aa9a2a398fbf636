/** What the page's changes are in runs of the two sentences. */

import { changedRuns, type SentenceChanges } from "../../engine/changes/groups.ts";
import { runValues } from "../../engine/changes/general_changes.ts";
import { NegscopeError, wrongValue } from "../../errors.ts";
import { changeOf, outputWeights } from "../../experiments/nodes/direct_effects.ts";
import { type NamedHead, nodeHook, readNode } from "../../tables/nodes.ts";
import { swappedRun } from "../../experiments/nodes/pair_runs.ts";
import { firstRun } from "../../experiments/paths/patch_paths.ts";
import { siteHook } from "../../experiments/trace/cells.ts";
import { add, type Intervention, knockOut, patch } from "../../hooks/interventions.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import type { Change } from "../protocol.ts";
import type { Of } from "./checked_changes.ts";
import type { PreparedScene } from "./scene.ts";

export interface ChangingModel {
  readonly text: TextTower;
  /** The mean difference of the data's sentences at EOT after a layer, [width]. */
  readonly differenceAt: (layer: number) => Promise<Float64Array>;
}

const PARTS = { queries: "q", keys: "k", values: "v" } as const;

/** What is changed in every run of each sentence. Values are taken from the other sentence with its changes. */
export async function sentenceChanges(
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
  return Object.fromEntries(
    Object.entries(sentences).map(([name, { pooled: position }]) => [
      name,
      vectors.map(({ hook, vector }) => add(hook, vector, { position })),
    ]),
  );
}

/** A cell of the map: the stream of the negated sentence in the affirmative one. */
function patchOf({ layer, position }: Of<"patch">, { aligned }: PreparedScene): Intervention {
  const { alignment, negated } = aligned!;
  if (position >= alignment.length) {
    throw wrongValue("patch position", position, `a position from 0 to ${alignment.length - 1}`, {
      code: "index-outside",
    });
  }
  const target = alignment[position];
  if (target === undefined) {
    throw wrongValue(
      "patch position",
      position,
      "a token with a counterpart in the affirmative sentence",
      { reason: `"${negated.tokens[position]}" has none` },
    );
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

/** What parts write directly into the score, added at the end of the affirmative sentence. */
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
