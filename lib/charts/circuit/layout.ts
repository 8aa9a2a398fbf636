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
  readonly role: string;
  /** Whether it is a box with its name; all others are small marks. */
  readonly isBox: boolean;
  /** The width that the ends of its arrows need at its lower edge. */
  readonly inputs: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Rectangle {
  readonly x1: number;
  readonly x2: number;
  readonly y1: number;
  readonly y2: number;
}

/** The places of a picture; columns and layers are the same for all of its sides. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly columns: readonly Column[];
  /** From layer 1 on. */
  readonly layers: readonly Pick<Rectangle, "y1" | "y2">[];
  readonly sides: readonly ReadonlyMap<string, Rectangle>[];
}

interface Column extends Pick<Rectangle, "x1" | "x2"> {
  readonly role: string;
}

/** The space at the left, in which the numbers of layers stand. */
const LEFT = 1.9;

/** The space at the bottom, in which the names of roles stand in two lines. */
export const BOTTOM = 2.7;

/** The space between boxes side by side, between columns, around the name of a box, and above boxes. */
const SPACE = { boxes: 0.6, columns: 1, label: 0.75, above: 0.22 };

const [BOX, MARK] = [1.4, 0.46];

/** The space below a line of boxes, in which arrows bend and end. */
const GAP = { least: 1.2, most: 3.2 };

const LEAST_LAYER = 1.2;

/** The least and most width of a picture: in a column of a paper its labels then have at most 8 points, and at least 6. */
const WIDTH = { least: 29, most: 37.5 };

/** The height of a picture as a share of its width: where the space below boxes allows for it, and at most, so that two fit into a column of a page. */
const PROPORTION = { wished: 0.98, most: 1 };

interface Cell {
  readonly layer: number;
  readonly role: string;
  readonly boxes: readonly Part[];
  readonly marks: readonly Part[];
}

/** Places the parts of all sides. A picture that would be too high gets wider, and so has smaller letters on a page. */
export function layOutParts(
  sides: readonly (readonly Part[])[],
  { layers, roles }: { readonly layers: number; readonly roles: readonly string[] },
): Layout {
  const cells = sides.map((parts) =>
    [...Map.groupBy(parts, ({ layer, role }) => `${layer} ${role}`).values()].map((own): Cell => ({
      layer: own[0]!.layer,
      role: own[0]!.role,
      boxes: own.filter(({ isBox }) => isBox),
      marks: own.filter(({ isBox }) => !isBox),
    }))
  );
  let { least, most } = WIDTH;
  while (true) {
    const { columns, width } = columnsOf(cells.flat(), roles, { least, most });
    const inLines = cells.map((side) =>
      side.map((cell) => {
        const column = columns.find(({ role }) => role === cell.role)!;
        const linesIn = (parts: readonly Part[]) => linesOf(parts, column.x2 - column.x1);
        return { ...cell, column, boxes: linesIn(cell.boxes), marks: linesIn(cell.marks) };
      })
    );
    const { rows, height } = placeRows(
      Array.from({ length: layers + 2 }, (_, layer): RowSize => {
        const own = inLines.flat().filter((cell) => cell.layer === layer);
        const most = (kind: "boxes" | "marks") =>
          Math.max(0, ...own.map((cell) => cell[kind].length));
        return { lines: most("boxes"), marks: MARK * most("marks") };
      }),
      width,
    );
    if (height > PROPORTION.most * width) {
      least = most = Math.max(most, width) + 1;
      continue;
    }
    return {
      ...{ width, height, columns, layers: rows.slice(1, -1) },
      sides: inLines.map((side) =>
        new Map(side.flatMap(({ layer, column, boxes, marks }) => {
          const { lines, lowest } = rows[layer]!;
          return [
            ...boxes.flatMap((line, i) => placeLine(line, column, lines[i]!)),
            ...marks.flatMap((line, i) =>
              placeLine(line, column, { y1: lowest + i * MARK, y2: lowest + (i + 1) * MARK })
            ),
          ];
        }))
      ),
    };
  }
}

