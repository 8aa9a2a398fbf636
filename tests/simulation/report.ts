/** The table of the simulations. */

import type { Steps } from "../../lib/stats/steps.ts";
import { tableToCsv } from "../../lib/tables/csv.ts";
import { INTERVALS } from "./coverage.ts";
import { ICCS, simulate, type SimulatedRow } from "./simulate.ts";
import { TESTS } from "./test_sizes.ts";

interface Simulations {
  readonly test: readonly SimulatedRow[];
  readonly interval: readonly SimulatedRow[];
}

/** The number of data sets that {@linkcode simulations} takes. */
export function allSets(sets: number): number {
  const designs = [...TESTS, ...INTERVALS].flatMap(({ designs }) => designs);
  return designs.length * ICCS.length * sets;
}

export function* simulations(sets: number): Steps<Simulations> {
  return { test: yield* simulate(TESTS, sets), interval: yield* simulate(INTERVALS, sets) };
}

/** For each test the share of data sets in which p <= .05, for each interval of those that it contains, with a column for each intraclass correlation. */
export function simulationsCsv(found: Simulations): string {
  const iccs = ICCS.map((icc) => `icc_${icc}`.replace(".", "_"));
  const rounded = (share: number | undefined) => share && Number(share.toFixed(3));
  return tableToCsv({
    name: "simulations",
    columns: ["kind", "name", "clusters", "printed", ...iccs],
    rows: (["test", "interval"] as const).flatMap((kind) =>
      found[kind].map(({ name, clusters, printed, hits }) => ({
        ...{ kind, name, clusters, printed: rounded(printed) },
        ...Object.fromEntries(iccs.map((icc, i) => [icc, rounded(hits[i])])),
      } as Record<string, string | number | undefined>))
    ),
  });
}
