/** A small editor: shapes on grey, one in each cell. */

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Button, Select } from "./elements.tsx";

export const COLOURS = {
  red: [214, 40, 40],
  green: [40, 160, 60],
  blue: [40, 80, 214],
  yellow: [236, 200, 30],
  purple: [140, 50, 170],
  black: [25, 25, 25],
} as const;

type Colour = keyof typeof COLOURS;

/** A shape in a cell of the grid of 4 x 4, rows first. */
export interface Placed {
  readonly shape: Shape;
  readonly colour: Colour;
  readonly cell: number;
}

/** Cells a side, and pixels a side of a cell. */
const GRID = 4;
const CELL = 16;

export const SIZE = GRID * CELL;

const GREY = 185;

/** The largest radius of the embedded data, which the model sees best. */
const RADIUS = 7;

const SAMPLES = 3;

export function render(scene: readonly Placed[]): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(4 * SIZE * SIZE).fill(GREY);
  for (let i = 3; i < pixels.length; i += 4) pixels[i] = 255;
  for (const { shape, colour, cell } of scene) {
    const [left, top] = [cell % GRID * CELL, Math.floor(cell / GRID) * CELL];
    for (let y = 0; y < CELL; y++) {
      for (let x = 0; x < CELL; x++) {
        const at = 4 * ((top + y) * SIZE + left + x);
        const share = covered(shape, x, y);
        COLOURS[colour].forEach((value, i) => {
          pixels[at + i] = Math.round(GREY + share * (value - GREY));
        });
      }
    }
  }
  return pixels;
}

/** A scene that comes from anywhere; undefined if it is none. */
export function readDrawing(value: unknown): readonly Placed[] | undefined {
  if (!Array.isArray(value) || value.length > GRID * GRID) return undefined;
  const isPlaced = (placed: Placed | null) =>
    SHAPES.includes(placed?.shape as Shape) &&
    Object.keys(COLOURS).includes(placed?.colour as Colour) &&
    Number.isInteger(placed?.cell) && placed!.cell >= 0 && placed!.cell < GRID * GRID;
  if (!value.every(isPlaced)) return undefined;
  return value.map(({ shape, colour, cell }) => ({ shape, colour, cell }));
}

function covered(shape: Shape, x: number, y: number): number {
  let inside = 0;
  for (let i = 0; i < SAMPLES * SAMPLES; i++) {
    const u = (x + (i % SAMPLES + 0.5) / SAMPLES - CELL / 2) / RADIUS;
    const v = (CELL / 2 - y - (Math.floor(i / SAMPLES) + 0.5) / SAMPLES) / RADIUS;
    if (INSIDE[shape](u, v)) inside++;
  }
  return inside / SAMPLES ** 2;
}

type Inside = (u: number, v: number) => boolean;

/** Whether a point (u right, v up, in radii) lies inside a shape. */
const INSIDE = {
  circle: (u, v) => Math.hypot(u, v) <= 0.95,
  square: (u, v) => Math.max(Math.abs(u), Math.abs(v)) <= 0.8,
  triangle: (u, v) => v >= -0.75 && v <= 0.95 - 1.75 * Math.abs(u),
  star(u, v) {
    const fifth = 2 * Math.PI / 5;
    const turned = (Math.atan2(u, v) + 2 * Math.PI) % fifth;
    const angle = Math.min(turned, fifth - turned);
    const [px, py] = [Math.hypot(u, v) * Math.cos(angle), Math.hypot(u, v) * Math.sin(angle)];
    const [tipX, tipY] = [0.42 * Math.cos(fifth / 2), 0.42 * Math.sin(fifth / 2)];
    return (px - 1) * tipY - py * (tipX - 1) <= 0;
  },
  cross: (u, v) =>
    Math.min(Math.abs(u), Math.abs(v)) <= 0.3 && Math.max(Math.abs(u), Math.abs(v)) <= 0.95,
  ring: (u, v) => Math.hypot(u, v) <= 1 && Math.hypot(u, v) >= 0.58,
  heart(u, v) {
    const [a, b] = [1.2 * u, 1.2 * v + 0.1];
    return (a * a + b * b - 1) ** 3 - a * a * b ** 3 <= 0;
  },
  diamond: (u, v) => Math.abs(u) / 0.65 + Math.abs(v) <= 1,
  hexagon: (u, v) =>
    Math.max(Math.abs(u), Math.abs(u) / 2 + Math.abs(v) * Math.sqrt(3) / 2) <= 0.85,
  crescent: (u, v) => Math.hypot(u, v) <= 1 && Math.hypot(u - 0.55, v) >= 0.8,
} as const satisfies Readonly<Record<string, Inside>>;

export type Shape = keyof typeof INSIDE;

export const SHAPES = Object.keys(INSIDE) as Shape[];

export async function drawingBytes(scene: readonly Placed[]): Promise<Uint8Array> {
  const canvas = new OffscreenCanvas(SIZE, SIZE);
  paint(canvas, scene);
  return new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
}

function paint(canvas: OffscreenCanvas | HTMLCanvasElement, scene: readonly Placed[]): void {
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  context.putImageData(new ImageData(render(scene), SIZE), 0, 0);
}

/** Draws a scene anew, or goes on with one; every change is given on at once. */
export function Drawing(
  { scene: given, isTaking, onDraw, onClose }: {
    readonly scene: readonly Placed[];
    /** Whether the picture is still to be embedded as it is drawn: until then what is given is older. */
    readonly isTaking: boolean;
    readonly onDraw: (scene: readonly Placed[]) => void;
    readonly onClose: () => void;
  },
): JSX.Element {
  const [shape, setShape] = useState<Shape>("circle");
  const [colour, setColour] = useState<Colour>("red");
  const [scene, setScene] = useState(given);
  useEffect(() => {
    if (!isTaking) setScene(given);
  }, [given, isTaking]);
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => paint(canvas.current!, scene), [scene]);
  const at = (cell: number) => scene.find((placed) => placed.cell === cell);
  const draw = (next: readonly Placed[]) => {
    setScene(next);
    onDraw(next);
  };
  const put = (cell: number) => {
    const others = scene.filter((placed) => placed.cell !== cell);
    const isThere = at(cell)?.shape === shape && at(cell)?.colour === colour;
    draw(isThere ? others : [...others, { shape, colour, cell }]);
  };
  return (
    <div class="drawing">
      <div class="canvas">
        <canvas ref={canvas} width={SIZE} height={SIZE} aria-hidden="true" />
        <div class="cells" role="group" aria-label="Cells of the picture">
          {Array.from({ length: GRID * GRID }, (_, cell) => {
            const there = at(cell);
            const where = `row ${Math.floor(cell / GRID) + 1}, column ${cell % GRID + 1}`;
            const what = there === undefined ? "empty" : `${there.colour} ${there.shape}`;
            return <Button key={cell} aria-label={`${where}: ${what}`} onClick={() => put(cell)} />;
          })}
        </div>
      </div>
      <div class="buttons">
        <Select label="Shape" value={shape} names={SHAPES} onChoose={setShape} />
        <Select
          label="Colour"
          value={colour}
          names={Object.keys(COLOURS) as Colour[]}
          onChoose={setColour}
        />
        <p class="hint">Click a cell to put the shape there, and again to take it away.</p>
        <Button onClick={() => draw([])} disabled={scene.length === 0}>Empty</Button>
        <Button onClick={onClose}>Done</Button>
      </div>
    </div>
  );
}
