/** The maps of one scene, by the functions of the tasks. */

import { changedGroups, changedRuns } from "../../engine/changes/groups.ts";
import { runValues } from "../../engine/changes/general_changes.ts";
import { NegscopeError, wrongValue } from "../../errors.ts";
import {
  attributeRows,
  hopOf,
  lastHopHooks,
  type PairHops,
} from "../../experiments/attribute/attribute_rows.ts";
import { knockOutHeads, negatorOf } from "../../experiments/knockout/knockout.ts";
import { measureEffects } from "../../experiments/trace/trace.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import { lostOfD } from "../../study/effects/noise.ts";
import type { ReadoutWeights } from "../../study/readout.ts";
import { type AlignedPair, isMinimalPair } from "../../study/rows/prepare.ts";
import { type Grid, nodeIn } from "../protocol.ts";
import type { ChangedScene, SentenceName } from "./scene.ts";

/** CTE by layer and position of the negated sentence. */
export async function traceGrid(text: TextTower, scene: ChangedScene): Promise<Grid> {
  const aligned = alignedOf(scene);
  const { after: scores, images } = scene;
  const [traced] = await measureEffects(text, [{ scores, aligned }], {
    site: "resid",
    images,
    changed: groupsOf(scene),
  });
  const rows = ["0", ...numbers(text.tower.shape.layers)];
  return sharesOf(scene, traced!.effects.denoise!, { rows, columns: aligned.negated.tokens });
}

/** What of d is lost without each head's attention to the negator. */
export async function knockoutGrid(text: TextTower, scene: ChangedScene): Promise<Grid> {
  const aligned = alignedOf(scene);
  const { after: scores, images, prepared: { pair } } = scene;
  const effects: number[] = [];
  const image = images.get(pair.image)!;
  const words = [negatorOf(aligned)];
  for await (const batch of knockOutHeads(text, words, { changed: groupsOf(scene) })) {
    for (const { place, embedding } of batch) {
      effects[place] = lostOfD(scores, text.family.similarity.score(embedding, image));
    }
  }
  const { layers, heads } = text.tower.shape;
  return sharesOf(scene, effects, { rows: numbers(layers), columns: numbers(heads) });
}

/** What each head and MLP write directly into d. */
export async function directGrid(
  text: TextTower,
  scene: ChangedScene,
  weights: ReadoutWeights,
): Promise<Grid> {
  const aligned = alignedOf(scene);
  const isRead = text.family.causal && isMinimalPair(aligned);
  if (!isRead) throw noGrid(scene, "the sentences do not differ at the negator alone");
  const { after: scores, images, isChanged } = scene;
  const hopsOf = isChanged ? () => changedHops(text, scene, aligned) : undefined;
  const [parts] = await attributeRows(text, [{ scores, aligned }], { weights, images, hopsOf });
  const { layers, heads } = text.tower.shape;
  const effects = parts!.netMlps.flatMap((mlp, block) => [
    ...parts!.netHeads.slice(block * heads, (block + 1) * heads),
    mlp,
  ]);
  return sharesOf(scene, effects, { rows: numbers(layers), columns: [...numbers(heads), "mlp"] });
}

export async function attentionGrid(
  text: TextTower,
  { prepared: { sentences }, changes }: ChangedScene,
  { name, head: given }: { readonly name: SentenceName; readonly head: unknown },
): Promise<Grid> {
  const { layers, heads } = text.tower.shape;
  const { layer, head, kind } = nodeIn(given, { layers, heads }) ?? {};
  if (kind !== "head") {
    const expected = `a head from 1.1 to ${layers}.${heads}`;
    throw wrongValue("show the attention of", given, expected);
  }
  const hook = `blocks.${layer! - 1}.attn.hook_pattern`;
  const run = changedRuns(changes)({ of: name });
  const values = await runValues(text.tower, sentences, { run, hooks: [hook] });
  const { tokens } = sentences[name];
  return gridOf([...values.row(hook, 0).row(head! - 1).data], { rows: tokens, columns: tokens });
}

/** Runs both sentences with their changes, and reads what attribution does. */
async function* changedHops(
  text: TextTower,
  { prepared: { sentences }, changes }: ChangedScene,
  pair: AlignedPair,
): AsyncGenerator<PairHops[]> {
  const change = changedRuns(changes);
  const hooks = lastHopHooks(text.tower.shape.layers);
  const hop = async (of: SentenceName) => {
    const values = await runValues(text.tower, sentences, { run: change({ of }), hooks });
    return hopOf(text, sentences[of], (hook) => values.row(hook, 0));
  };
  yield [{ pair, negated: await hop("negated"), affirmative: await hop("affirmative") }];
}

function groupsOf({ isChanged, prepared: { sentences }, changes }: ChangedScene) {
  return isChanged ? changedGroups(sentences, changes) : undefined;
}

function alignedOf(scene: ChangedScene): AlignedPair {
  const { aligned, noMap } = scene.prepared;
  if (aligned === undefined) throw noGrid(scene, noMap!);
  return aligned;
}

function noGrid({ prepared: { pair } }: ChangedScene, reason: string): NegscopeError {
  return new NegscopeError("pair-not-minimal", {
    problem: `Cannot map "${pair.caption}" and "${pair.foil}"`,
    subject: pair.id,
    reason,
    fix: "write two sentences that differ in a negating word",
  });
}

function numbers(length: number): string[] {
  return Array.from({ length }, (_, i) => `${i + 1}`);
}

type Names = Pick<Grid, "rows" | "columns">;

/** Effects as shares of d. */
function sharesOf(
  { after: { d } }: ChangedScene,
  effects: readonly (number | null)[],
  names: Names,
): Grid {
  return gridOf(effects.map((effect) => effect === null || d === 0 ? null : effect / d), names);
}

function gridOf(values: readonly (number | null)[], { rows, columns }: Names): Grid {
  const { length } = columns;
  const valuesOf = (row: number) => values.slice(row * length, (row + 1) * length);
  return { rows, columns, values: rows.map((_, row) => valuesOf(row)) };
}
