/** Files of image embeddings, as other programs write them. */

import { writeNpy } from "../../lib/files/tensors.ts";
import { Tensor } from "../../lib/hooks/tensor.ts";
import { safetensors } from "../checkpoint/fixtures.ts";

export type Vectors = ReadonlyMap<string, ArrayLike<number>>; // embeddings by image name

/** Writes a .npy matrix with its rows' names beside it, in the order of the map. */
export async function writeMatrix(path: string, vectors: Vectors): Promise<void> {
  const rows = [...vectors.values()];
  const data = Float32Array.from(rows.flatMap((row) => [...Array.from(row)]));
  await writeNpy(path, new Tensor(data, [rows.length, rows[0]!.length], ["batch", "projection"]));
  await Deno.writeTextFile(path.replace(".npy", ".txt"), `${[...vectors.keys()].join("\n")}\n`);
}

/** Writes a safetensors file with a tensor for each image. */
export async function writeTensors(
  path: string,
  vectors: Vectors,
  shapeOf: (size: number) => readonly number[] = (size) => [size],
): Promise<void> {
  let end = 0;
  const entries = [...vectors].map(([name, { length }]) => {
    const data_offsets = [end, end += 4 * length];
    return [name, { dtype: "F32", shape: shapeOf(length), data_offsets }] as const;
  });
  const numbers = Float32Array.from([...vectors.values()].flatMap((row) => [...Array.from(row)]));
  const file = safetensors(Object.fromEntries(entries), numbers.byteLength);
  file.set(new Uint8Array(numbers.buffer), file.length - numbers.byteLength);
  await Deno.writeFile(path, file);
}
