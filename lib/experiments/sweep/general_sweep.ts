/** The sweep of causal tracing: many patched runs of the affirmative sentence in one growing batch. */

import { runHooked, unit } from "../../engine/run/hooked_run.ts";
import type { RunState } from "../../engine/run/run_state.ts";
import type { Stop } from "../../engine/run/cut_plan.ts";
import { idsInput } from "../../model/text/text_tower.ts";
import type { Tower } from "../../engine/tower.ts";
import type { ActivationCache } from "../../hooks/cache.ts";
import { type Cell, type Site, siteHook, type SweepSentences } from "./trace_cells.ts";

/** A pair with the cells to run. */
export interface SweepPair {
  readonly pair: SweepSentences;
  readonly cells: readonly Cell[];
}

/** The embedding from a patched run. */
export interface SweepResult {
  /** The pair's index in the given list. */
  readonly index: number;
  readonly cell: Cell;
  /** Unit length, [projection]. */
  readonly embedding: Float32Array;
}

/** A pair's cells, or some of them, that run in one batch. */
interface Job extends SweepPair {
  readonly index: number;
}

/** The most tokens in one batch: enough for the full multiply rate, few enough for memory. */
const TOKENS_PER_BATCH = 2048;

/**
 * Runs all cells of kind `run`.
 *
 * The affirmative sentences run once; at each stop, the rows that are patched there are appended to the batch and go only through
 * the later blocks. Pairs whose sentences have equal lengths share batches. No result depends on the other rows of its batch.
 *
 * @param tower The text tower.
 * @param pairs The pairs with their cells.
 * @param site The patched site.
 * @returns The results batch by batch.
 */
export async function* generalSweep(
  tower: Tower,
  pairs: readonly SweepPair[],
  site: Site,
): AsyncGenerator<SweepResult[]> {
  const jobs = pairs.flatMap(({ pair, cells }, index) => splitJob({ pair, cells, index }));
  for (const batch of packJobs(jobs)) yield await runBatch(tower, batch, site);
}

/** The number of tokens that a job adds to a batch. */
function tokensOf({ pair, cells }: SweepPair): number {
  return pair.affirmative.ids.length * (1 + cells.length);
}

function splitJob({ pair, cells, index }: Job): Job[] {
  const run = cells.filter(({ kind }) => kind === "run");
  const rows = Math.max(1, Math.floor(TOKENS_PER_BATCH / pair.affirmative.ids.length) - 1);
  const parts = Math.ceil(run.length / rows);
  return Array.from(
    { length: parts },
    (_, part) => ({ pair, index, cells: run.slice(part * rows, (part + 1) * rows) }),
  );
}

/** Packs jobs into batches of sentences with equal lengths, in the order of the first job of each length. */
function packJobs(jobs: readonly Job[]): Job[][] {
  const lengths = Map.groupBy(
    jobs,
    ({ pair }) => `${pair.negated.ids.length},${pair.affirmative.ids.length}`,
  );
  return [...lengths.values()].flatMap((sameLength) => {
    const batches: Job[][] = [];
    let tokens = Infinity;
    for (const job of sameLength) {
      tokens += tokensOf(job);
      if (tokens > TOKENS_PER_BATCH) {
        batches.push([]);
        tokens = tokensOf(job);
      }
      batches.at(-1)!.push(job);
    }
    return batches;
  });
}

async function runBatch(tower: Tower, jobs: readonly Job[], site: Site): Promise<SweepResult[]> {
  const layers = [...new Set(jobs.flatMap(({ cells }) => cells.map(({ layer }) => layer)))];
  const hooks = new Map(layers.map((layer) => [siteHook(site, layer), layer]));
  const { cache } = await runHooked(tower, {
    batches: [{
      rows: jobs.map((_, row) => row),
      positions: jobs[0]!.pair.negated.ids.length,
      input: () => idsInput(jobs.map(({ pair }) => pair.negated.ids)),
    }],
    rowNames: jobs.map(({ pair }) => pair.negated.sentence),
    keep: [...hooks.keys()],
  });
  const results: { index: number; cell: Cell; row: number }[] = [];
  const visit = (stop: Stop, state: RunState) => {
    const hook = stop.hooks.find((name) => hooks.has(name));
    if (hook === undefined) return;
    const patched = jobs.flatMap(({ cells, index }, job) =>
      cells.filter(({ layer }) => layer === hooks.get(hook)).map((cell) => ({ job, cell, index }))
    );
    const first = state.append(patched.map(({ job }) => job));
    const value = tower.view(stop, state);
    patched.forEach(({ job, cell, index }, i) => {
      const source = patchVector(cache, hook, { row: job, cell });
      const offset = (first + i) * value.stride(0) + cell.target! * value.stride(1);
      const within = cell.head === undefined ? 0 : (cell.head - 1) * value.stride(2);
      value.data.set(source, offset + within);
      results.push({ index, cell, row: first + i });
    });
  };
  const input = idsInput(jobs.map(({ pair }) => pair.affirmative.ids));
  const embeddings = await tower.run(input, { wanted: new Set(hooks.keys()), visit });
  return results.map(({ index, cell, row }) => ({
    index,
    cell,
    embedding: unit(embeddings.row(row).data),
  }));
}

/** The negated run's vector at a cell: [width], or [head width] at site z. */
function patchVector(
  cache: ActivationCache,
  hook: string,
  { row, cell }: { readonly row: number; readonly cell: Cell },
): Float32Array {
  const atPosition = cache.row(hook, row).row(cell.position);
  return (cell.head === undefined ? atPosition : atPosition.row(cell.head - 1)).data;
}
