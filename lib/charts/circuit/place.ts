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
