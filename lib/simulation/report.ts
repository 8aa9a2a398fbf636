/** The tables of the simulations, in Markdown. */

import type { Steps } from "../stats/steps.ts";
import { markdownTable } from "../tables/markdown.ts";
import { coverage, type CoverageRow, coverageSets } from "./coverage.ts";
import { ICCS, type SizeRow, sizeSets, testSizes } from "./test_sizes.ts";

/** What the simulations found. */
export interface Simulations {
  /** How often tests reject. */
  readonly sizes: readonly SizeRow[];
  /** How often intervals hold. */
  readonly coverage: readonly CoverageRow[];
}

/**
 * The number of data sets that {@linkcode simulations} takes.
 *
 * @param sets The number of data sets for each cell of the tables.
 */
export function allSets(sets: number): number {
  return sizeSets(sets) + coverageSets(sets);
}

/**
 * Simulates tests and intervals, a data set at a step.
 *
 * @param sets The number of data sets for each cell of the tables.
 */
export function* simulations(sets: number): Steps<Simulations> {
  return { sizes: yield* testSizes(sets), coverage: yield* coverage(sets) };
}

/**
 * Writes the tables in Markdown.
 *
 * @param found What the simulations found.
 * @param sets The number of data sets for each cell.
 */
export function simulationsText({ sizes, coverage }: Simulations, sets: number): string {
  const error = (share: number) => Math.sqrt(share * (1 - share) / sets).toFixed(3);
  const iccs = ICCS.map((icc) => `${icc}`.replace("0.", "."));
  return [
    `Tests: share of ${sets} data sets without any relation in which p <= .05, by the intraclass correlation of y. The standard error of .05 is ${
      error(0.05)
    }. "printed" is the share of data sets that have a p-value; the others are not counted.`,
    "",
    markdownTable({
      name: "sizes",
      columns: ["test", "clusters", "printed", ...iccs],
      rows: sizes.map(cells),
    }),
    `Intervals: share of ${sets} data sets whose 95 % interval contains the truth. The standard error of .95 is ${
      error(0.95)
    }.`,
    "",
    markdownTable({
      name: "coverage",
      columns: ["interval", "clusters", "printed", "0", ".1", ".4"],
      rows: coverage.map(cells),
    }),
  ].join("\n");
}

/** The cells of a row as text, so that columns of shares that are all 1 look like the others. */
function cells(row: SizeRow | CoverageRow): Record<string, string> {
  return Object.fromEntries(
    Object.entries(row).map((
      [name, value],
    ) => [name, typeof value === "number" ? value.toFixed(3).replace(/^0/, "") : value ?? "empty"]),
  );
}
