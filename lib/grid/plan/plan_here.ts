/** The plan of a study with what its jobs take on this machine. */

import { NegscopeError } from "../../errors.ts";
import type { Grid, GridModel } from "../grid.ts";
import { measureMachine } from "./machine.ts";
import { type Plan, planOf } from "./plan.ts";
import { countRows } from "./rows.ts";

/** Counts the rows, measures the machine and plans the jobs. */
export async function planHere(
  grid: Grid,
  options: { readonly out: string; readonly study: readonly string[] },
): Promise<{ readonly plan: Plan; readonly rate: number }> {
  const rows = await countRows(grid);
  const machine = await measureMachine(grid);
  const plan = planOf(grid, { ...options, rows, machine });
  return { plan, rate: machine.rate(grid.models[0]!.choice.threads) };
}

/** Refuses a study with models that are not on this machine. */
export function refuseMissing({ models }: Grid): void {
  const missing = models.filter((model) => model.missing !== undefined);
  if (missing.length > 0) throw notHere(missing);
}

/** The error for models that are not on this machine. */
export function notHere(models: readonly GridModel[]): NegscopeError {
  const names = [...new Set(models.map(({ missing }) => missing!))];
  return new NegscopeError("model-missing", {
    problem: `Cannot find ${names.length === 1 ? `model "${names[0]}"` : `${names.length} models`}`,
    subject: names.join(", "),
    reason: "no download of it is on this machine, and this task does not use the network",
    fix: `first run: ${names.map((name) => `deno task download clip ${name}`).join("; ")}`,
  });
}
