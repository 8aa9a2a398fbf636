/**
 * Where the parts of a circuit stand: layers upwards, token roles across. All lengths are in ems of the labels, y upwards from the
 * lower left corner.
 */

import { roleLabel } from "../texts.ts";

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
type Cell = readonly Part[];

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
const WIDTH = { least: 29, most: 37.5 };

/** The columns, each as wide as its name and its boxes need. If all would be too wide, some boxes stand in several lines. */
function columnsOf(
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
function linesOf(cell: Cell, { x1, x2 }: Pick<Column, "x1" | "x2">): readonly Cell[] {
  const lines: Part[][] = [];
  for (const box of boxesOf(cell)) {
    const line = lines.at(-1);
    if (line !== undefined && lineWidth([...line, box]) <= x2 - x1 + 1e-9) line.push(box);
    else lines.push([box]);
  }
  return lines;
}

/** The boxes of a line in the middle of their column. */
function placeLine(
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

export interface Rectangle {
  readonly x1: number;
  readonly x2: number;
  readonly y1: number;
  readonly y2: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The places of a side's parts, by their names. */
interface PlacedSide {
  readonly boxes: ReadonlyMap<string, Rectangle>;
  /** The middles of small marks. */
  readonly marks: ReadonlyMap<string, Point>;
}

/** The places of a picture; columns and layers are the same for all of its sides. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly columns: readonly Column[];
  /** From layer 1 on. */
  readonly layers: readonly { readonly y1: number; readonly y2: number }[];
  readonly sides: readonly PlacedSide[];
}

/** The space at the bottom, in which the names of roles stand in two lines. */
export const BOTTOM = 2.7;

const BOX = 1.4;

/** The distance between small marks. */
const MARK = 0.46;

/** The space below a line of boxes, in which arrows bend and end. */
const GAP = { least: 1.2, most: 3.2 };

const ABOVE_BOXES = 0.22;

/** The least height of a layer, which its number needs. */
const LEAST_LAYER = 1.2;

/** The height of a picture as a share of its width: where the space below boxes allows for it, and at most, so that two fit into a column of a page. */
const PROPORTION = { wished: 0.98, most: 1 };

/** A layer: the number of its lines of boxes, and the height of its lines of small marks below them. */
interface Row {
  readonly lines: number;
  readonly marks: number;
}

/** Places the parts of all sides. A picture that would be too high gets wider, and so has smaller letters on a page. */
export function layOutParts(
  sides: readonly (readonly Part[])[],
  { layers, roles }: { readonly layers: number; readonly roles: readonly string[] },
): Layout {
  const cells = sides.map((
    parts,
  ) => [...Map.groupBy(parts, ({ layer, role }) => `${layer} ${role}`).values()]);
  let { least, most } = WIDTH;
  while (true) {
    const layout = layOutCells(cells, {
      layers,
      ...columnsOf(cells.flat(), roles, { least, most }),
    });
    if (layout.height <= PROPORTION.most * layout.width) return layout;
    least = most = Math.max(most, layout.width) + 1;
  }
}

function layOutCells(
  cells: readonly (readonly Cell[])[],
  { layers, columns, width }: {
    readonly layers: number;
    readonly columns: readonly Column[];
    readonly width: number;
  },
): Layout {
  const byRole = new Map(columns.map((column) => [column.role, column]));
  const inColumns = cells.map((side) =>
    side.map((cell) => placeCell(cell, byRole.get(cell[0]!.role)!))
  );
  const rows = Array.from(
    { length: layers + 2 },
    (_, layer) => rowOf(inColumns.flat().filter((cell) => cell.layer === layer)),
  );
  const { placed, height } = placeRows(rows, width);
  return {
    width,
    height,
    columns,
    layers: placed.slice(1, -1),
    sides: inColumns.map((side): PlacedSide => ({
      boxes: new Map(
        side.flatMap(({ layer, lines }) =>
          lines.flatMap((line, i) =>
            line.map(({ name, x1, x2 }) => [name, { x1, x2, ...placed[layer]!.lines[i]! }])
          )
        ),
      ),
      marks: new Map(
        side.flatMap(({ layer, marks }) =>
          marks.flatMap((line, i) =>
            line.map(({ name, x }) => [name, { x, y: placed[layer]!.marks + i * MARK }])
          )
        ),
      ),
    })),
  };
}

/** A cell with the places of its parts within their column. */
type PlacedCell = ReturnType<typeof placeCell>;

function placeCell(cell: Cell, column: Column) {
  const { x1, x2 } = column;
  const lines = linesOf(cell, column);
  const marks = cell.filter(({ isBox }) => !isBox);
  const most = Math.floor((x2 - x1) / MARK);
  return {
    layer: cell[0]!.layer,
    lines: lines.map((line) => placeLine(line, column)),
    marks: Array.from({ length: Math.ceil(marks.length / most) }, (_, i) => {
      const line = marks.slice(i * most, (i + 1) * most);
      return line.map(({ name }, j) => (
        { name, x: (x1 + x2 + (2 * j + 1 - line.length) * MARK) / 2 }
      ));
    }),
  };
}

function rowOf(cells: readonly PlacedCell[]): Row {
  return {
    lines: Math.max(0, ...cells.map(({ lines }) => lines.length)),
    marks: MARK * Math.max(0, ...cells.map(({ marks }) => marks.length)),
  };
}

/** Puts rows above each other; the first, the negator's, is ended at by no arrow. */
function placeRows(rows: readonly Row[], width: number) {
  const lines = rows.reduce((sum, row) => sum + row.lines, 0);
  const fixed = rows.reduce((sum, row) => sum + heightOf(row, 0), BOTTOM);
  const spare = (PROPORTION.wished * width - fixed) / Math.max(1, lines - 1);
  const gap = Math.min(GAP.most, Math.max(GAP.least, spare));
  let y = BOTTOM;
  const placed = rows.map((row, layer) => {
    const [y1, below] = [y, layer === 0 ? 0 : gap];
    y += heightOf(row, below);
    const first = y1 + Math.max(below, row.marks);
    return {
      y1,
      y2: y,
      /** The height of the lowest line of small marks. */
      marks: row.lines > 0 ? y1 + MARK / 2 : (y1 + y - row.marks + MARK) / 2,
      lines: Array.from({ length: row.lines }, (_, i) => {
        const low = first + i * (BOX + below);
        return { y1: low, y2: low + BOX };
      }),
    };
  });
  return { placed, height: y };
}

function heightOf({ lines, marks }: Row, gap: number): number {
  return lines === 0
    ? Math.max(LEAST_LAYER, marks + ABOVE_BOXES)
    : Math.max(gap, marks) + (lines - 1) * gap + lines * BOX + ABOVE_BOXES;
}
