/** Writes zip archives for tests, right or wrong in a chosen place. */

export interface ZipFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** What the directory says instead of the truth. */
  readonly says?: {
    readonly method?: number;
    readonly flags?: number;
    readonly packed?: number;
    readonly size?: number;
    readonly header?: number;
    readonly extra?: Uint8Array;
  };
  readonly headerName?: string; // name in the header before the file, if it is another
}

/** Bytes of whole numbers, little-endian: [value, bytes] each. */
export function numbers(...fields: readonly (readonly [value: number, bytes: number])[]): number[] {
  return fields.flatMap(([value, bytes]) =>
    Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** i) & 255)
  );
}

export const ascii = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

export type Bytes = Uint8Array | readonly number[]; // bytes

export const join = (...parts: readonly Bytes[]): Uint8Array<ArrayBuffer> => joinAll(parts);

export function joinAll(parts: readonly Bytes[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function zip(
  files: readonly ZipFile[],
  end: { readonly count?: number; readonly size?: number; readonly start?: number } = {},
): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const { name, bytes, says = {}, headerName = name } of files) {
    const method = says.method ?? 0;
    const header = join(
      numbers([0x04034b50, 4], [20, 2], [0, 2], [method, 2], [0, 4], [0, 4], [bytes.length, 4]),
      numbers([bytes.length, 4], [ascii(headerName).length, 2], [0, 2]),
      ascii(headerName),
    );
    const extra = says.extra ?? new Uint8Array();
    directory.push(join(
      numbers([0x02014b50, 4], [20, 2], [20, 2], [says.flags ?? 0, 2], [method, 2], [0, 4], [0, 4]),
      numbers([says.packed ?? bytes.length, 4], [says.size ?? bytes.length, 4]),
      numbers([ascii(name).length, 2], [extra.length, 2], [0, 2], [0, 2], [0, 2], [0, 4]),
      numbers([says.header ?? at, 4]),
      ...[ascii(name), extra],
    ));
    parts.push(header, bytes);
    at += header.length + bytes.length;
  }
  const listed = joinAll(directory);
  const count = end.count ?? files.length;
  return join(
    ...[joinAll(parts), listed],
    numbers([0x06054b50, 4], [0, 2], [0, 2], [count, 2], [count, 2]),
    numbers([end.size ?? listed.length, 4], [end.start ?? at, 4], [0, 2]),
  );
}

export function filesIn(archive: Uint8Array): ZipFile[] {
  const view = new DataView(archive.buffer, archive.byteOffset);
  const files: ZipFile[] = [];
  let at = archive.length - 22;
  const count = view.getUint16(at + 10, true);
  at = view.getUint32(at + 16, true);
  for (let i = 0; i < count; i++) {
    const [size, length] = [view.getUint32(at + 24, true), view.getUint16(at + 28, true)];
    const header = view.getUint32(at + 42, true);
    const start = header + 30 + view.getUint16(header + 26, true) +
      view.getUint16(header + 28, true);
    const name = new TextDecoder().decode(archive.subarray(at + 46, at + 46 + length));
    files.push({ name, bytes: archive.subarray(start, start + size) });
    at += 46 + length + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return files;
}
