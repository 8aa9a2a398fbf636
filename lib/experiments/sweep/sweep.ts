/** The sweep of causal tracing: by the fast schedule where its conditions hold, otherwise by the general engine. */

import type { BlockCuts } from "../../engine/rows/row_subgraphs.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import { type ErrorCode, NegscopeError } from "../../errors.ts";
import { byEngine } from "./by_engine.ts";
import { fastSweep } from "./fast/fast_sweep.ts";
import { fitsFastSweep, isFastSite } from "./fast/groups.ts";
import { streamCount, SweepStreams } from "./streams/streams.ts";
import type { AlignedPair } from "../../subject/prepare.ts";
import { type Site, traceCells } from "./trace_cells.ts";
import { generalSweep, type SweepPair, type SweepResult } from "./general_sweep.ts";

/** How the sweeps of a model are run. */
export interface SweepEngine {
  /** The tower's blocks, row by row, if the fast schedule can be used. */
  readonly streams?: SweepStreams;
  /** Why the fast schedule cannot be used. */
  readonly refusal?: NegscopeError;
}

/** The largest accepted difference between the two engines, as a share of the largest value: they add float32 values in different orders. */
const BOUND = 1e-5;

/** Errors if a graph cannot be run row by row, or gives other numbers that way. */
const REFUSALS: readonly ErrorCode[] = ["rows-inseparable", "rows-disagree", "onnx-type-unknown"];

/** Loaded engines by how their blocks are cut, and by number of streams. */
const engines = new WeakMap<TextTower, Record<"whole" | "atMlp", EnginesByCount>>();

type EnginesByCount = Map<number, Promise<SweepEngine>>;

/**
 * Loads what the fast schedule needs, and compares it with the general engine on a pair of token sequences that is the same in
 * all runs.
 *
 * @param text The text tower.
 * @param pairs The pairs to sweep; their number decides whether more than one thread is started.
 * @param cuts How blocks are cut.
 * @returns The engine of an earlier call, or one with more streams.
 */
export function sweepEngine(
  text: TextTower,
  pairs: readonly Pick<AlignedPair, "affirmative" | "negator">[] = [],
  cuts: BlockCuts = {},
): Promise<SweepEngine> {
  const ofTower = engines.get(text) ?? { whole: new Map(), atMlp: new Map() };
  engines.set(text, ofTower);
  const loaded = ofTower[cuts.atMlp ? "atMlp" : "whole"];
  const count = Math.max(streamCount(pairs, text.tower), ...loaded.keys());
  const engine = loaded.get(count) ?? chooseEngine(text, count, cuts);
  loaded.set(count, engine);
  engine.catch(() => loaded.delete(count)); // a later call may succeed
  return engine;
}

/**
 * Runs all cells of kind `run`.
 *
 * A pair is swept by the fast schedule if the model allows it and the pair's sentences differ only at the negator, regardless of
 * the other pairs.
 *
 * @param text The text tower.
 * @param pairs The pairs with their cells.
 * @param site The patched site.
 * @returns The results, one group of pairs at a time.
 */
export async function* sweep(
  text: TextTower,
  pairs: readonly SweepPair[],
  site: Site,
): AsyncGenerator<SweepResult[]> {
  const { tower } = text;
  const general = (own: readonly SweepPair[]) => generalSweep(tower, own, site);
  if (!isFastSite(site)) return yield* general(pairs);
  const { streams } = await sweepEngine(text, pairs.map(({ pair }) => pair));
  if (streams === undefined) return yield* general(pairs);
  const { layers } = tower.shape;
  yield* byEngine(pairs, (pair) => fitsFastSweep(pair, { layers, site }), {
    fast: (own) => fastSweep(streams, own, site),
    general,
  });
}

async function chooseEngine(
  text: TextTower,
  count: number,
  cuts: BlockCuts,
): Promise<SweepEngine> {
  const { tower, family } = text;
  if (!family.causal) {
    const refusal = new NegscopeError("attention-not-causal", {
      problem: `Cannot sweep "${tower.path}" by the fast schedule`,
      subject: tower.path,
      reason:
        `${family.name} has no causal mask, so that every position of a run depends on what is patched`,
      fix: "the general sweep is used",
    });
    return { refusal };
  }
  let streams: SweepStreams | undefined;
  try {
    streams = await SweepStreams.open(tower, count, cuts);
    const difference = await differenceOfEngines(text, streams);
    if (difference <= BOUND) return { streams };
    const share = difference.toExponential(1);
    throw new NegscopeError("rows-disagree", {
      problem: `Cannot sweep "${tower.path}" by the fast schedule`,
      subject: tower.path,
      reason:
        `row by row its embeddings differ by ${share} of the largest value, expected at most ${
          BOUND.toExponential(0)
        }, as with half-precision weights`,
      fix: "the general sweep is used, or take a float32 export of CLIP",
    });
  } catch (error) {
    await streams?.release();
    if (error instanceof NegscopeError && REFUSALS.includes(error.code)) return { refusal: error };
    throw error;
  }
}

/** The largest difference between the two engines' embeddings, as a share of the largest value; NaN counts as 1. */
async function differenceOfEngines(text: TextTower, streams: SweepStreams): Promise<number> {
  const { tower } = text;
  const pair = checkPair(text);
  const cells = traceCells(pair, { site: "resid", ...tower.shape, causal: text.family.causal });
  const collect = async (batches: AsyncIterable<SweepResult[]>) => {
    const results = (await Array.fromAsync(batches)).flat();
    return new Map(results.map(({ cell, embedding }) => [cell, embedding]));
  };
  const expected = await collect(generalSweep(tower, [{ pair, cells }], "resid"));
  const found = await collect(fastSweep(streams, [{ pair, cells }], "resid"));
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

/** Two sequences of tokens that every model has; they differ only in the fourth token. */
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
