/** A tower as readable text. */

import { axesText, type TowerShape } from "./tower_shape.ts";

/** The properties of a tower that are printed. */
export interface ReadableTower {
  readonly kind: string;
  readonly shape: TowerShape;
  readonly hooks: readonly string[];
  readonly unreachable: ReadonlySet<string>;
}

/**
 * A tower's hook points with axes and sizes, one per line.
 *
 * @param tower The tower.
 * @param advice What to do about hook points that cannot be reached.
 */
export function towerText(tower: ReadableTower, advice: string): string {
  const { kind, shape, hooks, unreachable } = tower;
  const { layers, heads, width, projection } = shape;
  const lines = hooks.map((hook) =>
    `  ${hook}  [${axesText(shape, hook)}]${unreachable.has(hook) ? "  cannot be reached" : ""}`
  );
  if (unreachable.size > 0) lines.push(`  ${advice}`);
  return [
    `${kind} tower: ${layers} blocks, ${heads} heads, width ${width}, projection ${projection}`,
    ...lines,
  ].join("\n");
}
