/** A tower's hook points as a table, with one line for a hook point that all blocks share. */

import type { Tower } from "../engine/tower.ts";
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
  const folded = Map.groupBy(tower.hooks, (hook) => hook.replace(/blocks\.\d+\./, "blocks.*."));
  const rows = [...folded.values()].map((hooks): HookLine => ({
    hook: foldedName(hooks),
    axes: axesText(tower.shape, hooks[0]!),
  }));
  return { name: `${tower.kind} tower`, columns: ["hook", "axes"], rows };
}

function foldedName(hooks: readonly string[]): string {
  const [first, last] = [hooks[0]!, hooks.at(-1)!].map((hook) =>
    hook.match(/blocks\.(\d+)\./)?.[1]
  );
  return first === last
    ? hooks[0]!
    : hooks[0]!.replace(`blocks.${first}.`, `blocks.{${first}–${last}}.`);
}
