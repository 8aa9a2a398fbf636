/** Reads from Vega's scenegraph where marks, texts and titles were placed; nothing is changed. */

import type { View } from "vega";

export interface Box {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

/** A mark, or an item of a mark; the items of a group are marks. */
export interface SceneNode {
  readonly marktype?: string;
  readonly role?: string;
  readonly name?: string;
  readonly items?: readonly SceneNode[];
  /** Within the enclosing group. */
  readonly bounds: Box;
  readonly x?: number;
  readonly y?: number;
  readonly text?: string | readonly string[];
  readonly fontSize?: number;
  readonly fontWeight?: string | number;
  readonly opacity?: number;
  readonly href?: unknown;
  readonly url?: unknown;
  readonly fill?: unknown;
  readonly stroke?: unknown;
  readonly cursor?: unknown;
  readonly blend?: unknown;
  readonly angle?: number;
}

export interface PlacedTitle {
  /** Its text mark: role `title-text` or `title-subtitle`. */
  readonly item: SceneNode;
  /** The left edge of the text within its view. */
  readonly x: number;
  /** The right edge of everything in its view but titles. */
  readonly right: number;
  /** Whether it is the title of the whole chart and not of a panel. */
  readonly isOfChart: boolean;
}

export interface PlacedText {
  readonly text: string;
  /** In coordinates of the picture; for a rotated text, its bounding box. */
  readonly box: Box;
  readonly isRotated: boolean;
}

/** The outermost group, whose bounds hold the whole chart. */
export function sceneRoot(view: View): SceneNode {
  const { root } = view.scenegraph() as unknown as { readonly root: SceneNode }; // not in Vega's types
  return root;
}

export function* marksWhere(
  node: SceneNode,
  test: (mark: SceneNode) => boolean,
): Generator<SceneNode> {
  if (test(node)) yield node;
  for (const inner of node.items ?? []) yield* marksWhere(inner, test);
}

export function* placedTitles(root: SceneNode): Generator<PlacedTitle> {
  const chart = root.items?.[0];
  if (chart !== undefined) yield* titlesIn(chart, true);
}

function* titlesIn(view: SceneNode, isOfChart: boolean): Generator<PlacedTitle> {
  const marks = view.items ?? [];
  const plots = marks.filter(({ role }) => role !== "title");
  const right = Math.max(...plots.map(({ bounds }) => bounds.x2));
  for (const group of marks.filter(({ marktype }) => marktype === "group")) {
    for (const inner of group.items ?? []) {
      if (group.role !== "title") yield* titlesIn(inner, false);
      else {
        for (const item of titleTexts(inner)) {
          yield { item, x: (inner.x ?? 0) + item.bounds.x1, right, isOfChart };
        }
      }
    }
  }
}

function titleTexts(title: SceneNode): SceneNode[] {
  return (title.items ?? [])
    .filter(({ role }) => role?.startsWith("title-"))
    .flatMap(({ items }) => items ?? []);
}

/** All visible texts, with their boxes in the picture. */
export function* placedTexts(
  node: SceneNode,
  { x, y } = { x: 0, y: 0 },
): Generator<PlacedText> {
  for (const item of node.items ?? []) {
    if (node.marktype === "group") {
      const inner = { x: x + (item.x ?? 0), y: y + (item.y ?? 0) };
      for (const mark of item.items ?? []) yield* placedTexts(mark, inner);
    } else if (node.marktype === "text" && item.opacity !== 0 && item.text !== "") {
      const { x1, y1, x2, y2 } = item.bounds;
      const text = [item.text ?? ""].flat().join(" ");
      const box = { x1: x1 + x, y1: y1 + y, x2: x2 + x, y2: y2 + y };
      yield { text, box, isRotated: (item.angle ?? 0) !== 0 };
    }
  }
}

/** The pairs of texts that overlap by more than half a unit in both directions; rotated texts are ignored. */
export function overlaps(texts: readonly PlacedText[]): (readonly [PlacedText, PlacedText])[] {
  const upright = texts.filter(({ isRotated }) => !isRotated);
  return upright.flatMap((a, i) =>
    upright.slice(i + 1).filter((b) => overlap(a.box, b.box)).map((b) => [a, b] as const)
  );
}

function overlap(a: Box, b: Box): boolean {
  const across = Math.min(a.x2, b.x2) - Math.max(a.x1, b.x1);
  const down = Math.min(a.y2, b.y2) - Math.max(a.y1, b.y1);
  return across > 0.5 && down > 0.5;
}
