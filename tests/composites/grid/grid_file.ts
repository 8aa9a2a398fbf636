/** Study files for tests. */

import { readGrid } from "../../../lib/composites/grid/read_grid.ts";
import { inFolder } from "../../scripts/task_process.ts";
import type { Grid } from "../../../lib/composites/grid/grid.ts";

/** Reads a study file that is written into a folder of its own for this. */
export async function gridOf(content: string | object): Promise<Grid> {
  const text = typeof content === "string" ? content : JSON.stringify(content, null, 2);
  return await inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/study.json`, text);
    return await readGrid(`${folder}/study.json`);
  });
}

/** The smallest study file, with other parts in place of its own. */
export function study(parts: Readonly<Record<string, unknown>> = {}): object {
  return { models: { shapes: {} }, data: { own: {} }, experiments: { evaluate: {} }, ...parts };
}
