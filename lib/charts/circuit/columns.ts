/** The columns of a picture of a circuit, one for each token role, and how the boxes of a column are put into lines. Lengths are in ems. */

import { roleLabel } from "../roles.ts";

/** A head or MLP, the negator's embedding (layer 0) or the score (above the last layer), before it has a place. */
export interface Part {
  /** Its name, which is its label if it is a box. */
  readonly name: string;
  readonly layer: number;
  /** The column in which it stands. */
  readonly role: string;
  /** Whether it is a box with its name; all others are small marks. */
  readonly isBox: boolean;
  /** The width that the ends of its arrows need at its lower edge. */
  readonly inputs: number;
}

/** The parts of a layer at a role. */
export type Cell = readonly Part[];

export interface Column {
  readonly role: string;
  readonly x1: number;
  readonly x2: number;
}

/** The space at the left, in which the numbers of layers stand. */
const LEFT = 1.9;

/** The space between boxes side by side, between columns, and around the name of a box. */
const SPACE = { boxes: 0.6, columns: 1, label: 0.75 };

/** The least and most width of a picture: in a column of a paper its labels then have at most 8 points, and at least 6. */
export const WIDTH = { least: 29, most: 37.5 };

/** The columns, each as wide as its name and its boxes need. If all would be too wide, some boxes stand in several lines. */
export function columnsOf(
  cells: readonly Cell[],
  roles: readonly string[],
  { least, most }: { readonly least: number; readonly most: number },
): { readonly columns: readonly Column[]; readonly width: number } {
  const boxed = cells.map(boxesOf).filter(({ length }) => length > 0);
  const around = LEFT + roles.length * SPACE.columns;
  const sum = (widths: readonly number[]) => widths.reduce((a, b) => a + b, around);
  const choices = roles.map((role) => usefulWidths(role, boxed));
  let widths = choices.map(([widest]) => widest!);
  while (sum(widths) > most) {
    const before = countLines(boxed, roles, widths);
    const narrower = choices.flatMap((choice, i) => {
      const next = choice[choice.indexOf(widths[i]!) + 1];
      if (next === undefined) return [];
      const changed = widths.with(i, next);
      const cost = (countLines(boxed, roles, changed) - before) / (widths[i]! - next);
      return [{ changed, cost }];
    });
    if (narrower.length === 0) break;
    widths = narrower.reduce((a, b) => b.cost < a.cost ? b : a).changed;
  }
  const between = SPACE.columns + Math.max(0, least - sum(widths)) / roles.length;
  let x = LEFT;
  const columns = roles.map((role, i) => {
    const x1 = x + between / 2;
    x += widths[i]! + between;
    return { role, x1, x2: x1 + widths[i]! };
  });
  return { columns, width: x };
}

/** The boxes of a cell in lines that a column can hold; each has at least one. */
export function linesOf(cell: Cell, { x1, x2 }: Pick<Column, "x1" | "x2">): readonly Cell[] {
  const lines: Part[][] = [];
  for (const box of boxesOf(cell)) {
    const line = lines.at(-1);
    if (line !== undefined && lineWidth([...line, box]) <= x2 - x1 + 1e-9) line.push(box);
    else lines.push([box]);
  }
  return lines;
}

/** The boxes of a line in the middle of their column. */
export function placeLine(
  line: Cell,
  { x1, x2 }: Column,
): { readonly name: string; readonly x1: number; readonly x2: number }[] {
  let x = (x1 + x2 - lineWidth(line)) / 2;
  return line.map((box) => {
    const left = x;
    x += boxWidth(box) + SPACE.boxes;
    return { name: box.name, x1: left, x2: left + boxWidth(box) };
  });
}

/** The lines of a role's name below its column. */
export function roleLines(role: string): string[] {
  return roleLabel(role).split(" ");
}

function boxesOf(cell: Cell): Part[] {
  return cell.filter(({ isBox }) => isBox);
}

function boxWidth({ name, inputs }: Part): number {
  return Math.max(widthOfText(name), inputs) + SPACE.label;
}

function lineWidth(boxes: Cell): number {
  return boxes.reduce((sum, box) => sum + boxWidth(box) + SPACE.boxes, -SPACE.boxes);
}

/** The width of a text, about that of the shipped font. */
function widthOfText(text: string): number {
  return [...text].reduce((sum, letter) => sum + (WIDTHS.get(letter) ?? 0.64), 0);
}

const WIDTHS = new Map([["M", 0.87], [".", 0.32], [" ", 0.32], ["(", 0.4], [")", 0.4]]);

/** The widths of a column that each hold more boxes side by side than the next smaller one, the widest first. */
function usefulWidths(role: string, boxed: readonly Cell[]): number[] {
  const cells = boxed.filter(([box]) => box!.role === role);
  const least = Math.max(...roleLines(role).map(widthOfText), ...cells.flat().map(boxWidth));
  const runs = cells.flatMap((cell) =>
    cell.flatMap((_, first) => cell.slice(first).map((_, i) => cell.slice(first, first + i + 1)))
  );
  const widths = new Set(runs.map(lineWidth).filter((width) => width > least));
  return [...widths, least].sort((a, b) => b - a);
}

/** The lines of boxes of all layers. */
function countLines(
  boxed: readonly Cell[],
  roles: readonly string[],
  widths: readonly number[],
): number {
  const lines = new Map<number, number>();
  for (const cell of boxed) {
    const { layer, role } = cell[0]!;
    const { length } = linesOf(cell, { x1: 0, x2: widths[roles.indexOf(role)]! });
    lines.set(layer, Math.max(lines.get(layer) ?? 0, length));
  }
  return lines.values().reduce((a, b) => a + b, 0);
}
