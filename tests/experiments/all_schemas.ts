/** The schemas of the kit's tables, for tests of what reads any of them. */

import { ALL_EXPERIMENTS, schemasOf } from "../../lib/experiments/all.ts";
import type { TableSchema } from "../../lib/tables/table.ts";

/** The schemas of all experiments, the scores' first, by the names of the tables. */
export function allSchemas(): ReadonlyMap<string, TableSchema> {
  const scoresFirst = ALL_EXPERIMENTS.toSorted((a, b) =>
    Number(b.name === "evaluate") - Number(a.name === "evaluate")
  );
  return new Map(scoresFirst.flatMap(schemasOf).map((schema) => [schema.name, schema]));
}
