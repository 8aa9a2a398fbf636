/** Safetensors files made of others, for tests. */

/** The size of each axis by the name of an array. */
type Shapes = Readonly<Record<string, readonly number[]>>;

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/**
 * A file with some arrays of another, and further ones that hold nothing but zeros.
 *
 * @param path The other file.
 * @param keep Whether an array is kept, by its name.
 * @param zeros The further arrays, of single precision.
 */
export function safetensorsOf(
  path: string,
  keep: (name: string) => boolean,
  zeros: Shapes = {},
): Uint8Array {
  const file = Deno.readFileSync(path);
  const length = Number(new DataView(file.buffer).getBigUint64(0, true));
  const { __metadata__, ...all }: Readonly<Record<string, Entry>> = JSON.parse(
    new TextDecoder().decode(file.subarray(8, 8 + length)),
  );
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
    const bytes = file.subarray(8 + length + from, 8 + length + to);
    if (keep(name)) add(name, { dtype, shape, bytes });
  }
  for (const [name, shape] of Object.entries(zeros)) {
    add(name, { dtype: "F32", shape, bytes: new Uint8Array(4 * shape.reduce((a, b) => a * b, 1)) });
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const size = new Uint8Array(8);
  new DataView(size.buffer).setBigUint64(0, BigInt(text.length), true);
  return new Uint8Array([size, text, ...pieces].flatMap((piece) => [...piece]));
}
