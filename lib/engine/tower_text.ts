/** A tower as readable text. */

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

/** A name of some neighbouring blocks, or of none. */
export interface FoldedName {
  /** The name for all of them, e.g. `blocks.{0–5}.hook_mlp_out`. */
  readonly name: string;
  readonly names: readonly string[];
}

/**
 * Folds names that differ only in their block.
 *
 * @param kindOf A text that only names of one line share. @default {they are all alike}
 * @returns The lines in the order of their first names.
 */
export function foldBlocks(
  names: readonly string[],
  kindOf: (name: string) => string = () => "",
): readonly FoldedName[] {
  const alike = Map.groupBy(
    names,
    (name) => `${kindOf(name)} ${name.replace(/blocks\.\d+\./, "blocks.*.")}`,
  );
  return [...alike.values()].flatMap(neighbours).map((own) => (
    { name: foldedName(own), names: own }
  ));
}

/** Splits the names of several blocks where a block is missing between them. */
function neighbours(names: readonly string[]): string[][] {
  const parts: string[][] = [];
  for (const name of names) {
    const last = parts.at(-1);
    if (last !== undefined && blockOf(name) === blockOf(last.at(-1)!) + 1) last.push(name);
    else parts.push([name]);
  }
  return parts;
}

function foldedName(names: readonly string[]): string {
  const [first, last] = [names[0]!, names.at(-1)!];
  if (names.length === 1) return first;
  return first.replace(/blocks\.\d+\./, `blocks.{${blockOf(first)}–${blockOf(last)}}.`);
}

/** The block in a name; not a number if it has none. */
function blockOf(name: string): number {
  return Number(/blocks\.(\d+)\./.exec(name)?.[1]);
}
