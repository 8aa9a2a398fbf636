/** A small editor: shapes on grey, one in each cell. */

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Button, Select } from "./elements.tsx";

const COLOURS = {
  ...{ red: "#d62828", green: "#28a03c", blue: "#2850d6", yellow: "#ecc81e" },
  ...{ purple: "#8c32aa", black: "#191919" },
} as const;

type Colour = keyof typeof COLOURS;

/** Outlines around 0, with a radius of 1, those of the embedded data; a hole runs the other way round. */
const SHAPES = {
  circle: "M.95 0A.95.95 0 1 1-.95 0A.95.95 0 1 1 .95 0Z",
  square: "M-.8-.8H.8V.8H-.8Z",
  triangle: "M0-.95L.97.75H-.97Z",
  star: "M0-1L.247-.34L.951-.309L.399.13L.588.809L0 .42L-.588.809L-.399.13L-.951-.309L-.247-.34Z",
  cross: "M-.3-.95H.3V-.3H.95V.3H.3V.95H-.3V.3H-.95V-.3H-.3Z",
  ring: "M1 0A1 1 0 1 1-1 0A1 1 0 1 1 1 0ZM.58 0A.58.58 0 1 0-.58 0A.58.58 0 1 0 .58 0Z",
  heart: "M0 .92C-.6.5-1 .1-.95-.35C-.9-.8-.25-.95 0-.5C.25-.95.9-.8.95-.35C1 .1.6.5 0 .92Z",
  diamond: "M0-1L.65 0L0 1L-.65 0Z",
  hexagon: "M-.98 0L-.49-.85H.49L.98 0L.49.85H-.49Z",
  crescent: "M.6-.8A1 1 0 1 0 .6.8A.8.8 0 1 1 .6-.8Z",
} as const;

type Shape = keyof typeof SHAPES;

export interface Placed {
  readonly shape: Shape;
  readonly colour: Colour;
  readonly cell: number;
}

/** Cells a side, pixels a side of a cell, and the largest radius of the embedded data, which the model sees best. */
const [GRID, CELL, RADIUS] = [4, 16, 7];

const SIZE = GRID * CELL;

/** A scene that comes from anywhere; undefined if it is none. */
export function readDrawing(value: unknown): readonly Placed[] | undefined {
  if (!Array.isArray(value) || value.length > GRID * GRID) return undefined;
  const isPlaced = (placed: Placed | null) =>
    Object.hasOwn(SHAPES, placed?.shape ?? "") && Object.hasOwn(COLOURS, placed?.colour ?? "") &&
    Number.isInteger(placed?.cell) && placed!.cell >= 0 && placed!.cell < GRID * GRID;
  if (!value.every(isPlaced)) return undefined;
  return value.map(({ shape, colour, cell }) => ({ shape, colour, cell }));
}

export async function drawingBytes(scene: readonly Placed[]): Promise<Uint8Array> {
  const canvas = new OffscreenCanvas(SIZE, SIZE);
  paint(canvas, scene);
  return new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
}

function paint(canvas: OffscreenCanvas | HTMLCanvasElement, scene: readonly Placed[]): void {
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  context.resetTransform();
  context.fillStyle = "rgb(185 185 185)";
  context.fillRect(0, 0, SIZE, SIZE);
  for (const { shape, colour, cell } of scene) {
    const [x, y] = [cell % GRID + 0.5, Math.floor(cell / GRID) + 0.5];
    context.setTransform(RADIUS, 0, 0, RADIUS, CELL * x, CELL * y);
    context.fillStyle = COLOURS[colour];
    context.fill(new Path2D(SHAPES[shape]));
  }
}

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
        <Select
          label="Shape"
          value={shape}
          names={Object.keys(SHAPES) as Shape[]}
          onChoose={setShape}
        />
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
