/** The maps of one scene. */

import { changedGroups, changedRuns } from "../../engine/changes/groups.ts";
import { runValues } from "../../engine/changes/general_changes.ts";
import { NegscopeError, wrongValue } from "../../errors/errors.ts";
import {
  attributeRows,
  hopOf,
  lastHopHooks,
  type PairHops,
} from "../../experiments/attribute/attribute_rows.ts";
import { readSplit, sendersTo } from "../../experiments/attend/attend.ts";
import { knockOutHeads, negatorOf } from "../../experiments/knockout/knockout.ts";
import { measureEffects } from "../../experiments/trace/trace.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import { lostOfD } from "../../study/effects/noise.ts";
import { readReadout } from "../../study/readout.ts";
import { type AlignedPair, isMinimalPair } from "../../study/rows/prepare.ts";
import type { NamedHead } from "../../tables/nodes.ts";
import { type Grid, type GridOf, nodeIn } from "../protocol.ts";
import { type ChangedScene, nameOf, NAMES, type SentenceName } from "./scene.ts";

export async function gridOf(
  text: TextTower,
  scene: ChangedScene,
  { of, epsilon }: { readonly of: GridOf; readonly epsilon: number },
): Promise<Grid> {
  if (of === "map") return await traceGrid(text, scene);
  if (of === "knockouts") return await knockoutGrid(text, scene);
  if (of === "direct") return await directGrid(text, scene, epsilon);
  const name = nameOf(of?.side, scene.prepared);
  const { layers, heads } = text.tower.shape;
  const { layer, head, kind } = nodeIn(of.head, { layers, heads }) ?? {};
  if (kind !== "head") {
    const expected = `a head from 1.1 to ${layers}.${heads}`;
    throw wrongValue("show the attention of", of.head, expected);
  }
  const shown = { name, head: { layer: layer!, head: head! } };
  return of.from === undefined
    ? await attentionGrid(text, scene, shown)
    : await lookGrid(text, scene, { ...shown, from: of.from });
}

async function traceGrid(text: TextTower, scene: ChangedScene): Promise<Grid> {
  const aligned = alignedOf(scene);
  const { after: scores, images } = scene;
  const [traced] = await measureEffects(text, [{ scores, aligned }], {
    site: "resid",
    images,
    changed: groupsOf(scene),
  });
  const columns = ["0", ...numbers(text.tower.shape.layers)];
  return sharesOf(scene, traced!.effects.denoise!, { rows: aligned.negated.tokens, columns });
}

async function knockoutGrid(text: TextTower, scene: ChangedScene): Promise<Grid> {
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
  return sharesOf(scene, effects, { rows: numbers(heads), columns: numbers(layers) });
}

async function directGrid(
  text: TextTower,
  scene: ChangedScene,
  epsilon: number,
): Promise<Grid> {
  const aligned = alignedOf(scene);
  const isRead = text.family.causal && isMinimalPair(aligned);
  if (!isRead) throw noGrid(scene, "the sentences do not differ at the negator alone");
  const { after: scores, images, isChanged } = scene;
  const weights = await readReadout(text, epsilon);
  const hopsOf = isChanged ? () => changedHops(text, scene, aligned) : undefined;
  const [parts] = await attributeRows(text, [{ scores, aligned }], { weights, images, hopsOf });
  const { layers, heads } = text.tower.shape;
  const effects = parts!.netMlps.flatMap((mlp, block) => [
    ...parts!.netHeads.slice(block * heads, (block + 1) * heads),
    mlp,
  ]);
  return sharesOf(scene, effects, { rows: [...numbers(heads), "mlp"], columns: numbers(layers) });
}

interface ShownHead {
  readonly name: SentenceName;
  readonly head: NamedHead;
}

async function attentionGrid(
  text: TextTower,
  { prepared: { sentences }, changes }: ChangedScene,
  { name, head: { layer, head } }: ShownHead,
): Promise<Grid> {
  const hook = `blocks.${layer - 1}.attn.hook_pattern`;
  const run = changedRuns(changes)({ of: name });
  const values = await runValues(text.tower, sentences, { run, hooks: [hook] });
  const { tokens } = sentences[name];
  const weights = values.row(hook, 0).row(head - 1);
  return { rows: tokens, columns: tokens, values: tokens.map((_, i) => [...weights.row(i).data]) };
}

/** The most senders of a look, and the least part that is shown as more than 0. */
const [MOST_SENDERS, LEAST_PART] = [6, 0.005];

async function lookGrid(
  text: TextTower,
  scene: ChangedScene,
  { name, head, from }: ShownHead & { readonly from: number },
): Promise<Grid> {
  const aligned = alignedOf(scene);
  const { alignment, negator, negated: { tokens } } = aligned;
  const { prepared: { sentences }, changes } = scene;
  const split = await readSplit(text, head);
  if (split === undefined) throw noGrid(scene, "the model's file lacks weights that this takes");
  const runs = [];
  for (const of of NAMES) {
    const run = changedRuns(changes)({ of });
    const values = await runValues(text.tower, sentences, { run, hooks: split.hooks });
    runs.push((hook: string) => values.row(hook, 0));
  }
  const query = name === "negated" ? from : alignment.indexOf(from);
  const parts = split.parts(aligned, query, runs);
  if (parts.length === 0) {
    const expected = "one from which the negator is seen, with counterparts of both";
    throw wrongValue("say why the head looks from position", from, expected);
  }
  const senders = sendersTo(head.layer, text.tower.shape.heads);
  const size = (ends: readonly number[]) => Math.max(...ends.map(Math.abs));
  const sorted = senders.map((sender, i) => (
    { sender, ends: [parts[i]!, parts[senders.length + i]!] }
  )).sort((a, b) => size(b.ends) - size(a.ends));
  const others = [0, 1].map((end) =>
    sorted.slice(MOST_SENDERS).reduce((sum, { ends }) => sum + ends[end]!, 0)
  );
  const shown = [...sorted.slice(0, MOST_SENDERS), { sender: "all others", ends: others }]
    .filter(({ ends }, i) => i === 0 || size(ends) >= LEAST_PART);
  return {
    rows: shown.map(({ sender }) => sender),
    columns: [tokens[negator]!, tokens[query]!],
    values: shown.map(({ ends }) => ends),
  };
}

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

function sharesOf(
  { after: { d } }: ChangedScene,
  effects: readonly (number | null)[],
  { rows, columns }: Pick<Grid, "rows" | "columns">,
): Grid {
  const shares = effects.map((effect) => effect === null || d === 0 ? null : effect / d);
  const values = rows.map((_, i) => columns.map((_, j) => shares[j * rows.length + i]!));
  return { rows, columns, values };
}
