/** What is given of a circuit, its parts and paths with their names, and where a picture has them. */

import type { Role } from "../../data/align.ts";
import { unknownName, wrongValue } from "../../errors/errors.ts";
import type { BoxKind } from "./picture.ts";
import { byPlace } from "../../tables/nodes.ts";
import { type Bounds, greatest, rolesInOrder, tipEstimate } from "../texts.ts";
import { type Layout, layOutParts, type Part, type Point, type Rectangle } from "./layout.ts";
import { type Arrow, routeArrows, widthOfInputs } from "./routes.ts";

/** A group of rows with its circuit. */
export interface PictureSide {
  /** The panel's title, such as `foil-negated (n = 240)`. */
  readonly title: string;
  /** All heads and MLPs, also those outside the circuit. */
  readonly parts: readonly PicturePart[];
  /** The paths between the negator, parts and the score. */
  readonly paths: readonly PicturePath[];
  /** Pairs of parts that show what none of them shows alone. @default {none} */
  readonly pairs?: readonly PicturePair[];
}

/** Two parts that count only together (`and`), or of which either is enough (`or`). */
export interface PicturePair {
  /** The parts. */
  readonly parts: readonly PictureNode[];
  /** What joins them. */
  readonly by: "and" | "or";
  /** What is read at the pointer. */
  readonly tip: string;
}

/** A head or MLP by its numbers. */
export interface PictureNode {
  /** The block's number from 1. */
  readonly layer: number;
  /** The head's number from 1; absent for the MLP. */
  readonly head?: number | undefined;
}

/** A head or MLP, with the bounds of its share's interval. */
export interface PicturePart extends PictureNode, Bounds {
  /** The role of the token at which it acts: where its total effect is largest. */
  readonly role: Role;
  /** Its share of d. */
  readonly share: number | undefined;
  /** Whether it is drawn as a box; all others but ends of paths are small marks. */
  readonly inCircuit: boolean;
  /** Whether it does more than under its controls; absent without controls. */
  readonly isSpecific?: boolean | undefined;
  /** What is read at the pointer. */
  readonly tip: string;
}

/** A path with its share of d and the bounds of its interval. */
export interface PicturePath extends Bounds {
  /** Where it begins: the negator's embedding, or a part. */
  readonly from: PictureNode | "negator";
  /** Where it ends: a part of a later block, or the score. */
  readonly to: PictureNode | "score";
  /** What it goes through; `all` for queries, keys and values together, `direct` for what nothing else reads. */
  readonly by: "queries" | "keys" | "values" | "all" | "direct";
  /** Its share of d: the width of its arrow, and by its sign the colour. */
  readonly share: number;
  /** What is read at the pointer. @default {its name and its share} */
  readonly tip?: string;
}

const [NEGATOR, SCORE] = ["negator", "score"] as const;

/** The letter beside an arrow, and what its path is called by. */
const BY: Readonly<Record<PicturePath["by"], { readonly letter: string; readonly name: string }>> =
  {
    queries: { letter: "q", name: " by its queries" },
    keys: { letter: "k", name: " by its keys" },
    values: { letter: "v", name: " by its values" },
    all: { letter: "", name: " by its queries, keys and values together" },
    direct: { letter: "", name: " directly" },
  };

export function nameOfPart(part: PictureNode | "negator" | "score"): string {
  if (typeof part === "string") return part;
  const { layer, head } = part;
  return head === undefined ? `MLP ${layer}` : `${layer}.${head}`;
}

/** What a path is called: `1.2 → 4.3 by its values`. */
export function nameOfPath({ from, to, by }: PicturePath): string {
  return `${nameOfPart(from)} → ${nameOfPart(to)}${BY[by].name}`;
}

export function endsOf(paths: readonly PicturePath[]): ReadonlySet<string> {
  return new Set(paths.flatMap(({ from, to }) => [nameOfPart(from), nameOfPart(to)]));
}

/** Which parts are boxes: those of the circuit, at the ends of paths and of pairs. */
function boxesOf({ paths, pairs = [] }: PictureSide): (part: PicturePart) => boolean {
  const ends = endsOf(paths).union(new Set(pairs.flatMap(({ parts }) => parts.map(nameOfPart))));
  return (part) => part.inCircuit || ends.has(nameOfPart(part));
}

export function pathsInOrder({ paths }: PictureSide): PicturePath[] {
  return paths.toSorted((a, b) => Math.abs(b.share) - Math.abs(a.share));
}

/** Refuses paths whose ends are not among the parts, and such as do not lead to a later block. */
function checkPaths({ parts, paths }: PictureSide): void {
  const known = [NEGATOR, SCORE, ...parts.map(nameOfPart)];
  const layerOf = (end: PictureNode | "negator" | "score") =>
    typeof end === "object" ? end.layer : end === NEGATOR ? 0 : Infinity;
  for (const path of paths) {
    const { from, to } = path;
    const unknown = [from, to].map(nameOfPart).find((name) => !known.includes(name));
    if (unknown !== undefined) {
      throw unknownName({ doing: "draw a path of part", name: unknown, known });
    }
    if (layerOf(from) >= layerOf(to)) {
      throw wrongValue("draw path", nameOfPath(path), "a path to a later block");
    }
  }
}

