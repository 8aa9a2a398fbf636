/** A tower as something to read. */

import { hookAxes } from "../hooks/names.ts";
import type { Tower } from "./tower.ts";

/**
 * A tower's hook points with axes and sizes, a line each.
 *
 * @param tower The tower.
 * @param advice What to do about hook points that cannot be reached.
 */
export function towerText(
  tower: Pick<Tower, "kind" | "shape" | "hooks" | "unreachable" | "hookShape">,
  advice: string,
): string {
  const { kind, shape: { layers, heads, width, projection }, hooks, unreachable } = tower;
  const lines = hooks.map((hook) => {
    const shape = tower.hookShape(hook, { rows: 0, positions: 0 });
    const axes = hookAxes(hook).map((axis, i) => shape[i] === 0 ? axis : `${axis} ${shape[i]}`);
    return `  ${hook}  [${axes.join(", ")}]${unreachable.has(hook) ? "  cannot be reached" : ""}`;
  });
  if (unreachable.size > 0) lines.push(`  ${advice}`);
  return [
    `${kind} tower: ${layers} blocks, ${heads} heads, width ${width}, projection ${projection}`,
    ...lines,
  ].join("\n");
}
