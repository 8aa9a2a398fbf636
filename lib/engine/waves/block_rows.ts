/** The rows of a wave after a block, from those before it and from the heads' outputs. */

import type { BlockPass, WaveRows } from "./block_input.ts";
import type { BlockOutputs } from "./block_outputs.ts";
import { copyRows, type Floats, gathered, NOTHING } from "./row_values.ts";

export interface RowsAfter extends WaveRows {
  /** The residual stream between attention and MLP, [rows, width]. */
  readonly mid: Floats;
}

/** Computes the rows after a block: first those that are computed whole, then those with the MLP's output of another row. */
export async function rowsAfter(pass: BlockPass, outputs: BlockOutputs): Promise<RowsAfter> {
  const { tower, tower: { shape: { width } }, block, needs, places, memory } = pass;
  const whole = inOrderOfOutputs(pass, outputs);
  const all = needs.mid.length === 0 ? whole : [...whole, ...needs.mid];
  const [x, z] = [rowsBefore(pass, all), outputsOf(pass, outputs, all)];
  whole.forEach((row, place) => places.set(row, place));
  const count = whole.length + needs.mlp.length;
  const into = memory.take(`rows ${block % 2}`, count * width);
  const mid = memory.take("mid", all.length * width);
  await tower.addAttention(block, x, z, mid);
  const size = whole.length * width;
  await tower.addMlp(block, mid.subarray(0, size), into.subarray(0, size));
  const written = { whole: whole.length, mid, after: into };
  needs.mlp.forEach((row, i) => writeWithMlp(pass, row, whole.length + i, written));
  return { x: into, places, count, mid };
}

/** The rows that are computed whole, those with outputs of their own in the order of these: their outputs then need no copy. */
function inOrderOfOutputs({ needs: { whole }, after }: BlockPass, outputs: BlockOutputs): number[] {
  const byOutput = new Array<number | undefined>(outputs.count);
  const others: number[] = [];
  for (const row of whole) {
    const output = after.second(row);
    const place = output >= 0 ? outputs.placeOf(output) : -1;
    if (place < 0 || byOutput[place] !== undefined) others.push(row);
    else byOutput[place] = row;
  }
  return [...byOutput.filter((row) => row !== undefined), ...others];
}

function rowsBefore(
  { tower, block, after, kept, rows, memory }: BlockPass,
  made: readonly number[],
): Floats {
  const places = made.map((row) => {
    const before = after.first(row);
    const own = rows.places.get(before);
    return own < 0 ? ~before : own;
  });
  return gathered({ own: rows.x, kept: kept.blocks[block]?.x ?? NOTHING }, places, {
    width: tower.shape.width,
    copy: (size) => memory.take("gathered rows", size),
  });
}

function outputsOf(
  { tower, block, numbers: { outputs: links }, after, kept, memory }: BlockPass,
  outputs: BlockOutputs,
  made: readonly number[],
): Floats {
  const { width, heads } = tower.shape;
  const from = { own: outputs.z, kept: kept.blocks[block]?.z ?? NOTHING };
  const own = made.map((row) => after.second(row));
  const places = own.map((output) => outputs.placeOf(links.rootOf(output)));
  const copy = (size: number) => memory.take("gathered outputs", size);
  if (!own.some((output) => links.isLink(output))) return gathered(from, places, { width, copy });
  const z = copy(made.length * width);
  copyRows(from, places, z, width);
  const size = width / heads;
  own.forEach((output, i) => {
    links.eachLink(output, (head, root) => {
      const place = outputs.placeOf(root);
      const [values, row] = place < 0 ? [from.kept, ~place] : [from.own, place];
      const start = row * width + head * size;
      z.set(values.subarray(start, start + size), i * width + head * size);
    });
  });
  return z;
}

/** Writes a row with the MLP's output of another: the row before the MLP plus what the MLP adds to the other. */
function writeWithMlp(
  { tower, block, after: table, needs, kept, places }: BlockPass,
  row: number,
  place: number,
  { whole, mid, after }: { readonly whole: number; readonly mid: Floats; readonly after: Floats },
): void {
  const { width } = tower.shape;
  const level = block + 1;
  const valuesOf = (own: number) => {
    if (kept.hasRow(level, own)) {
      const keptAfter = kept.blocks[level]?.x ?? kept.after;
      return { mid: kept.blocks[block]!.mid, after: keptAfter, start: own * width };
    }
    const made = places.get(own);
    const at = made >= 0 ? made : whole + needs.mid.indexOf(own);
    return { mid, after, start: at * width };
  };
  const [own, other] = [valuesOf(table.first(row)), valuesOf(table.second(row))];
  const into = place * width;
  for (let i = 0; i < width; i++) {
    after[into + i] = own.mid[own.start + i]! +
      (other.after[other.start + i]! - other.mid[other.start + i]!);
  }
  places.set(row, place);
}
