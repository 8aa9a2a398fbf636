/** The place of every node in each ranking, and how sure it is. */

import type { Estimate } from "../../../stats/intervals/bootstrap.ts";
import type { Steps } from "../../../stats/steps.ts";
import { mostDeviation } from "../faithfulness.ts";
import type { CircuitRun } from "../measured.ts";
import { nodeCells } from "../../../tables/nodes.ts";
import type { MembershipRow } from "./ranking_schemas.ts";
import { orderOf, type Ranking } from "../search/rank.ts";
import type { SingleRanking } from "../search/scored_runs.ts";
import type { SidesOfRun } from "./set_rows.ts";
import type { Side } from "./sides.ts";

/** The smallest of the sizes that were run at which a ranking is enough. */
interface Sizes {
  /** With all rows; undefined if d is no more than a rounding error in all of them. */
  readonly among: number | undefined;
  readonly ofSamples: Float64Array;
}

/** The rows of membership.csv, in the order ranking, rank. */
export function* membershipRows(
  run: CircuitRun,
  { sides, bound }: SidesOfRun & { readonly bound: number },
): Steps<MembershipRow[]> {
  const { rankings, circuit, model } = run;
  const inCircuit = new Set(circuit?.tests.circuit.nodes);
  const rows: MembershipRow[] = [];
  for (const ranking of rankings) {
    const { name, order } = ranking;
    const sizes = yield* sizesOf(run, sides[0]!, { ranking, bound });
    const drawn = name === "greedy" ? undefined : yield* resampled(run, sides[0]!, { name, sizes });
    for (const [i, node] of order.entries()) {
      const { estimate, low, high } = drawn?.effects[node] ?? UNKNOWN;
      rows.push({
        ranking: name,
        ...nodeCells(model.nodes[node]!),
        rank: i + 1,
        share_of_samples: drawn?.among?.[node],
        among: sizes.among,
        effect: estimate,
        low,
        high,
        in_circuit: inCircuit.has(node) ? "yes" : "no",
      });
    }
  }
  return rows;
}

const UNKNOWN: Estimate = { estimate: undefined, low: undefined, high: undefined };

/** The sizes at which a ranking is enough: with all rows, and in each bootstrap sample. */
function* sizesOf(
  { sets, gainOf }: CircuitRun,
  { deviation, rounding, samples }: Side,
  { ranking, bound }: { readonly ranking: Ranking; readonly bound: number },
): Steps<Sizes> {
  const run = sets.filter(({ name, nodes }) => name === `${ranking.name} ${nodes.length}`)
    .toSorted((a, b) => b.nodes.length - a.nodes.length);
  const enough = mostDeviation(bound, rounding);
  const ofSamples = new Float64Array(samples).fill(ranking.order.length);
  let among: number | undefined;
  for (const set of run) {
    yield;
    const size = set.nodes.length;
    const keep = new Float64Array(samples).fill(NaN);
    const { estimate } = deviation((row) => gainOf(row, set), keep);
    if (estimate !== undefined && estimate <= enough) among = size;
    keep.forEach((distance, sample) => {
      if (distance <= enough) ofSamples[sample] = size;
    });
  }
  return { among, ofSamples };
}

/** The effects of all nodes as shares of d, and in how many bootstrap samples each is in the beginning that is enough. */
function* resampled(
  { rows, model, effectsOf }: CircuitRun,
  { shares, samples }: Side,
  { name, sizes }: { readonly name: SingleRanking; readonly sizes: Sizes },
): Steps<{ readonly effects: readonly Estimate[]; readonly among?: readonly number[] }> {
  const ofRows = rows.map((_, row) => effectsOf(row, name));
  const bySample: Float64Array[] = [];
  const effects: Estimate[] = [];
  for (const node of model.nodes.keys()) {
    yield;
    const keep = new Float64Array(samples);
    effects.push(shares([(row) => ofRows[row]![node]!], ([share]) => share!, keep));
    bySample.push(keep);
  }
  if (effects.some(({ low }) => low === undefined)) return { effects };
  const counts = new Array<number>(model.nodes.length).fill(0);
  for (let sample = 0; sample < samples; sample++) {
    if (sample % 64 === 0) yield;
    const order = orderOf(bySample.map((values) => values[sample]!));
    for (const node of order.slice(0, sizes.ofSamples[sample])) counts[node]!++;
  }
  return { effects, among: counts.map((n) => n / samples) };
}
