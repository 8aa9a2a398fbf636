/** The tables of the simulations, in Markdown. */

import type { Steps } from "../../lib/stats/steps.ts";
import { markdownTable } from "../../lib/tables/text_table.ts";
import { INTERVALS } from "./coverage.ts";
import { ICCS, simulate, type SimulatedRow } from "./simulate.ts";
import { TESTS } from "./test_sizes.ts";

export interface Simulations {
  readonly sizes: readonly SimulatedRow[];
  readonly coverage: readonly SimulatedRow[];
}

/** The number of data sets that {@linkcode simulations} takes. */
export function allSets(sets: number): number {
  const designs = [...TESTS, ...INTERVALS].flatMap(({ designs }) => designs);
  return designs.length * ICCS.length * sets;
}

export function* simulations(sets: number): Steps<Simulations> {
  return {
    sizes: yield* simulate(TESTS, sets),
    coverage: yield* simulate(INTERVALS, sets),
  };
}

export function simulationsText({ sizes, coverage }: Simulations, sets: number): string {
  const error = (share: number) => Math.sqrt(share * (1 - share) / sets).toFixed(3);
  return [
    `Tests: share of ${sets} data sets without any relation in which p <= .05, by the intraclass correlation of y. The standard error of .05 is ${
      error(0.05)
    }. "printed" is the share of data sets that have a p-value; the others are not counted.`,
    "",
    shareTable("test", sizes),
    `Intervals: share of ${sets} data sets whose 95 % interval contains the truth. The standard error of .95 is ${
      error(0.95)
    }.`,
    "",
    shareTable("interval", coverage),
  ].join("\n");
}

/** A table with a column for each intraclass correlation. Shares are text, so that a column of shares that are all 1 looks like the others. */
function shareTable(what: string, rows: readonly SimulatedRow[]): string {
  const iccs = ICCS.map((icc) => `${icc}`.replace("0.", "."));
  return markdownTable({
    name: what,
    columns: [what, "clusters", "printed", ...iccs],
    rows: rows.map(({ name, clusters, printed, hits }) => ({
      [what]: name,
      clusters,
      printed: share(printed),
      ...Object.fromEntries(iccs.map((icc, i) => [icc, share(hits[i])])),
    })),
  });
}

function share(value: number | undefined): string {
  return value === undefined ? "empty" : value.toFixed(3).replace(/^0/, "");
}
