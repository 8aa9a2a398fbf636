/** The ways of a circuit's arrows: from the upper edge of a box to the lower edge of another, past all boxes between them. Lengths are in ems. */

import type { Point, Rectangle } from "./layout.ts";

export interface Arrow {
  readonly from: string;
  readonly to: string;
  /** What it goes through; arrows that go through the same end beside each other. */
  readonly letter: string;
  readonly width: number;
}

export function headSize({ width }: Pick<Arrow, "width">): number {
  return width + 0.36;
}

const ORDER = ["q", "k", "v", ""];

const PORT = { letter: 0.66, between: 0.06 };

const LETTER = 0.5;

/** Arrows are upright below a box, beside the letters there. */
const UPRIGHT = 0.85;

/** The free space around a box, and between arrows that pass side by side. */
const FREE = { beside: 0.13, above: 0.1, arrows: 0.16 };

const BEND = 0.4;

function portsOf(arrows: readonly Arrow[], name: string) {
  const ending = Map.groupBy(arrows.filter(({ to }) => to === name), ({ letter }) => letter);
  return ORDER.flatMap((letter) => {
    const ends = ending.get(letter);
    if (ends === undefined) return [];
    const space = letter === "" ? 0 : PORT.letter;
    return [{
      letter,
      ends,
      space,
      width: space + ends.reduce((sum, end) => sum + portWidth(end), 0),
    }];
  });
}

function portWidth(arrow: Arrow): number {
  return headSize(arrow) + PORT.between;
}

/** What the ends of the arrows into a box need at its lower edge. */
export function widthOfInputs(arrows: readonly Arrow[], name: string): number {
  return portsOf(arrows, name).reduce((sum, { width }) => sum + width, 0);
}

/** Finds the ways of all arrows, the first the straightest, the points of their heads on the lower edges of boxes, and the letters beside these. */
export function routeArrows<Drawn extends Arrow>(
  arrows: readonly Drawn[],
  { boxes, left, right }: {
    readonly boxes: ReadonlyMap<string, Rectangle>;
    readonly left: number;
    readonly right: number;
  },
) {
  const rows = [...Map.groupBy(boxes.values(), ({ y1 }) => y1)].map(([y1, boxes]): Row => ({
    y1: y1 - FREE.above,
    y2: boxes[0]!.y2 + FREE.above,
    boxes,
    taken: [],
  }));
  const ends = new Map<Arrow, Point>();
  const letters: (Point & { readonly label: string })[] = [];
  for (const [name, { x1, x2, y1: y }] of boxes) {
    let x = (x1 + x2 - widthOfInputs(arrows, name)) / 2;
    for (const { letter, ends: entering, space } of portsOf(arrows, name)) {
      if (space > 0) letters.push({ x: x + space / 2, y: y - LETTER, label: letter });
      x += space;
      const from = (arrow: Arrow) => middleOf(boxes, arrow.from);
      for (const arrow of entering.toSorted((a, b) => from(a) - from(b))) {
        ends.set(arrow, { x: x + portWidth(arrow) / 2, y });
        x += portWidth(arrow);
      }
    }
  }
  const starts = startsOf(arrows, boxes, ends);
  return {
    letters,
    arrows: arrows.map((arrow) => {
      const [start, end] = [starts.get(arrow)!, ends.get(arrow)!];
      const turn = { ...end, y: end.y - UPRIGHT - arrow.width / 2 };
      const neck = { ...end, y: end.y - 0.8 * headSize(arrow) };
      const between = rows.filter((row) => row.y1 >= start.y && row.y2 <= end.y);
      const way = turns(start, turn, { rows: between, left, right, width: arrow.width });
      return { ...arrow, end, way: withRoundBends([start, ...way, turn, neck]) };
    }),
  };
}

function middleOf(boxes: ReadonlyMap<string, Rectangle>, name: string): number {
  const { x1, x2 } = boxes.get(name)!;
  return (x1 + x2) / 2;
}