export const WIDEST = 0.42;

/** The width of the thinnest lines, which would be too thin in proportion to their shares. */
const THINNEST = 0.07;

/** Places the parts and paths of all sides in the same columns and layers. */
export function placeCircuit(
  sides: readonly PictureSide[],
  { layers, roles: given }: { readonly layers: number; readonly roles: readonly Role[] },
) {
  for (const side of sides) checkPaths(side);
  const most =
    greatest([0, ...sides.flatMap(({ paths }) => paths.map(({ share }) => Math.abs(share)))]) || 1;
  const ofParts = sides.flatMap(({ parts }) => parts.map(({ role }) => role));
  const roles = rolesInOrder([NEGATOR, ...given, ...ofParts]);
  const arrows = sides.map((side) =>
    pathsInOrder(side).map((path) => ({
      from: nameOfPart(path.from),
      to: nameOfPart(path.to),
      letter: BY[path.by].letter,
      width: Math.max(THINNEST, WIDEST * Math.abs(path.share) / most),
      share: path.share,
      tip: path.tip ?? `${nameOfPath(path)}: share ${tipEstimate(path.share, path)}`,
    }))
  );
  const layout = layOutParts(
    sides.map((side, i) => partsOf(side, { layers, last: roles.at(-1)!, arrows: arrows[i]! })),
    { layers, roles },
  );
  const shown = sides.map((side, i) =>
    drawnSide(side, { arrows: arrows[i]!, layout, places: layout.sides[i]! })
  );
  return { layout, most, shown };
}

/** What is to be placed: in each layer the heads, then the MLP. */
function partsOf(
  side: PictureSide,
  { layers, last, arrows }: {
    readonly layers: number;
    readonly last: string;
    readonly arrows: readonly Arrow[];
  },
): Part[] {
  const isBox = boxesOf(side);
  return [
    { name: NEGATOR, layer: 0, role: NEGATOR, isBox: true },
    ...side.parts.toSorted(byPlace).map((part) => (
      { ...part, name: nameOfPart(part), isBox: isBox(part) }
    )),
    { name: SCORE, layer: layers + 1, role: last, isBox: true },
  ].map((part) => ({ ...part, inputs: widthOfInputs(arrows, part.name) }));
}

/** The depth of a line that joins boxes side by side below them. */
const BELOW = 0.4;

function placedPair({ parts, by, tip }: PicturePair, places: ReadonlyMap<string, Rectangle>) {
  const [from, to] = parts.map((part) => {
    const { x1, x2, y1, y2 } = places.get(nameOfPart(part))!;
    return { x: (x1 + x2) / 2, y: (y1 + y2) / 2, low: y1 - BELOW };
  }) as [Point & { low: number }, Point & { low: number }];
  const isBeside = from.y === to.y;
  const turns = isBeside ? [from, to].map(({ x, low }) => ({ x, y: low })) : [];
  const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
  const at = isBeside
    ? { ...middle, y: from.low - BELOW }
    : { x: middle.x + 2 * BELOW, y: middle.y - BELOW };
  return { way: [from, ...turns, to], ...at, label: by === "and" ? "&" : "or", tip };
}

function drawnSide<Drawn extends Arrow>(
  side: PictureSide,
  { arrows, layout, places }: {
    readonly arrows: readonly Drawn[];
    readonly layout: Layout;
    readonly places: ReadonlyMap<string, Rectangle>;
  },
) {
  const { parts, pairs = [] } = side;
  const isBox = boxesOf(side);
  const boxes = [
    { label: NEGATOR, kind: kindOf(undefined), tip: "the negator's embedding" },
    ...parts.filter(isBox).map((part) => (
      { label: nameOfPart(part), kind: kindOf(part), tip: part.tip }
    )),
    { label: SCORE, kind: kindOf(undefined), tip: "the score S" },
  ].map((box) => ({ ...box, ...places.get(box.label)! }));
  return {
    boxes,
    marks: parts.filter((part) => !isBox(part)).map((part) => {
      const { x1, x2, y1, y2 } = places.get(nameOfPart(part))!;
      return { x: (x1 + x2) / 2, y: (y1 + y2) / 2, isHead: part.head !== undefined, tip: part.tip };
    }),
    pairs: pairs.map((pair) => placedPair(pair, places)),
    ...routeArrows(arrows, {
      boxes: new Map(boxes.map((box) => [box.label, box])),
      left: layout.columns[0]!.x1,
      right: layout.width,
    }),
  };
}

export type DrawnSide = ReturnType<typeof placeCircuit>["shown"][number];

/** How the box of a part looks; the negator and the score are no parts. */
function kindOf(part: PicturePart | undefined): BoxKind {
  if (part === undefined) return "end";
  if (!part.inCircuit) return "outside";
  return part.isSpecific === false ? "unspecific" : "inside";
}
