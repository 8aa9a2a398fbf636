import { ALL_EXPERIMENTS, schemasOf } from "../../lib/experiments/all.ts";
import type { TableSchema } from "../../lib/tables/table.ts";

/** The schemas of all experiments by the names of the tables. */
export function allSchemas(): ReadonlyMap<string, TableSchema> {
  return new Map(ALL_EXPERIMENTS.flatMap(schemasOf).map((schema) => [schema.name, schema]));
}
