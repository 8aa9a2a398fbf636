/** The sweep of causal tracing by the fast schedule where its conditions hold, else by the general engine. */

import type { RowTower } from "../clip/row_tower.ts";
import type { TextTower } from "../clip/text_tower.ts";
import { rowsDisagree } from "../errors.ts";
import { fastSweep } from "./fast_sweep.ts";
import { fitsFastSweep } from "./sweep_groups.ts";
import type { AlignedPair } from "./prepare.ts";
import { type Site, traceCells } from "./trace_cells.ts";
import { type SweepPair, type SweepResult, traceSweep } from "./trace_sweep.ts";

/** How a model's residual sweeps are done. */
export interface SweepEngine {
  /** The tower row by row, where the fast schedule can be used. */
  readonly rows?: RowTower;
  /** Why it cannot. */
  readonly refusal?: Error;
}

/** Largest difference of the two engines, as a share of the largest value: float32 sums in another order. */
const BOUND = 1e-5;

const engines = new WeakMap<TextTower, Promise<SweepEngine>>();

/**
 * Loads what the fast schedule needs and holds it against the general engine on a pair of token sequences that is the same for all runs.
 *
 * @param text The text tower.
 * @returns The same engine each time.
 */
export function sweepEngine(text: TextTower): Promise<SweepEngine> {
  const known = engines.get(text) ?? chooseEngine(text);
  engines.set(text, known);
  return known;
}

/**
 * Runs all cells of kind `run`.
 *
 * A pair is swept by the fast schedule where the model allows it and the pair's sentences differ at the negator alone, whatever else is in
 * the run.
 *
 * @param text The text tower.
 * @param pairs The pairs with their cells.
 * @param site Where the cells stand.
 * @returns The results of one group of pairs after the other.
 */
export async function* sweep(
  text: TextTower,
  pairs: readonly SweepPair[],
  site: Site,
): AsyncGenerator<SweepResult[]> {
  const { tower } = text;
  const rows = site === "resid" ? (await sweepEngine(text)).rows : undefined;
  const isFast = (pair: SweepPair) => fitsFastSweep(pair, tower.shape.layers);
  const fast = [...pairs.keys()].filter((index) => rows !== undefined && isFast(pairs[index]!));
  const chosen = new Set(fast);
  const general = [...pairs.keys()].filter((index) => !chosen.has(index));
  const pick = (indices: readonly number[]) => indices.map((index) => pairs[index]!);
  if (rows !== undefined) yield* renumbered(fastSweep(tower, rows, pick(fast)), fast);
  yield* renumbered(traceSweep(tower, pick(general), site), general);
}

async function* renumbered(
  batches: AsyncIterable<SweepResult[]>,
  indices: readonly number[],
): AsyncGenerator<SweepResult[]> {
  for await (const results of batches) {
    yield results.map((result) => ({ ...result, index: indices[result.index]! }));
  }
}

async function chooseEngine(text: TextTower): Promise<SweepEngine> {
  const { tower } = text;
  try {
    const rows = await tower.rowTower();
    const difference = await differenceOfEngines(text, rows);
    if (difference <= BOUND) return { rows };
    throw rowsDisagree(tower.path, { difference, bound: BOUND });
  } catch (error) {
    await tower.releaseRowTower();
    if (error instanceof TypeError) return { refusal: error };
    throw error;
  }
}

/** The largest difference of embeddings by the two engines as a share of the largest value; a NaN counts as 1. */
async function differenceOfEngines(text: TextTower, rows: RowTower): Promise<number> {
  const { tower } = text;
  const pair = checkPair(text);
  const cells = traceCells(pair, { site: "resid", ...tower.shape });
  const collect = async (batches: AsyncIterable<SweepResult[]>) => {
    const results = (await Array.fromAsync(batches)).flat();
    return new Map(results.map(({ cell, embedding }) => [cell, embedding]));
  };
  const expected = await collect(traceSweep(tower, [{ pair, cells }], "resid"));
  const found = await collect(fastSweep(tower, rows, [{ pair, cells }]));
  let difference = 0;
  let largest = 0;
  for (const [cell, embedding] of expected) {
    embedding.forEach((x, i) => {
      largest = Math.max(largest, Math.abs(x));
      difference = Math.max(difference, Math.abs(x - found.get(cell)![i]!));
    });
  }
  const share = largest === 0 ? difference : difference / largest;
  return Number.isNaN(share) ? 1 : share;
}

/** Two sequences of tokens that every model has, alike but for the fourth. */
function checkPair(text: TextTower): AlignedPair {
  const [start, end] = [text.encode("")[0]!, text.encode("").at(-1)!];
  const own = Array.from({ length: 8 }, (_, id) => id).filter((id) => id !== start && id !== end);
  const [a, b, no, some, c, d] = own;
  const sentence = (negator: number) => {
    const ids = [start, a!, b!, negator, c!, d!, end];
    return { sentence: "", ids, tokens: ids.map(String), pooled: ids.length - 1 };
  };
  const negated = sentence(no!);
  return {
    key: "",
    negated,
    affirmative: sentence(some!),
    alignment: [...negated.ids.keys()],
    roles: negated.ids.map(() => "before" as const),
    negator: 3,
  };
}
