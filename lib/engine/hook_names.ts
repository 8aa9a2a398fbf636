/** The names of a tower's hook points, and the properties of each. */

import type { Axis } from "../hooks/tensor.ts";
import { HOOK_POINTS, type HookPoint } from "./hook_points.ts";

export const IMAGE_PREFIX = "vision.";

const POINT_OF = new Map(HOOK_POINTS.map((point) => [point.name, point]));

export interface NamedPoint {
  readonly name: string;
  /** Its block, from 0; at an end of the tower, the adjacent block. */
  readonly layer: number;
  readonly point: HookPoint;
}

/** All hook points of a tower in the order of computation. */
export function namedPoints(layers: number, prefix: string): NamedPoint[] {
  const at = (end: HookPoint["end"]) => HOOK_POINTS.filter((point) => point.end === end);
  const outer = (end: "first" | "last", layer: number) =>
    at(end).map((point) => ({ name: `${prefix}${point.name}`, layer, point }));
  const blocks = Array.from({ length: layers }, (_, layer) => layer);
  return [
    ...outer("first", 0),
    ...blocks.flatMap((layer) =>
      at(undefined).map((point) => ({
        name: `${prefix}blocks.${layer}.${point.name}`,
        layer,
        point,
      }))
    ),
    ...outer("last", layers - 1),
  ];
}

/**
 * The names of all hook points of a tower in the order of computation.
 *
 * @param layers The number of blocks.
 * @param prefix `""` for the text tower, `"vision."` for the image tower.
 */
export function hookNames(layers: number, prefix: string): string[] {
  return namedPoints(layers, prefix).map(({ name }) => name);
}

/** The kind of a hook point; undefined if there is no such kind. */
export function hookPoint(name: string): HookPoint | undefined {
  return POINT_OF.get(name.replace(/^vision\./, "").replace(/^blocks\.\d+\./, ""));
}

/**
 * What the axes of a hook point's value count.
 *
 * @param name The name of an existing hook point.
 * @param tower Whether the tower makes its embedding from a class token. @default {image towers do, as in CLIP}
 */
export function hookAxes(
  name: string,
  { classToken = name.startsWith(IMAGE_PREFIX) }: { readonly classToken?: boolean | undefined } =
    {},
): readonly Axis[] {
  const { axes } = hookPoint(name)!;
  if (!("all" in axes)) return axes;
  return classToken ? axes.class : axes.all;
}
