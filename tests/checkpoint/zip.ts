/** Writes zip archives for tests in all forms, according to the format's description, right or wrong in a chosen place. */

import { crc32, deflateRawSync } from "node:zlib";

export interface ZipFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly deflated?: boolean; // whether it is compressed; default: false
  /** Whether sizes and checksum follow the bytes, as from a program that writes a stream. @default {false} */
  readonly described?: boolean;
  readonly wide?: boolean; // whether sizes are 64 bits wide; default: false
  readonly claimed?: number; // size that it claims to have when unpacked; default: the right one
  readonly damaged?: boolean; // whether its bytes are damaged; default: false
  /** What the directory says instead of the truth. */
  readonly says?: Partial<Record<"flags" | "packed" | "size" | "header", number>> & {
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
  const parts: Bytes[] = [];
  const directory: Bytes[] = [];
  let at = 0;
  for (const file of files) {
    const { name, bytes, deflated, described, wide, says = {}, headerName = name } = file;
    const packed = new Uint8Array(deflated ? deflateRawSync(bytes) : bytes);
    if (file.damaged) packed[0]! ^= 1;
    const [small, large, sum] = [packed.length, file.claimed ?? bytes.length, crc32(bytes)];
    const extra = wide ? numbers([1, 2], [16, 2], [large, 8], [small, 8]) : [];
    const flags = described ? 8 : 0;
    const common = (flags: number, sizes: readonly number[], text: string, extra: Bytes) => [
      ...numbers([wide ? 45 : 20, 2], [flags, 2], [deflated ? 8 : 0, 2], [0, 4], [sizes[0]!, 4]),
      ...numbers([sizes[1]!, 4], [sizes[2]!, 4], [ascii(text).length, 2], [extra.length, 2]),
    ];
    const narrow = wide ? [2 ** 32 - 1, 2 ** 32 - 1] : [small, large];
    const before = described ? [0, ...wide ? narrow : [0, 0]] : [sum, ...narrow];
    const [width, own] = [wide ? 8 : 4, says.extra ?? extra];
    const told = [sum, says.packed ?? narrow[0]!, says.size ?? narrow[1]!];
    directory.push(
      ...[numbers([0x02014b50, 4], [20, 2]), common(says.flags ?? flags, told, name, own)],
      ...[numbers([0, 2], [0, 2], [0, 2], [0, 4], [says.header ?? at, 4]), ascii(name), own],
    );
    const whole = join(
      ...[numbers([0x04034b50, 4]), common(flags, before, headerName, extra)],
      ...[ascii(headerName), extra, packed],
      described ? numbers([0x08074b50, 4], [sum, 4], [small, width], [large, width]) : [],
    );
    parts.push(whole);
    at += whole.length;
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
