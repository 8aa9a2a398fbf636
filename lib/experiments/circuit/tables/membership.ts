/** The place of every node in each ranking, and how sure it is. */

import { type Estimate, FEWEST_CLUSTERS, withoutBounds } from "../../../stats/estimate.ts";
import type { Steps } from "../../../stats/steps.ts";
import { LAYER, numberOrNone } from "../../../study/columns.ts";
import { estimate } from "../../../study/effects/estimate_columns.ts";
import { cellsName, nodeCells } from "../../../tables/nodes.ts";
import { count, estimated, type Row, table, text } from "../../../tables/table.ts";
import { mostDeviation } from "../faithfulness.ts";
import type { CircuitRun } from "../measured.ts";
import { orderOf, type Ranking, type RankingName } from "../search/rank.ts";
import type { SingleRanking } from "../search/scored_runs.ts";
import type { CircuitRow } from "./circuit_table.ts";
import { HEAD_OR_NONE, NODE, RANKING, SHARE } from "./columns.ts";
import type { Side } from "./sides.ts";

const EFFECT = estimate(
  "effect",
  "",
  SHARE,
  "The node's effect, by whose size it is ranked, as a share of d; empty for `greedy`.",
);

export const MEMBERSHIP = table(
  "membership",
  "One row for each ranking and node of the model, over all chosen rows.",
  {
    ranking: RANKING,
    node: NODE,
    layer: LAYER,
    head: HEAD_OR_NONE,
    rank: count(
      "The node's place in the ranking, from 1.",
    ),
    share_of_samples: estimated(numberOrNone(
      "share",
      `In how many bootstrap samples of the clusters the node is among the first that are enough: each sample ranks the nodes anew, and takes the smallest size that was run at which the ranking of all rows is enough in it. Empty for \`greedy\`, and below ${FEWEST_CLUSTERS} effective clusters.`,
    )),
    among: numberOrNone(
      "nodes",
      "That size with all rows.",
    ),
    ...EFFECT.columns,
    in_circuit: text<"yes" | "no">("Whether the node is in the circuit."),
  },
);

/** A row of membership.csv. */
export type MembershipRow = Row<
  { ranking: RankingName; node: "head" | "mlp"; in_circuit: "yes" | "no" },
  "layer" | "rank",
  "head" | "share_of_samples" | "among" | "effect" | "low" | "high"
>;

/** The smallest of the sizes that were run at which a ranking is enough. */
interface Sizes {
  /** With all rows; undefined if d is no more than a rounding error in all of them. */
  readonly among: number | undefined;
  readonly ofSamples: Float64Array;
}

export function* membershipRows(
  run: CircuitRun,
  [whole]: readonly Side[],
): Steps<MembershipRow[]> {
  const { search, circuit, model } = run;
  const inCircuit = new Set(circuit?.tests.circuit.nodes);
  const rows: MembershipRow[] = [];
  for (const ranking of search?.rankings ?? []) {
    const { name, order } = ranking;
    const sizes = yield* sizesOf(run, whole!, ranking);
    const drawn = name === "greedy" ? undefined : yield* resampled(run, whole!, { name, sizes });
    for (const [i, node] of order.entries()) {
      rows.push({
        ranking: name,
        ...nodeCells(model.nodes[node]!),
        rank: i + 1,
        share_of_samples: drawn?.among?.[node],
        among: sizes.among,
        ...EFFECT.cells(drawn?.effects[node] ?? withoutBounds(undefined)),
        in_circuit: inCircuit.has(node) ? "yes" : "no",
      });
    }
  }
  return rows;
}

/** The sizes at which a ranking is enough: with all rows, and in each bootstrap sample. */
function* sizesOf(
  { sets, gainOf, bound }: CircuitRun,
  { deviation, rounding, samples }: Side,
  ranking: Ranking,
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
    const { estimate } = deviation(gainOf(set), keep);
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

/** The nodes of the beginning of its ranking that a circuit lacks, and those that it has besides. */
export function changesOf(
  { ranking, start }: Pick<CircuitRow, "ranking" | "start">,
  membership: readonly MembershipRow[],
): { readonly dropped: readonly string[]; readonly added: readonly string[] } {
  const ranked = start === undefined ? [] : membership.filter((row) => row.ranking === ranking);
  const named = (isFirst: boolean, isIn: "yes" | "no") =>
    ranked.filter(({ rank, in_circuit }) => (rank <= start!) === isFirst && in_circuit === isIn)
      .map(cellsName);
  return { dropped: named(true, "no"), added: named(false, "yes") };
}

/** In how many samples each node is, by name, where the circuit is a beginning of its ranking, so that the samples' are its own. */
export function sharesOfSamples(
  circuit: Pick<CircuitRow, "ranking" | "start">,
  membership: readonly MembershipRow[],
): ReadonlyMap<string, number | undefined> | undefined {
  const { dropped, added } = changesOf(circuit, membership);
  if (circuit.start === undefined || dropped.length + added.length > 0) return undefined;
  const ranked = membership.filter(({ ranking }) => ranking === circuit.ranking);
  return new Map(ranked.map((row) => [cellsName(row), row.share_of_samples]));
}
