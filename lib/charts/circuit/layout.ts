/**
 * Where the parts of a circuit stand: layers upwards, token roles across. All lengths are in ems of the labels, y upwards from the
 * lower left corner.
 */

import {
  type Cell,
  type Column,
  columnsOf,
  linesOf,
  type Part,
  placeLine,
  WIDTH,
} from "./columns.ts";
import type { Role } from "../../data/align.ts";
import { rolesInOrder } from "../roles.ts";
import { greatest, tipEstimate } from "../spec.ts";
import { type BoxKind, type DrawnSide, WIDEST } from "./view.ts";
import { type Arrow, routeArrows, widthOfInputs } from "./routes.ts";
import {
  checkPaths,
  endsOf,
  nameOfPart,
  nameOfPath,
  NEGATOR,
  pathsInOrder,
  type PicturePart,
  type PicturePath,
  type PictureSide,
  SCORE,
  sizeOf,
} from "./side.ts";

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
function layOutParts(
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

/** The letters at the ends of arrows. */
const LETTERS: Readonly<Record<PicturePath["by"], string>> = {
  queries: "q",
  keys: "k",
  values: "v",
  all: "",
  direct: "",
};

/** The width of the thinnest lines, which would be too thin in proportion to their shares. */
const THINNEST = 0.07;

/** Places the parts and paths of all sides in the same columns and layers. */
export function placeCircuit(
  sides: readonly PictureSide[],
  { layers, roles: given }: { readonly layers: number; readonly roles: readonly Role[] },
) {
  for (const side of sides) checkPaths(side);
  /** The largest absolute share of all paths. */
  const most = greatest([0, ...sides.flatMap(({ paths }) => paths.map(sizeOf))]) || 1;
  const ofParts = sides.flatMap(({ parts }) => parts.map(({ role }) => role));
  const roles = rolesInOrder([NEGATOR, ...given, ...ofParts]);
  const sorted = sides.map((side) => {
    const paths = pathsInOrder(side);
    const arrows = paths.map((path) => arrowOf(path, most));
    return { ...side, paths, arrows, placed: partsOf(side, { layers, roles, arrows }) };
  });
  const layout = layOutParts(sorted.map(({ placed }) => placed), { layers, roles });
  return { layout, most, shown: sorted.map((side, i) => drawnSide(side, layout, i)) };
}

function arrowOf(path: PicturePath, most: number): Arrow {
  return {
    from: nameOfPart(path.from),
    to: nameOfPart(path.to),
    letter: LETTERS[path.by],
    width: Math.max(THINNEST, WIDEST * sizeOf(path) / most),
  };
}

/** What is to be placed: in each layer the heads, then the MLP. */
function partsOf(
  { parts, paths }: PictureSide,
  { layers, roles, arrows }: {
    readonly layers: number;
    readonly roles: readonly string[];
    readonly arrows: readonly Arrow[];
  },
): Part[] {
  const ends = endsOf(paths);
  const inOrder = parts.toSorted((a, b) =>
    a.layer - b.layer || (a.head ?? Infinity) - (b.head ?? Infinity)
  );
  return [
    { name: NEGATOR, layer: 0, role: NEGATOR, isBox: true },
    ...inOrder.map((part) => {
      const name = nameOfPart(part);
      return { ...part, name, isBox: part.inCircuit || ends.has(name) };
    }),
    { name: SCORE, layer: layers + 1, role: roles.at(-1)!, isBox: true },
  ].map(({ name, layer, role, isBox }) => (
    { name, layer, role, isBox, inputs: widthOfInputs(arrows, name) }
  ));
}

function drawnSide(
  { parts: given, paths, arrows, placed }: PictureSide & {
    readonly arrows: readonly Arrow[];
    readonly placed: readonly Part[];
  },
  layout: Layout,
  side: number,
): DrawnSide {
  const { boxes, marks } = layout.sides[side]!;
  const known = new Map(given.map((part) => [nameOfPart(part), part]));
  const { ways, ends, letters } = routeArrows(arrows, {
    boxes,
    left: layout.columns[0]!.x1,
    right: layout.width,
  });
  return {
    letters,
    boxes: placed.filter(({ isBox }) => isBox).map(({ name }) => {
      const part = known.get(name);
      const tip = part?.tip ?? (name === NEGATOR ? "the negator's embedding" : "the score S");
      return { ...boxes.get(name)!, label: name, kind: kindOf(part), tip };
    }),
    marks: given.filter((part) => marks.has(nameOfPart(part))).map((part) => (
      { ...marks.get(nameOfPart(part))!, isHead: part.head !== undefined, tip: part.tip }
    )),
    arrows: paths.map((path, i) => ({
      way: ways[i]!,
      end: ends[i]!,
      share: path.share,
      width: arrows[i]!.width,
      tip: path.tip ?? `${nameOfPath(path)}: share of d ${tipEstimate(path.share, path)}`,
    })),
  };
}

/** How the box of a part looks; the negator and the score are no parts. */
export function kindOf(part: PicturePart | undefined): BoxKind {
  if (part === undefined) return "end";
  if (!part.inCircuit) return "outside";
  return part.isSpecific === false ? "unspecific" : "inside";
}
