/** A circuit as publications draw it: layers upwards, token roles across, boxes for heads and MLPs, arrows for the paths between them. */

import type { Role } from "../data/roles.ts";
import {
  type ChartOptions,
  type ChartSpec,
  drawn,
  estimateText,
  greatest,
  tipEstimate,
} from "./spec.ts";
import type { Part } from "./circuit/columns.ts";
import { type Layout, layOutParts } from "./circuit/layout.ts";
import { type Arrow, routeArrows, widthOfInputs } from "./circuit/routes.ts";
import { type BoxKind, type DrawnSide, sideView, WIDEST } from "./circuit/view.ts";
import { panelChart } from "./panels.ts";
import { roleLabel, rolesInOrder } from "./roles.ts";
import { SCREEN } from "./venues.ts";

/** A group of rows with its circuit. */
export interface PictureSide {
  /** The panel's title, such as `foil-negated (n = 240)`. */
  readonly title: string;
  /** All heads and MLPs, also those outside the circuit. */
  readonly parts: readonly PicturePart[];
  /** The paths between the negator, parts and the score. */
  readonly paths: readonly PicturePath[];
}

/** A head or MLP. */
export interface PicturePart {
  /** The block's number from 1. */
  readonly layer: number;
  /** The head's number from 1; absent for the MLP. */
  readonly head?: number | undefined;
  /** The role of the token at which it acts: where its total effect is largest. */
  readonly role: Role;
  /** Its share of d, with an interval. */
  readonly share: number | undefined;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  /** Whether it is drawn as a box; all others but ends of paths are small marks. */
  readonly inCircuit: boolean;
  /** Whether it does more than under its controls; absent without controls. */
  readonly isSpecific?: boolean | undefined;
  /** What is read at the pointer. */
  readonly tip: string;
}

/** A head or MLP by its numbers. */
export interface PictureNode {
  readonly layer: number;
  readonly head?: number | undefined;
}

/** A path with its share of d. */
export interface PicturePath {
  readonly from: PictureNode | "negator";
  readonly to: PictureNode | "score";
  /** What it goes through; `all` for queries, keys and values together, `direct` for what nothing else reads. */
  readonly by: "queries" | "keys" | "values" | "all" | "direct";
  readonly share: number;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  /** What is read at the pointer. @default {its name and its share} */
  readonly tip?: string;
}

/** The model's size, and what the chart says. */
export interface CircuitPictureOptions extends Partial<ChartOptions> {
  readonly layers: number;
  readonly heads: number;
  /** The roles of tokens from the negator on; the score stands at the last. */
  readonly roles: readonly Role[];
  readonly title: string;
  readonly subtitle?: string;
  readonly caption?: string;
}

/** What an arrow goes through, in words. */
const BY: Readonly<Record<PicturePath["by"], string>> = {
  queries: " by its queries",
  keys: " by its keys",
  values: " by its values",
  all: " by its queries, keys and values together",
  direct: " directly",
};

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

/** Draws a circuit: a panel for each side, all with the same places for layers and roles. */
export function circuitPicture(
  sides: readonly PictureSide[],
  { layers, heads, roles: given, ...options }: CircuitPictureOptions,
): ChartSpec {
  if (sides.length === 0) return panelChart(options, { form: FORM, panels: [] });
  const most = greatest([0, ...sides.flatMap(({ paths }) => paths.map(sizeOf))]) || 1;
  const sorted = sides.map((side) => (
    { ...side, paths: side.paths.toSorted((a, b) => sizeOf(b) - sizeOf(a)) }
  ));
  const arrows = sorted.map(({ paths }) => paths.map((path) => arrowOf(path, most)));
  const roles = rolesInOrder([NEGATOR, ...given]);
  const parts = sorted.map((side, i) => partsOf(side, { layers, roles, arrows: arrows[i]! }));
  const layout = layOutParts(parts, { layers, roles });
  return panelChart(options, {
    form: FORM,
    panels: sorted.map((side, i) => {
      const isEmpty = !side.parts.some(({ inCircuit }) => inCircuit);
      const shown = drawnSide(side, layout, { side: i, parts: parts[i]!, arrows: arrows[i]! });
      return {
        title: side.title,
        text: sideText(side, layers * (heads + 1)),
        view: sideView(shown, layout, { most, note: isEmpty ? NOTHING : undefined }),
      };
    }),
    panelWidth: layout.width * SCREEN.fontSize,
  });
}

const FORM = "Pictures of a circuit, layers upwards, token roles across.";

const [NEGATOR, SCORE] = ["negator", "score"] as const;

const NOTHING = "no part is named";

/** The name of a head, an MLP, the negator or the score. */
export function nameOfPart(part: PictureNode | "negator" | "score"): string {
  if (typeof part === "string") return part;
  const { layer, head } = part;
  return head === undefined ? `MLP ${layer}` : `${layer}.${head}`;
}

/** What a path is called: `1.2 → 4.3 by its values`. */
export function nameOfPath({ from, to, by }: PicturePath): string {
  return `${nameOfPart(from)} → ${nameOfPart(to)}${BY[by]}`;
}

function sizeOf({ share }: PicturePath): number {
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

/** What is to be placed: in each layer the heads, then the MLP. */
function partsOf(
  { parts }: PictureSide,
  { layers, roles, arrows }: {
    readonly layers: number;
    readonly roles: readonly string[];
    readonly arrows: readonly Arrow[];
  },
): Part[] {
  const ends = new Set(arrows.flatMap(({ from, to }) => [from, to]));
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
    ...{ boxes, left: layout.columns[0]!.x1, right: layout.width },
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
      ...{ way: ways[i]!, end: ends[i]!, share: path.share, width: arrows[i]!.width },
      tip: path.tip ?? `${nameOfPath(path)}: share of d ${tipEstimate(path.share, path)}`,
    })),
  };
}

function kindOf(part: PicturePart | undefined): BoxKind {
  if (part === undefined) return "end";
  if (!part.inCircuit) return "outside";
  return part.isSpecific === false ? "unspecific" : "inside";
}

/** The parts and paths of a side, the largest shares first. */
function sideText({ parts, paths }: PictureSide, all: number): string {
  const inside = parts.filter(({ inCircuit }) => inCircuit)
    .toSorted((a, b) => Math.abs(b.share ?? 0) - Math.abs(a.share ?? 0));
  if (inside.length === 0) return NOTHING;
  const named = inside.map((part) => {
    const { role, share, isSpecific } = part;
    const notes = [
      ...(share === undefined ? [] : [estimateText(drawn(share), {})]),
      ...(isSpecific === false ? ["not beyond its controls"] : []),
    ];
    return `${nameOfPart(part)} at ${roleLabel(role)}${
      notes.length > 0 ? ` (${notes.join(", ")})` : ""
    }`;
  });
  const ways = paths.toSorted((a, b) => sizeOf(b) - sizeOf(a))
    .map((path) => `${nameOfPath(path)} (${estimateText(drawn(path.share), {})})`);
  return `${inside.length} of ${all} parts: ${named.join(", ")}; paths: ${
    ways.join(", ") || "none"
  }`;
}