/** The columns, each as wide as its name and its boxes need. If all would be too wide, boxes of the widest ones stand in several lines. */
function columnsOf(
  cells: readonly Cell[],
  roles: readonly string[],
  { least, most }: { readonly least: number; readonly most: number },
): { readonly columns: readonly Column[]; readonly width: number } {
  const needed = (role: string, width: number) =>
    Math.max(
      ...roleLines(role).map(widthOfText),
      ...cells.filter((cell) => cell.role === role)
        .flatMap(({ boxes }) => linesOf(boxes, width).map(lineWidth)),
    );
  const sum = (widths: readonly number[]) =>
    widths.reduce((a, b) => a + b, LEFT + roles.length * SPACE.columns);
  let widths = roles.map((role) => needed(role, Infinity));
  while (sum(widths) > most) {
    const narrower = widths.map((width, i) => needed(roles[i]!, width - 0.001));
    const [widest] = [...widths.keys()].filter((i) => narrower[i]! < widths[i]!)
      .sort((a, b) => widths[b]! - widths[a]!);
    if (widest === undefined) break;
    widths = widths.with(widest, narrower[widest]!);
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

function linesOf(parts: readonly Part[], width: number): readonly (readonly Part[])[] {
  const lines: Part[][] = [];
  for (const part of parts) {
    const line = lines.at(-1);
    if (line !== undefined && lineWidth([...line, part]) <= width + 1e-9) line.push(part);
    else lines.push([part]);
  }
  return lines;
}

function placeLine(
  line: readonly Part[],
  { x1, x2 }: Column,
  height: Pick<Rectangle, "y1" | "y2">,
): (readonly [string, Rectangle])[] {
  let x = (x1 + x2 - lineWidth(line)) / 2;
  return line.map((part) => {
    const left = x;
    x += partWidth(part) + spaceAfter(part);
    return [part.name, { x1: left, x2: left + partWidth(part), ...height }];
  });
}

function lineWidth(line: readonly Part[]): number {
  return line.reduce(
    (sum, part) => sum + partWidth(part) + spaceAfter(part),
    -spaceAfter(line[0]!),
  );
}

function partWidth({ isBox, name, inputs }: Part): number {
  return isBox ? Math.max(widthOfText(name), inputs) + SPACE.label : MARK;
}

function spaceAfter({ isBox }: Part): number {
  return isBox ? SPACE.boxes : 0;
}

export function roleLines(role: string): string[] {
  return roleLabel(role).split(" ");
}

const WIDTHS = new Map([["M", 0.87], [".", 0.32], [" ", 0.32], ["(", 0.4], [")", 0.4]]);

function widthOfText(text: string): number {
  return [...text].reduce((sum, letter) => sum + (WIDTHS.get(letter) ?? 0.64), 0);
}

interface RowSize {
  readonly lines: number;
  readonly marks: number;
}

/** Puts rows above each other; the first, the negator's, is ended at by no arrow. */
function placeRows(sizes: readonly RowSize[], width: number) {
  const lines = sizes.reduce((sum, row) => sum + row.lines, 0);
  const fixed = sizes.reduce((sum, row) => sum + heightOf(row, 0), BOTTOM);
  const spare = (PROPORTION.wished * width - fixed) / Math.max(1, lines - 1);
  const gap = Math.min(GAP.most, Math.max(GAP.least, spare));
  let y = BOTTOM;
  const rows = sizes.map((row, layer) => {
    const [y1, below] = [y, layer === 0 ? 0 : gap];
    y += heightOf(row, below);
    const first = y1 + Math.max(below, row.marks);
    return {
      ...{ y1, y2: y },
      lowest: row.lines > 0 ? y1 : (y1 + y - row.marks) / 2,
      lines: Array.from({ length: row.lines }, (_, i) => {
        const low = first + i * (BOX + below);
        return { y1: low, y2: low + BOX };
      }),
    };
  });
  return { rows, height: y };
}

function heightOf({ lines, marks }: RowSize, gap: number): number {
  return lines === 0
    ? Math.max(LEAST_LAYER, marks + SPACE.above)
    : Math.max(gap, marks) + (lines - 1) * gap + lines * BOX + SPACE.above;
}
