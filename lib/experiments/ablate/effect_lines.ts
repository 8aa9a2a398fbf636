/** A panel of effects by layer: a line for each kind of part, with intervals. */

import { drawn, type Panel, PANEL_TITLE, TIP, tipEstimate } from "../../charts/spec.ts";
import { OKABE_ITO } from "../../charts/theme.ts";

/** The effect of one part of a block. */
export interface EffectPoint {
  /** The block's number from 1. */
  readonly layer: number;
  /** The part. */
  readonly part: EffectPart;
  /** Number of rows. */
  readonly n: number;
  /** The effect's share of d. */
  readonly share: number;
  /** Lower bound of its interval. */
  readonly share_low?: number | undefined;
  /** Upper bound. */
  readonly share_high?: number | undefined;
}

/** The name, colour, shape and dash of each part. */
export const EFFECT_PARTS = {
  attn_out: { name: "attention output", color: OKABE_ITO.blue, shape: "circle", dash: [] },
  mlp_out: { name: "MLP output", color: OKABE_ITO.vermillion, shape: "triangle-up", dash: [4, 2] },
  block: { name: "whole block", color: OKABE_ITO.green, shape: "square", dash: [1, 2] },
};

/** A part of a block, or the whole. */
export type EffectPart = keyof typeof EFFECT_PARTS;

/** The distance between neighbouring parts, in layers: it keeps their intervals from covering each other. */
const APART = 0.2;

/** What all panels of a chart share. */
export interface EffectAxes {
  /** The parts that are drawn, in the order of the legend. */
  readonly parts: readonly EffectPart[];
  /** The range of effects. */
  readonly effects: [number, number];
  /** Number of blocks. */
  readonly layers: number;
}

/**
 * Draws a panel.
 *
 * @param title Its title.
 * @param points Its points.
 * @param axes What it shares with the others.
 */
export function effectPanel(
  title: string,
  points: readonly EffectPoint[],
  { parts: shown, effects, layers }: EffectAxes,
): Panel {
  const type = "quantitative" as const;
  const parts = shown.map((part) => EFFECT_PARTS[part]);
  const part = { field: "part", type: "nominal" as const };
  const domain = parts.map(({ name }) => name);
  const color = {
    ...part,
    scale: { domain, range: parts.map(({ color }) => color) },
    legend: { symbolStrokeWidth: 0 },
  };
  const x = {
    field: "place",
    type,
    title: "layer",
    scale: { domain: [0.5, layers + 0.5], nice: false },
    axis: {
      values: Array.from({ length: layers }, (_, i) => i + 1),
      format: "d",
      labelSeparation: 3,
    },
  };
  const y = {
    field: "share",
    type,
    title: "share of d",
    scale: { domain: effects, nice: false },
  };
  return {
    title: { text: title, style: PANEL_TITLE },
    data: { values: points.map(drawnPoint) },
    transform: [{ calculate: `datum.layer + ${placeAmong(domain)}`, as: "place" }],
    layer: [
      {
        data: { values: [{ zero: 0 }] },
        mark: { type: "rule" },
        encoding: { y: { field: "zero", type } },
      },
      {
        mark: { type: "rule" },
        encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" }, color },
      },
      {
        mark: { type: "line", strokeWidth: 1 },
        encoding: {
          x,
          y,
          color,
          strokeDash: { ...part, scale: { domain, range: parts.map(({ dash }) => dash) } },
        },
      },
      {
        mark: { type: "point", filled: true, opacity: 1, size: 20 },
        encoding: {
          x,
          y,
          color,
          shape: { ...part, scale: { domain, range: parts.map(({ shape }) => shape) } },
          ...TIP,
        },
      },
    ],
  };
}

/** How far a point stands from its layer's place, as an expression: the parts stand side by side. */
function placeAmong(names: readonly string[]): string {
  const shifts = names.map((_, i) => drawn((i - (names.length - 1) / 2) * APART));
  const last = `${shifts.at(-1)}`;
  return names.slice(0, -1).reduceRight(
    (others, name, i) => `(datum.part === '${name}' ? ${shifts[i]} : ${others})`,
    last,
  );
}

/** The bounds of a point's interval, or the point itself. */
export function boundsOf(
  { share, share_low, share_high }: Omit<EffectPoint, "layer" | "part" | "n">,
) {
  return { low: drawn(share_low ?? share), high: drawn(share_high ?? share) };
}

function drawnPoint(row: EffectPoint) {
  const { layer, n, share, share_low: low, share_high: high } = row;
  const part = EFFECT_PARTS[row.part].name;
  const tip = `layer ${layer}, ${part}: share of d ${tipEstimate(share, { low, high })}, n = ${n}`;
  return { layer, part, share: drawn(share), ...boundsOf(row), tip };
}
