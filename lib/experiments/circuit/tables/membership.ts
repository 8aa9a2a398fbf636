/** The place of every node in each ranking, and how sure it is. */

import type { Estimate } from "../../../stats/intervals/bootstrap.ts";
import type { Steps } from "../../../stats/steps.ts";
import type { CircuitRun } from "../measured.ts";
import { nodeCells } from "../node_sets.ts";
import type { MembershipRow } from "./schemas.ts";
import type { SingleRanking } from "../search/scored_runs.ts";
import type { SidesOfRun } from "./set_rows.ts";
import type { Side } from "./sides.ts";

/** The share of nodes that the samples' rankings are asked for where no circuit was found. */
const SHARE_WITHOUT = 0.1;

/** The rows of membership.csv, in the order ranking, rank. */
export function* membershipRows(
  run: CircuitRun,
  { sides }: SidesOfRun,
): Steps<MembershipRow[]> {
  const { rankings, circuit, model } = run;
  const own = new Set(circuit?.tests.circuit.nodes);
  const among = circuit === undefined
    ? Math.max(1, Math.round(SHARE_WITHOUT * model.nodes.length))
    : own.size;
  const rows: MembershipRow[] = [];
  for (const { name, order } of rankings) {
    const drawn = name === "greedy" ? undefined : yield* resampled(run, sides[0]!, { name, among });
    for (const [i, node] of order.entries()) {
      const { estimate, low, high } = drawn?.effects[node] ?? UNKNOWN;
      rows.push({
        ...{ ranking: name, ...nodeCells(model.nodes[node]!), rank: i + 1 },
        ...{ share_of_samples: drawn?.among?.[node], among },
        ...{ effect: estimate, low, high, in_circuit: own.has(node) ? "yes" : "no" },
      });
    }
  }
  return rows;
}

const UNKNOWN: Estimate = { estimate: undefined, low: undefined, high: undefined };

/** The effects of all nodes as shares of d, and in how many bootstrap samples each is among the first. */
function* resampled(
  { rows, model, effectsOf }: CircuitRun,
  { shares, samples }: Side,
  { name, among }: { readonly name: SingleRanking; readonly among: number },
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
    const order = [...model.nodes.keys()].sort((a, b) =>
      bySample[b]![sample]! - bySample[a]![sample]! || a - b
    );
    for (const node of order.slice(0, among)) counts[node]!++;
  }
  return { effects, among: counts.map((n) => n / samples) };
}
