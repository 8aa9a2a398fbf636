/** Makes small zip archives in all forms, according to the format's description. */

import { crc32, deflateRawSync } from "node:zlib";

export interface Packed {
  readonly name: string;
  readonly content: Uint8Array;
  readonly deflated?: boolean; // whether it is compressed; default: false
  /** Whether sizes and checksum follow the bytes, as from a program that writes a stream. @default {false} */
  readonly described?: boolean;
  readonly wide?: boolean; // whether sizes are 64 bits wide; default: false
  readonly claimed?: number; // size that it claims to have when unpacked; default: the right one
  readonly damaged?: boolean; // whether its bytes are damaged; default: false
  readonly encrypted?: boolean; // whether its entry says that it is encrypted; default: false
}

/** An archive, and the offset of each file's bytes in it. */
export function zipOf(files: readonly Packed[]): { bytes: Uint8Array; starts: number[] } {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  const starts: number[] = [];
  let at = 0;
  const add = (...added: Uint8Array[]) => {
    parts.push(...added);
    for (const { length } of added) at += length;
  };
  for (const file of files) {
    const { name, content, deflated, described, wide, damaged, encrypted } = file;
    const packed = new Uint8Array(deflated ? deflateRawSync(content) : content);
    const start = at;
    const text = new TextEncoder().encode(name);
    const crc = crc32(content);
    const sizes: [number, number] = [packed.length, file.claimed ?? content.length];
    const narrow: [number, number] = wide ? [2 ** 32 - 1, 2 ** 32 - 1] : sizes;
    const extra = wide ? fields([2, 1], [2, 16], [8, sizes[1]], [8, sizes[0]]) : new Uint8Array();
    const common = (crc: number, [small, large]: [number, number]): [number, number][] => [
      ...[[2, wide ? 45 : 20], [2, (described ? 8 : 0) + (encrypted ? 1 : 0)]] as [
        number,
        number,
      ][],
      ...[[2, deflated ? 8 : 0], [4, 0], [4, crc], [4, small], [4, large]] as [number, number][],
      ...[[2, text.length], [2, extra.length]] as [number, number][],
    ];
    const local = described ? common(0, wide ? narrow : [0, 0]) : common(crc, narrow);
    add(fields([4, 0x04034b50], ...local), text, extra);
    starts.push(at);
    if (damaged) packed[0]! ^= 1;
    add(packed);
    if (described) {
      const width = wide ? 8 : 4;
      add(fields([4, 0x08074b50], [4, crc], [width, sizes[0]], [width, sizes[1]]));
    }
    directory.push(
      fields([4, 0x02014b50], [2, 20], ...common(crc, narrow), [2, 0], [2, 0], [2, 0], [4, 0], [
        4,
        start,
      ]),
      text,
      extra,
    );
  }
  const directoryAt = at;
  for (const part of directory) add(part);
  const count = files.length;
  add(fields(
    ...[[4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count]] as [number, number][],
    ...[[4, at - directoryAt], [4, directoryAt], [2, 0]] as [number, number][],
  ));
  return { bytes: joined(parts, at), starts };
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Little-endian numbers, each as its width in bytes and its value. */
function fields(...numbers: readonly (readonly [number, number])[]): Uint8Array {
  return new Uint8Array(
    numbers.flatMap(([width, value]) =>
      Array.from({ length: width }, (_, i) => Math.floor(value / 256 ** i) % 256)
    ),
  );
}
