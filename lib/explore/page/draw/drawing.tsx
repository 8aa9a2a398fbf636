/** A small editor: shapes on grey, one in each cell. */

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import {
  type Colour,
  COLOURS,
  GRID,
  type Placed,
  render,
  type Shape,
  SHAPES,
  SIZE,
} from "./shapes.ts";
import { Select } from "../view/select.tsx";

export async function drawingBytes(scene: readonly Placed[]): Promise<Uint8Array> {
  const canvas = new OffscreenCanvas(SIZE, SIZE);
  canvas.getContext("2d")!.putImageData(new ImageData(render(scene), SIZE), 0, 0);
  return new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
}

const COLOUR_NAMES = Object.keys(COLOURS) as Colour[];

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
  useEffect(() => {
    canvas.current!.getContext("2d")!.putImageData(new ImageData(render(scene), SIZE), 0, 0);
  }, [scene]);
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
            return (
              <button
                key={cell}
                type="button"
                aria-label={`${where}: ${what}`}
                onClick={() => put(cell)}
              />
            );
          })}
        </div>
      </div>
      <div class="buttons">
        <Select label="Shape" value={shape} names={SHAPES} onChoose={setShape} />
        <Select label="Colour" value={colour} names={COLOUR_NAMES} onChoose={setColour} />
        <p class="hint">Click a cell to put the shape there, and again to take it away.</p>
        <button type="button" onClick={() => draw([])} disabled={scene.length === 0}>
          Empty
        </button>
        <button type="button" onClick={onClose}>Done</button>
      </div>
    </div>
  );
}
