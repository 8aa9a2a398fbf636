/** How far the order of heads is the same on both sets of sentences in towers with random weights, which have learnt nothing. */

import { rankCorrelation } from "../../stats/correlation.ts";
import { ATTENTION_NOISE } from "../../study/effects/noise.ts";
import { headName, type NamedHead } from "../../tables/nodes.ts";

/** A row of heads_controls.csv, as far as it is read. */
export interface ControlledHead extends NamedHead {
  readonly negation: string;
  /** The control: each tower has a row. */
  readonly control: string;
  readonly above_baseline_control?: number | undefined;
}

/** What heads_controls.csv has of a set of sentences, with the number of rows of each side. */
export interface ControlledSet {
  readonly controls: readonly ControlledHead[];
  readonly heads: readonly { readonly negation: string; readonly n_baseline: number }[];
}

/** The least and the largest rank correlation of random towers. */
export interface RandomRho {
  readonly least: number;
  readonly most: number;
}

/** Spearman's rho over heads of `above_baseline` in both sets, in each tower; undefined without towers in both. */
export function randomRho(here: ControlledSet, there: ControlledSet): RandomRho | undefined {
  const second = towersOf(there);
  const rhos = [...towersOf(here)].flatMap(([tower, values]) => {
    const means = second.get(tower);
    if (means === undefined) return [];
    const heads = [...values.keys()].filter((head) => means.has(head));
    const valuesIn = (of: ReadonlyMap<string, number>) => heads.map((head) => of.get(head)!);
    return rankCorrelation(valuesIn(values), valuesIn(means), ATTENTION_NOISE) ?? [];
  });
  return rhos.length === 0 ? undefined : { least: Math.min(...rhos), most: Math.max(...rhos) };
}

/** The mean of each head over the rows of both sides, by tower. */
function towersOf({ controls, heads }: ControlledSet): Map<string, Map<string, number>> {
  const sizes = new Map(heads.map(({ negation, n_baseline }) => [negation, n_baseline]));
  const total = sizes.values().reduce((sum, n) => sum + n, 0);
  const towers = new Map<string, Map<string, number>>();
  for (const { negation, control, above_baseline_control: value, ...head } of controls) {
    if (!/^random \d/.test(control) || value === undefined) continue;
    const means = towers.getOrInsertComputed(control, () => new Map<string, number>());
    const share = value * sizes.get(negation)! / total;
    means.set(headName(head), (means.get(headName(head)) ?? 0) + share);
  }
  return towers;
}
