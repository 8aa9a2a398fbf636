/** Knocks out a head's attention to a word, such as the negator: sets its attention weights on the word to 0. */

import { unit } from "../../engine/run/hooked_run.ts";
import type { RunState } from "../../engine/run/run_state.ts";
import type { Stop } from "../../engine/run/cut_plan.ts";
import { idsInput, type TextTower } from "../../model/text/text_tower.ts";
import { applyIntervention } from "../../hooks/apply.ts";
import { knockOut } from "../../hooks/interventions.ts";
import { Tensor } from "../../hooks/tensor.ts";
import { PATTERNS } from "../attend/attend.ts";
import { byEngine } from "../sweep/by_engine.ts";
import { fastKnockout, fitsFastKnockout, type KnockedOut } from "../sweep/fast/fast_knockout.ts";
import { sweepEngine } from "../sweep/sweep.ts";
import type { SentenceWord } from "../sweep/word.ts";

export type { KnockedOut } from "../sweep/fast/fast_knockout.ts";

/** Options of the knock-out. */
export interface KnockoutOptions {
  /** Whether each query's other weights are divided by their sum. @default {false} */
  readonly renormalize?: boolean;
}

/** The most tokens in one batch. */
const TOKENS_PER_BATCH = 2048;

/**
 * Knocks out every head's attention to every word, each in its own run.
 *
 * Uses the fast schedule if the model and the word allow it, and otherwise the general engine. The choice for a word does not
 * depend on the other words.
 *
 * @param text The text tower.
 * @param words Words in their sentences, as {@linkcode negatorOf} and {@linkcode twinOf} find them.
 * @param options Options of the knock-out.
 * @returns The results, one group of words at a time; those of a word are in the order layer, head.
 */
export async function* knockOutHeads(
  text: TextTower,
  words: readonly SentenceWord[],
  { renormalize = false }: KnockoutOptions = {},
): AsyncGenerator<KnockedOut[]> {
  const { streams } = await sweepEngine(
    text,
    words.map(({ sentence, position }) => ({ affirmative: sentence, negator: position })),
  );
  const general = (own: readonly SentenceWord[]) => generalKnockout(text, own, renormalize);
  const batches = streams === undefined ? general(words) : byEngine(words, fitsFastKnockout, {
    fast: (own) => fastKnockout(streams, own, renormalize),
    general,
  });
  yield* batches;
}

/**
 * Knocks out every head's attention to every word, stopping at each block's attention.
 *
 * The sentences run once; at each block's attention, one row per head is appended with weights of 0 on the word, and goes through
 * the rest of the tower. Sentences of equal length share batches; no result depends on the other rows of its batch.
 *
 * @param text The text tower.
 * @param words Words in their sentences.
 * @param renormalize Whether each query's other weights are divided by their sum.
 * @returns The results batch by batch; those of a word are in the order layer, head.
 */
export async function* generalKnockout(
  text: TextTower,
  words: readonly SentenceWord[],
  renormalize: boolean,
): AsyncGenerator<KnockedOut[]> {
  await text.tower.prepare([PATTERNS]);
  const { layers, heads } = text.tower.shape;
  const lengths = Map.groupBy(words.keys(), (index) => words[index]!.sentence.ids.length);
  for (const [length, indices] of lengths) {
    const size = Math.max(1, Math.floor(TOKENS_PER_BATCH / (length * (1 + layers * heads))));
    for (let first = 0; first < indices.length; first += size) {
      const batch = indices.slice(first, first + size);
      yield await runBatch(text, { words, batch, renormalize });
    }
  }
}

async function runBatch(text: TextTower, { words, batch, renormalize }: {
  readonly words: readonly SentenceWord[];
  readonly batch: readonly number[];
  readonly renormalize: boolean;
}): Promise<KnockedOut[]> {
  const { tower } = text;
  const { heads } = tower.shape;
  const rows: { index: number; layer: number; head: number; row: number }[] = [];
  const visit = (stop: Stop, state: RunState) => {
    const hook = stop.hooks.find((name) => name.endsWith("hook_pattern"));
    if (hook === undefined) return;
    const layer = Number(hook.split(".")[1]);
    const sources = batch.flatMap((_, row) => new Array<number>(heads).fill(row));
    const first = state.append(sources);
    const patterns = tower.view(stop, state);
    sources.forEach((source, i) => {
      const index = batch[source]!;
      const head = i % heads;
      const row = first + i;
      const change = knockOut(hook, { head, key: words[index]!.position, renormalize });
      const own = new Tensor(
        patterns.row(row).data,
        [1, ...patterns.shape.slice(1)],
        patterns.axes,
      );
      applyIntervention(change, hook, own, { rows: [row], count: state.rows });
      rows.push({ index, layer: layer + 1, head: head + 1, row });
    });
  };
  const embeddings = await tower.run(idsInput(batch.map((index) => words[index]!.sentence.ids)), {
    wanted: new Set(tower.hooks.filter((name) => name.endsWith("hook_pattern"))),
    visit,
  });
  return rows.map(({ row, ...cell }) => ({ ...cell, embedding: unit(embeddings.row(row).data) }));
}
