/** The schemas of all tables that the kit's experiments write. */

import { standardOptions } from "../options/values.ts";
import { type AnyExperiment, emptyTablesOf } from "../study/experiment/experiment.ts";
import type { TableSchema } from "../tables/table.ts";
import { ALL_EXPERIMENTS } from "./all.ts";

export function schemasOf(experiment: AnyExperiment): TableSchema[] {
  const tables = emptyTablesOf(experiment, { ...standardOptions(experiment.options), seed: 0 });
  return Object.values(tables).flatMap(({ schema }) => schema ?? []);
}

/** The schemas of all experiments, the scores' first, by the names of the tables. */
export function allSchemas(): ReadonlyMap<string, TableSchema> {
  const scoresFirst = ALL_EXPERIMENTS.toSorted((a, b) =>
    Number(b.name === "evaluate") - Number(a.name === "evaluate")
  );
  return new Map(scoresFirst.flatMap(schemasOf).map((schema) => [schema.name, schema]));
}
