/** Where everything of a circuit's picture stands, for each of its sides. */

import type { Role } from "../../data/roles.ts";
import { rolesInOrder } from "../roles.ts";
import { greatest, tipEstimate } from "../spec.ts";
import { WIDEST } from "./arrow_layers.ts";
import type { Part } from "./columns.ts";
import { type Layout, layOutParts } from "./layout.ts";
import { type Arrow, routeArrows, widthOfInputs } from "./routes.ts";
import {
  checkPaths,
  nameOfPart,
  nameOfPath,
  NEGATOR,
  type PicturePart,
  type PicturePath,
  type PictureSide,
  SCORE,
} from "./side.ts";
import type { BoxKind, DrawnSide } from "./view.ts";

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

/** A picture's places, and what each side shows; a side's arrows are in the order of the absolute shares of its paths. */
export interface PlacedCircuit {
  readonly layout: Layout;
  /** The largest absolute share of all paths. */
  readonly most: number;
  readonly shown: readonly DrawnSide[];
}

/** Places the parts and paths of all sides in the same columns and layers. */
export function placeCircuit(
  sides: readonly PictureSide[],
  { layers, roles: given }: { readonly layers: number; readonly roles: readonly Role[] },
): PlacedCircuit {
  const most = greatest([0, ...sides.flatMap(({ paths }) => paths.map(sizeOf))]) || 1;
  const sorted = sides.map((side) => ({ ...side, paths: pathsInOrder(side) }));
  const arrows = sorted.map(({ paths }) => paths.map((path) => arrowOf(path, most)));
  for (const side of sides) checkPaths(side);
  const ofParts = sides.flatMap(({ parts }) => parts.map(({ role }) => role));
  const roles = rolesInOrder([NEGATOR, ...given, ...ofParts]);
  const parts = sorted.map((side, i) => partsOf(side, { layers, roles, arrows: arrows[i]! }));
  const layout = layOutParts(parts, { layers, roles });
  const shown = sorted.map((side, i) =>
    drawnSide(side, layout, { side: i, parts: parts[i]!, arrows: arrows[i]! })
  );
  return { layout, most, shown };
}

/** The paths of a side, the largest absolute share first. */
export function pathsInOrder({ paths }: PictureSide): PicturePath[] {
  return paths.toSorted((a, b) => sizeOf(b) - sizeOf(a));
}

/** The absolute share of a path. */
export function sizeOf({ share }: PicturePath): number {
  return Math.abs(share);
}

function arrowOf(path: PicturePath, most: number): Arrow {
  return {
    from: nameOfPart(path.from),
    to: nameOfPart(path.to),
    letter: LETTERS[path.by],
    width: Math.max(THINNEST, WIDEST * sizeOf(path) / most),
  };
}

/** The names of the parts at the ends of paths. */
export function endsOf(paths: readonly PicturePath[]): ReadonlySet<string> {
  return new Set(paths.flatMap(({ from, to }) => [nameOfPart(from), nameOfPart(to)]));
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

/** What is drawn of a side, with its places. */
function drawnSide(
  { parts: given, paths }: PictureSide,
  layout: Layout,
  { side, parts, arrows }: {
    readonly side: number;
    readonly parts: readonly Part[];
    readonly arrows: readonly Arrow[];
  },
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
    boxes: parts.filter(({ isBox }) => isBox).map(({ name }) => {
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