/** Where arrows begin: those of a box leave it side by side, in the order of their directions. */
function startsOf(
  arrows: readonly Arrow[],
  boxes: ReadonlyMap<string, Rectangle>,
  ends: ReadonlyMap<Arrow, Point>,
): ReadonlyMap<Arrow, Point> {
  const starts = new Map<Arrow, Point>();
  for (const [name, leaving] of Map.groupBy(arrows, ({ from }) => from)) {
    const { x1, x2, y2 } = boxes.get(name)!;
    const direction = (arrow: Arrow) => {
      const { x, y } = ends.get(arrow)!;
      return (x - (x1 + x2) / 2) / (y - y2);
    };
    const whole = leaving.reduce((sum, { width }) => sum + width, 0);
    const room = (x2 - x1 - 0.5 - whole) / leaving.length;
    const step = Math.min(0.25, Math.max(0, room));
    let x = (x1 + x2 - whole - step * (leaving.length - 1)) / 2;
    for (const arrow of leaving.toSorted((a, b) => direction(a) - direction(b))) {
      starts.set(arrow, { x: x + arrow.width / 2, y: y2 });
      x += arrow.width + step;
    }
  }
  return starts;
}

interface Row {
  readonly y1: number;
  readonly y2: number;
  readonly boxes: readonly Rectangle[];
  readonly taken: { readonly x: number; readonly width: number }[];
}

interface Passed {
  readonly left: number;
  readonly right: number;
  readonly width: number;
}

/** The points at which a way passes rows through which it cannot go straight: first the row that it would miss by most. */
function turns(
  from: Point,
  to: Point,
  { rows, ...passed }: Passed & { readonly rows: readonly Row[] },
): Point[] {
  const blocked = rows.filter((row) => isBlocked(from, to, row, passed)).map((row) => {
    const wished = xAt(from, to, (row.y1 + row.y2) / 2);
    const x = freeLane(row, wished, passed);
    return { row, x, miss: Math.abs(x - wished) };
  });
  if (blocked.length === 0) return [];
  const { row, x } = blocked.reduce((a, b) => b.miss > a.miss ? b : a);
  row.taken.push({ x, width: passed.width });
  const [low, high] = [{ x, y: row.y1 }, { x, y: row.y2 }];
  return [
    ...turns(from, low, { ...passed, rows: rows.filter(({ y2 }) => y2 <= low.y) }),
    ...[low, high],
    ...turns(high, to, { ...passed, rows: rows.filter(({ y1 }) => y1 >= high.y) }),
  ];
}

function isBlocked(from: Point, to: Point, { y1, y2, boxes }: Row, { width }: Passed): boolean {
  const [a, b] = [xAt(from, to, Math.max(y1, from.y)), xAt(from, to, Math.min(y2, to.y))];
  const free = FREE.beside + width / 2;
  return boxes.some(({ x1, x2 }) => Math.max(a, b) > x1 - free && Math.min(a, b) < x2 + free);
}

function xAt(from: Point, to: Point, y: number): number {
  return from.x + (to.x - from.x) * (y - from.y) / (to.y - from.y);
}

/** The place beside the boxes of a row that is nearest to a wished one, and if possible apart from the arrows that pass there. */
function freeLane({ boxes, taken }: Row, wished: number, { left, right, width }: Passed): number {
  const ranges = boxes.map(({ x1, x2 }) => around(x1, x2, FREE.beside + width / 2));
  const passing = taken.map((lane) =>
    around(lane.x, lane.x, FREE.arrows + (width + lane.width) / 2)
  );
  const isOutside = (x: number) => (range: readonly [number, number]) =>
    x <= range[0] + 1e-9 || x >= range[1] - 1e-9;
  const lanes = [wished, ...[...ranges, ...passing].flat()]
    .filter((x) => x >= left && x <= right && ranges.every(isOutside(x)))
    .sort((a, b) => Math.abs(a - wished) - Math.abs(b - wished));
  return lanes.find((x) => passing.every(isOutside(x))) ?? lanes[0]!;
}

function around(low: number, high: number, free: number): readonly [number, number] {
  return [low - free, high + free];
}

function withRoundBends(way: readonly Point[]): Point[] {
  return way.flatMap((at, i) => {
    const [before, after] = [way[i - 1], way[i + 1]];
    if (before === undefined || after === undefined) return [at];
    const [from, to] = [towards(at, before), towards(at, after)];
    return [0, 0.25, 0.5, 0.75, 1].map((t) => ({
      x: (1 - t) ** 2 * from.x + 2 * t * (1 - t) * at.x + t ** 2 * to.x,
      y: (1 - t) ** 2 * from.y + 2 * t * (1 - t) * at.y + t ** 2 * to.y,
    }));
  });
}

/** The point where a bend begins or ends, at most half-way to the next point. */
function towards(at: Point, next: Point): Point {
  const share = Math.min(0.5, BEND / Math.hypot(next.x - at.x, next.y - at.y));
  return { x: at.x + share * (next.x - at.x), y: at.y + share * (next.y - at.y) };
}
