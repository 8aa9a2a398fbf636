/** Counts over simulated data sets whose truth is known. */

import { ClusterBootstrap, type Estimate } from "../../lib/stats/bootstrap.ts";
import type { Steps } from "../../lib/stats/steps.ts";
import { clusterOfRow, ColumnDraws, type Design } from "./draws.ts";

/** The intraclass correlations of y; that of the authors' d on VALSE is .055. */
export const ICCS = [0, 0.055, 0.1, 0.2, 0.4] as const;

export interface Drawn {
  readonly draws: ColumnDraws;
  readonly sizes: readonly number[];
  readonly keys: readonly string[];
  /** Resamples the clusters; all data sets of a design share its draws. */
  readonly bootstrap: ClusterBootstrap;
  readonly icc: number;
  /** The number of the data set, from 0: a seed. */
  readonly set: number;
}

/** A test or an interval, and the clusters for which it is simulated. */
export interface Simulation {
  readonly name: string;
  readonly designs: readonly Design[];
  /** Draws a data set: whether the test rejects or the interval contains the truth; undefined if the kit leaves it empty. */
  readonly isHit: (drawn: Drawn) => boolean | undefined;
}

export interface SimulatedRow {
  readonly name: string;
  readonly clusters: string;
  /** The share of data sets for which the kit prints a value. */
  readonly printed: number;
  /** The share of hits among these for each of {@linkcode ICCS}; undefined if they are too few to tell. */
  readonly hits: readonly (number | undefined)[];
}

export function* simulate(
  simulations: readonly Simulation[],
  sets: number,
): Steps<SimulatedRow[]> {
  const rows: SimulatedRow[] = [];
  for (const { name, designs, isHit } of simulations) {
    for (const { name: clusters, sizes } of designs) {
      const clusterOf = clusterOfRow({ name, sizes });
      const keys = clusterOf.map(String);
      using bootstrap = new ClusterBootstrap(keys, { seed: 1 });
      const all = new Shares();
      const hits: (number | undefined)[] = [];
      for (const [seed, icc] of ICCS.entries()) {
        const ofIcc = new Shares();
        const draws = new ColumnDraws(clusterOf, seed);
        for (let set = 0; set < sets; set++) {
          yield;
          const hit = isHit({ draws, sizes, keys, bootstrap, icc, set });
          for (const shares of [ofIcc, all]) shares.count(hit);
        }
        hits.push(ofIcc.hits);
      }
      rows.push({ name, clusters, printed: all.printed, hits });
    }
  }
  return rows;
}

/** Whether an interval contains the truth; undefined without an interval. */
export function holds({ low, high }: Estimate, truth: number): boolean | undefined {
  return low === undefined || high === undefined ? undefined : low <= truth && truth <= high;
}

/** Whether a test rejects at .05; undefined without a p-value. */
export function isSmall(p: number | undefined): boolean | undefined {
  return p === undefined ? undefined : p <= 0.05;
}

export class Shares {
  #sets = 0;
  #printed = 0;
  #hits = 0;

  count(isHit: boolean | undefined): void {
    this.#sets++;
    if (isHit === undefined) return;
    this.#printed++;
    if (isHit) this.#hits++;
  }

  /** The share of data sets for which the kit prints a value. */
  get printed(): number {
    return this.#printed / this.#sets;
  }

  /** The share of hits among these; undefined if they are too few to tell, fewer than a tenth of all. */
  get hits(): number | undefined {
    return this.#printed < this.#sets / 10 ? undefined : this.#hits / this.#printed;
  }
}
