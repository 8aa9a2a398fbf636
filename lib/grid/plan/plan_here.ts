/** The plan of a study with what its jobs take on this machine: the rows of its data, the sizes of its models, and the machine's rate. */

import { NegscopeError } from "../../errors.ts";
import { onDisk } from "../../files/disk.ts";
import type { ClipConfig } from "../../architecture/sizes.ts";
import { loadClipConfig } from "../../model/forms/settings.ts";
import { multiplyRate } from "../../onnx/ort_runtime.ts";
import { findModel, ownDataOf } from "../../opening/choice/find_model.ts";
import { givenData, readGiven } from "../../opening/choice/given_rows.ts";
import { openRuntime } from "../../runtime/open_runtime.ts";
import { cellsOf, type Grid } from "../grid.ts";
import type { RowCount, Rows } from "./costs.ts";
import { type Plan, planOf } from "./plan.ts";

/** Counts the rows, measures the rate for each number of threads, and plans the jobs. */
export async function planHere(
  grid: Grid,
  out: string,
): Promise<{ readonly plan: Plan; readonly rate: number }> {
  const rows = await countRows(grid);
  const rates = new Map<number, number>();
  const runtime = await openRuntime();
  for (const { choice: { threads } } of grid.models) {
    if (!rates.has(threads)) rates.set(threads, await multiplyRate(runtime, { threads }));
  }
  const rate = (threads: number) => rates.get(threads)!;
  const machine = { rate, sizes: await sizesOfModels(grid) };
  const plan = planOf(grid, { out, rows, machine });
  return { plan, rate: rate(grid.models[0]!.choice.threads) };
}

/** The sizes of the models that are here, by their names in the study. */
export async function sizesOfModels({ models }: Grid): Promise<ReadonlyMap<string, ClipConfig>> {
  const sizes = new Map<string, ClipConfig>();
  for (const { name, choice } of models.filter(({ missing }) => missing === undefined)) {
    const { folder } = await findModel(choice, (option) => option);
    sizes.set(name, await loadClipConfig(onDisk(folder)));
  }
  return sizes;
}

/** Reads all data of a study, each file once, and counts its rows and what repeats in them. */
export async function countRows(grid: Grid): Promise<Rows> {
  const files = new Map<string, Promise<RowCount>>();
  const counts = new Map<string, RowCount>();
  for (const { model, data } of cellsOf(grid)) {
    const { protocol = "rephrased", limit } = data.choice;
    const { name } = givenData(data.choice, ownDataOf(model.choice.model)?.data);
    const all = await files.getOrInsertComputed(
      JSON.stringify([name, protocol]),
      () => countOf(name, protocol),
    );
    const rows = Math.min(all.rows, limit ?? Infinity);
    counts.set(`${model.name}/${data.name}`, {
      rows,
      images: Math.min(all.images, rows),
      pairs: Math.min(all.pairs, rows),
    });
  }
  return counts;
}

async function countOf(
  name: string,
  protocol: "rephrased" | "standard" | "all",
): Promise<RowCount> {
  const { pairs } = await readGiven(name, { protocol, aligned: true });
  return {
    rows: pairs.length,
    images: new Set(pairs.map(({ image }) => image)).size,
    pairs: new Set(pairs.map(({ caption, foil }) => [caption, foil].sort().join("\n"))).size,
  };
}

/** Refuses a study with models that are not on this machine. */
export function refuseMissing({ models }: Pick<Grid, "models">): void {
  const names = [...new Set(models.flatMap(({ missing }) => missing ?? []))];
  if (names.length === 0) return;
  throw new NegscopeError("model-missing", {
    problem: `Cannot find ${names.length === 1 ? `model "${names[0]}"` : `${names.length} models`}`,
    subject: names.join(", "),
    reason: "no download of it is on this machine, and this task does not use the network",
    fix: `first run: ${names.map((name) => `deno task download clip ${name}`).join("; ")}`,
  });
}
