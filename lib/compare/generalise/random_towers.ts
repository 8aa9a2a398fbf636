/** How far the order of heads is the same on both sets of sentences in towers with random weights, which have learnt nothing. */

import { rankCorrelation } from "../../stats/rank_correlation.ts";
import { ATTENTION_NOISE } from "../../study/effects/noise.ts";

/** A row of heads_controls.csv, as far as it is read. */
export interface ControlledHead {
  readonly negation: string;
  readonly layer: number;
  readonly head: number;
  /** The control: each tower has a row. */
  readonly control: string;
  readonly above_baseline_control?: number | undefined;
}

/** What heads_controls.csv has of a set of sentences, with the number of rows of each side. */
export interface ControlledSet {
  readonly controls: readonly ControlledHead[];
  readonly heads: readonly { readonly negation: string; readonly n_baseline: number }[];
}

/** The rank correlations of random towers: the least and the largest. */
export interface RandomRho {
  readonly least: number;
  readonly most: number;
}

/** Spearman's rho over heads of `above_baseline` in both sets, in each tower; undefined without towers in both. */
export function randomRho(here: ControlledSet, there: ControlledSet): RandomRho | undefined {
  const [first, second] = [towersOf(here), towersOf(there)];
  const rhos = [...first].flatMap(([tower, values]) => {
    const other = second.get(tower);
    if (other === undefined) return [];
    const both = [...values].filter(([head]) => other.has(head));
    return rankCorrelation(
      both.map(([, value]) => value),
      both.map(([head]) => other.get(head)!),
      ATTENTION_NOISE,
    ) ?? [];
  });
  return rhos.length === 0 ? undefined : { least: Math.min(...rhos), most: Math.max(...rhos) };
}

/** The mean of each head over the rows of both sides, by tower. */
function towersOf({ controls, heads }: ControlledSet): Map<string, Map<string, number>> {
  const sizes = new Map(heads.map(({ negation, n_baseline }) => [negation, n_baseline]));
  const total = [...sizes.values()].reduce((sum, n) => sum + n, 0);
  const towers = new Map<string, Map<string, number>>();
  for (const { negation, layer, head, control, above_baseline_control: value } of controls) {
    if (!/^random \d/.test(control) || value === undefined) continue;
    const means = towers.get(control) ?? new Map<string, number>();
    const key = `${layer}.${head}`;
    means.set(key, (means.get(key) ?? 0) + value * sizes.get(negation)! / total);
    towers.set(control, means);
  }
  return towers;
}
