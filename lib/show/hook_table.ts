/** A tower's hook points as a table, with one line for a hook point that all blocks share. */

import type { Tower } from "../engine/tower.ts";
import { foldBlocks } from "../engine/folded_blocks.ts";
import { axesText } from "../engine/tower_shape.ts";
import type { Table } from "../tables/table.ts";

/** Hook points that differ only in their block. */
export interface HookLine {
  /** The name, e.g. `blocks.{0–5}.hook_mlp_out`. */
  readonly hook: string;
  /** The axes, with the sizes that the model fixes. */
  readonly axes: string;
}

/**
 * Lists a tower's hook points, with all blocks folded into one line.
 *
 * @param tower The tower.
 */
export function hookTable(tower: Tower): Table<HookLine> {
  const rows = foldBlocks(tower.hooks).map(({ name, names }): HookLine => ({
    hook: name,
    axes: axesText(tower.shape, names[0]!),
  }));
  return { name: `${tower.kind} tower`, columns: ["hook", "axes"], rows };
}
