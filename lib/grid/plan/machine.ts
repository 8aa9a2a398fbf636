/** What is known of this machine before a study runs on it: its rate, and the sizes of the models. */

import { onDisk } from "../../files/disk.ts";
import type { ClipConfig } from "../../model/config.ts";
import { loadClipConfig } from "../../model/forms/settings.ts";
import { multiplyRate } from "../../onnx/runtime/multiply_rate.ts";
import { findModel } from "../../opening/choice/find_model.ts";
import { openRuntime } from "../../runtime/open_runtime.ts";
import type { Grid } from "../grid.ts";
import type { Machine } from "./costs.ts";

/** Measures the rate for each number of threads, and reads the sizes of the models. */
export async function measureMachine(grid: Grid): Promise<Machine> {
  const rates = new Map<number, number>();
  const runtime = await openRuntime();
  for (const { choice: { threads } } of grid.models) {
    if (!rates.has(threads)) rates.set(threads, await multiplyRate(runtime, { threads }));
  }
  return { rate: (threads) => rates.get(threads)!, sizes: await sizesOfModels(grid) };
}

/** The sizes of the models that are here, by their names in the study. */
export async function sizesOfModels(
  { models }: Grid,
): Promise<ReadonlyMap<string, ClipConfig | undefined>> {
  const sizes = new Map<string, ClipConfig | undefined>();
  for (const { name, choice, missing } of models) {
    if (missing !== undefined) continue;
    const { folder } = await findModel(choice, (option) => option);
    sizes.set(name, await loadClipConfig(onDisk(folder)));
  }
  return sizes;
}
