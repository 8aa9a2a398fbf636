/** A tower as readable text. */

import { foldBlocks } from "./folded_blocks.ts";
import type { Tower } from "./tower.ts";
import { axesText } from "./tower_shape.ts";

/** How much of a tower is printed. */
export interface TowerTextOptions {
  /** Whether the hook points of every block have lines of their own; otherwise those of all blocks share one. @default {false} */
  readonly all?: boolean;
}

/** A tower's hook points with axes and sizes, one per line. */
export function towerText(
  { kind, shape, hooks, unreachable }: Pick<Tower, "kind" | "shape" | "hooks" | "unreachable">,
  advice: string,
  { all = false }: TowerTextOptions = {},
): string {
  const { layers, heads, width, projection } = shape;
  const gone = (hook: string) => unreachable.has(hook) ? "  cannot be reached" : "";
  const shown = all
    ? hooks.map((hook) => ({ name: hook, names: [hook] }))
    : foldBlocks(hooks, gone);
  const lines = shown.map(({ name, names: [hook] }) =>
    `  ${name}  [${axesText(shape, hook!)}]${gone(hook!)}`
  );
  if (unreachable.size > 0) lines.push(`  ${advice}`);
  return [
    `${kind} tower: ${layers} blocks, ${heads} heads, width ${width}, projection ${projection}`,
    ...lines,
  ].join("\n");
}
