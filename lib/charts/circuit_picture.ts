/** A circuit as publications draw it: layers upwards, token roles across, boxes for heads and MLPs, arrows for the paths between them. */

import type { Role } from "../data/align.ts";
import { type ChartOptions, type ChartSpec, drawn, estimateText } from "./spec.ts";
import { kindOf, placeCircuit } from "./circuit/layout.ts";
import { endsOf, nameOfPart, nameOfPath, pathsInOrder, type PictureSide } from "./circuit/side.ts";
import { sideView } from "./circuit/view.ts";
import { panelChart } from "./panels.ts";
import { roleLabel } from "./roles.ts";
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
  const { layout, most, shown } = placeCircuit(sides, { layers, roles: given });
  const notes = notesOf(sides);
  const { subtitle, caption } = options;
  const noted = notes.length === 0 ? options : {
    ...options,
    subtitle: [...(subtitle === undefined ? [] : [subtitle]), notes.join("; ")],
    ...(caption !== undefined &&
      { caption: `${caption} Boxes with a ${notes.join("; with a ")}.` }),
  };
  return panelChart(noted, {
    form: FORM,
    panels: sides.map((side, i) => {
      const isEmpty = !side.parts.some(({ inCircuit }) => inCircuit);
      return {
        title: side.title,
        text: sideText(side, layers * (heads + 1)),
        view: sideView(shown[i]!, layout, { most, note: isEmpty ? NOTHING : undefined }),
      };
    }),
    panelWidth: layout.width * SCREEN.fontSize,
  });
}

const FORM = "Pictures of a circuit, layers upwards, token roles across.";

const NOTHING = "no part is named";

/** What the outlines of boxes mean that are not as those of most. */
function notesOf(sides: readonly PictureSide[]): string[] {
  const kinds = new Set(
    sides.flatMap(({ parts, paths }) => {
      const ends = endsOf(paths);
      return parts.filter((part) => part.inCircuit || ends.has(nameOfPart(part))).map(kindOf);
    }),
  );
  return [
    ...(kinds.has("unspecific")
      ? ["dashed outline: in the circuit, but not beyond their controls"]
      : []),
    ...(kinds.has("outside") ? ["grey outline: outside the circuit, at the end of a path"] : []),
  ];
}

/** The parts and paths of a side, the largest shares first. */
function sideText(side: PictureSide, all: number): string {
  const inside = side.parts.filter(({ inCircuit }) => inCircuit)
    .toSorted((a, b) => Math.abs(b.share ?? 0) - Math.abs(a.share ?? 0));
  if (inside.length === 0) return NOTHING;
  const parts = inside.map((part) => {
    const { role, share, isSpecific } = part;
    const notes = [
      ...(share === undefined ? [] : [estimateText(drawn(share), {})]),
      ...(isSpecific === false ? ["not beyond its controls"] : []),
    ].join(", ");
    return `${nameOfPart(part)} at ${roleLabel(role)}${notes && ` (${notes})`}`;
  });
  const paths = pathsInOrder(side)
    .map((path) => `${nameOfPath(path)} (${estimateText(drawn(path.share), {})})`);
  const names = [parts, paths].map((list) => list.join(", ") || "none");
  return `${inside.length} of ${all} parts: ${names.join("; paths: ")}`;
}
