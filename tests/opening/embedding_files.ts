/** Files of image embeddings, as other programs write them. */

import { writeNpy } from "../../lib/export/tensors.ts";
import { Tensor } from "../../lib/hooks/tensor.ts";

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
  const text = JSON.stringify(Object.fromEntries(entries));
  const header = new TextEncoder().encode(text.padEnd(Math.ceil(text.length / 8) * 8));
  const numbers = Float32Array.from([...vectors.values()].flatMap((row) => [...Array.from(row)]));
  const file = new Uint8Array(8 + header.length + numbers.byteLength);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(header, 8);
  file.set(new Uint8Array(numbers.buffer), 8 + header.length);
  await Deno.writeFile(path, file);
}
