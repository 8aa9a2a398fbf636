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
import {
  checkPaths,
  nameOfPart,
  nameOfPath,
  NEGATOR,
  type PicturePart,
  type PicturePath,
  type PictureSide,
  SCORE,
} from "./circuit/side.ts";
import { type Arrow, routeArrows, widthOfInputs } from "./circuit/routes.ts";
import { type BoxKind, type DrawnSide, sideView } from "./circuit/view.ts";
import { WIDEST } from "./circuit/arrow_layers.ts";
import { panelChart } from "./panels.ts";
import { roleLabel, rolesInOrder } from "./roles.ts";
import { SCREEN } from "./venues.ts";

export type { PictureNode, PicturePart, PicturePath, PictureSide } from "./circuit/side.ts";

/** The model's size, and what the chart says. */
export interface CircuitPictureOptions extends Partial<ChartOptions> {
  /** The number of blocks. */
  readonly layers: number;
  /** The number of heads of a block. */
  readonly heads: number;
  /** The roles of tokens from the negator on; the score stands at the last. */
  readonly roles: readonly Role[];
  /** The chart's title. */
  readonly title: string;
  /** The lines below the title. @default {none} */
  readonly subtitle?: string;
  /** What the chart shows, for the caption of a paper's figure. @default {the alt text} */
  readonly caption?: string;
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

/**
 * Draws a circuit as publications do: layers upwards from the negator's embedding to the score, token roles across, a box for each head
 * or MLP of the circuit at the token where it acts, small marks for all others, and arrows for paths with widths by their shares.
 *
 * @example Two heads, one of which reads the other
 * ```ts ignore
 * import { circuitPicture } from "negscope/charts";
 *
 * const [first, second] = [{ layer: 1, head: 2 }, { layer: 3, head: 3 }];
 * const spec = circuitPicture([{
 *   title: "all rows",
 *   parts: [
 *     { ...first, role: "subject_first", share: 0.9, inCircuit: true, tip: "1.2: share of d 0.9" },
 *     { ...second, role: "eot", share: 0.8, inCircuit: true, tip: "3.3: share of d 0.8" },
 *   ],
 *   paths: [
 *     { from: "negator", to: first, by: "values", share: 0.9 },
 *     { from: first, to: second, by: "values", share: 0.8 },
 *     { from: second, to: "score", by: "direct", share: 0.8 },
 *   ],
 * }], { layers: 4, heads: 4, roles: ["negator", "subject_first", "eot"], title: "A circuit" });
 * ```
 *
 * @param sides A panel each; all have the same places for layers and roles.
 * @param options The model's size, the roles of its tokens, and what the chart says.
 * @returns A Vega-Lite spec in the kit's style.
 * @throws {NegscopeError} If a path does not lead upwards between parts of its side.
 */
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
  for (const side of sides) checkPaths(side);
  const ofParts = sides.flatMap(({ parts }) => parts.map(({ role }) => role));
  const roles = rolesInOrder([NEGATOR, ...given, ...ofParts]);
  const parts = sorted.map((side, i) => partsOf(side, { layers, roles, arrows: arrows[i]! }));
  const layout = layOutParts(parts, { layers, roles });
  const notes = notesOf(arrows.map((ways, i) => ({ parts: sides[i]!.parts, ends: endsOf(ways) })));
  const { subtitle, caption } = options;
  const noted = {
    ...options,
    ...(notes.length > 0 &&
      { subtitle: [...(subtitle === undefined ? [] : [subtitle]), notes.join("; ")] }),
    ...(notes.length > 0 && caption !== undefined &&
      { caption: `${caption} Boxes with a ${notes.join("; with a ")}.` }),
  };
  return panelChart(noted, {
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

const NOTHING = "no part is named";

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

function endsOf(arrows: readonly Arrow[]): ReadonlySet<string> {
  return new Set(arrows.flatMap(({ from, to }) => [from, to]));
}

/** What the outlines of boxes mean that are not as those of most. */
function notesOf(
  sides: readonly { readonly parts: readonly PicturePart[]; readonly ends: ReadonlySet<string> }[],
): string[] {
  const kinds = new Set(
    sides.flatMap(({ parts, ends }) =>
      parts.filter((part) => part.inCircuit || ends.has(nameOfPart(part))).map(kindOf)
    ),
  );
  return [
    ...(kinds.has("unspecific")
      ? ["dashed outline: in the circuit, but not beyond their controls"]
      : []),
    ...(kinds.has("outside") ? ["grey outline: outside the circuit, at the end of a path"] : []),
  ];
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
  const ends = endsOf(arrows);
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
