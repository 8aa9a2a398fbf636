/** Makes small zip archives in all forms, according to the format's description. */

import { crc32, deflateRawSync } from "node:zlib";
import { ascii, joinAll, numbers } from "../checkpoint/zip.ts";

export interface Packed {
  readonly name: string;
  readonly content: Uint8Array;
  readonly deflated?: boolean; // whether it is compressed; default: false
  /** Whether sizes and checksum follow the bytes, as from a program that writes a stream. @default {false} */
  readonly described?: boolean;
  readonly wide?: boolean; // whether sizes are 64 bits wide; default: false
  readonly claimed?: number; // size that it claims to have when unpacked; default: the right one
  readonly damaged?: boolean; // whether its bytes are damaged; default: false
}

/** An archive, and the offset of each file's bytes in it. */
export function zipOf(files: readonly Packed[]): { bytes: Uint8Array; starts: number[] } {
  const parts: (Uint8Array | number[])[] = [];
  const directory: (Uint8Array | number[])[] = [];
  const starts: number[] = [];
  let at = 0;
  const add = (...added: (Uint8Array | number[])[]) => {
    parts.push(...added);
    for (const { length } of added) at += length;
  };
  for (const file of files) {
    const { name, content, deflated, described, wide, damaged } = file;
    const packed = new Uint8Array(deflated ? deflateRawSync(content) : content);
    const start = at;
    const [text, sum] = [ascii(name), crc32(content)];
    const [small, large] = [packed.length, file.claimed ?? content.length];
    const extra = wide ? numbers([1, 2], [16, 2], [large, 8], [small, 8]) : [];
    const common = (crc: number, [small, large]: readonly number[]) => [
      ...numbers([wide ? 45 : 20, 2], [described ? 8 : 0, 2]),
      ...numbers([deflated ? 8 : 0, 2], [0, 4], [crc, 4], [small!, 4], [large!, 4]),
      ...numbers([text.length, 2], [extra.length, 2]),
    ];
    const narrow = wide ? [2 ** 32 - 1, 2 ** 32 - 1] : [small, large];
    const local = described ? common(0, wide ? narrow : [0, 0]) : common(sum, narrow);
    add(numbers([0x04034b50, 4]), local, text, extra);
    starts.push(at);
    if (damaged) packed[0]! ^= 1;
    add(packed);
    const width = wide ? 8 : 4;
    if (described) add(numbers([0x08074b50, 4], [sum, 4], [small, width], [large, width]));
    const ends = numbers([0, 2], [0, 2], [0, 2], [0, 4], [start, 4]);
    directory.push(numbers([0x02014b50, 4], [20, 2]), common(sum, narrow), ends, text, extra);
  }
  const directoryAt = at;
  add(...directory);
  const length = at - directoryAt;
  add(numbers([0x06054b50, 4], [0, 2], [0, 2], [files.length, 2], [files.length, 2]));
  add(numbers([length, 4], [directoryAt, 4], [0, 2]));
  return { bytes: joinAll(parts), starts };
}
