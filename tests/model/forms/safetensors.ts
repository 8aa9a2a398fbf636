import { joinAll } from "../../checkpoint/zip.ts";
import { safetensors } from "../../checkpoint/fixtures.ts";

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/** The entries of a file of safetensors, and the place of the first number. */
export function headerOf(file: Uint8Array) {
  const begin = 8 + Number(new DataView(file.buffer).getBigUint64(0, true));
  const text = new TextDecoder().decode(file.subarray(8, begin));
  const { __metadata__: _, ...header } = JSON.parse(text);
  return { header: header as Readonly<Record<string, Entry>>, begin };
}

/** A file with some arrays of another, and further ones, of zeros unless numbers are given. */
export function safetensorsOf(
  path: string,
  keep: (name: string) => boolean,
  further: Readonly<
    Record<string, readonly number[] | readonly [readonly number[], Float32Array]>
  > = {},
): Uint8Array {
  const file = Deno.readFileSync(path);
  const { header: all, begin } = headerOf(file);
  const pieces: Uint8Array[] = [];
  const header: Record<string, Entry> = {};
  let end = 0;
  const add = (
    name: string,
    { dtype, shape, bytes }: Omit<Entry, "data_offsets"> & { bytes: Uint8Array },
  ) => {
    header[name] = { dtype, shape, data_offsets: [end, end += bytes.length] };
    pieces.push(bytes);
  };
  for (const [name, { dtype, shape, data_offsets: [from, to] }] of Object.entries(all)) {
    const bytes = file.subarray(begin + from, begin + to);
    if (keep(name)) add(name, { dtype, shape, bytes });
  }
  for (const [name, array] of Object.entries(further)) {
    const isGiven = typeof array[0] === "object";
    const shape = (isGiven ? array[0] : array) as readonly number[];
    const zeros = new Float32Array(shape.reduce((a, b) => a * b, 1));
    const { buffer } = isGiven ? array[1] as Float32Array : zeros;
    add(name, { dtype: "F32", shape, bytes: new Uint8Array(buffer) });
  }
  return joinAll([safetensors(header, 0), ...pieces]);
}
