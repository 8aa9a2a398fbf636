/** Images of one colour as PNG, without compression, so that they have the same bytes with every library and version. */

import { crc32 } from "node:zlib";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/**
 * A square image of one colour.
 *
 * @param size Its width and height, pixels.
 * @param colour Red, green and blue, from 0 to 255.
 */
export function plainPng(
  size: number,
  colour: readonly [number, number, number],
): Uint8Array<ArrayBuffer> {
  const line = [0, ...Array.from({ length: size }, () => colour).flat()]; // 0: the line is not filtered
  const header = [...uint32(size), ...uint32(size), 8, 2, 0, 0, 0]; // 8 bits a channel, RGB
  const pixels = Array.from({ length: size }, () => line).flat();
  return Uint8Array.from([
    ...SIGNATURE,
    ...chunk("IHDR", header),
    ...chunk("IDAT", stored(pixels)),
    ...chunk("IEND", []),
  ]);
}

function chunk(type: string, data: readonly number[]): number[] {
  const named = Uint8Array.from([...new TextEncoder().encode(type), ...data]);
  return [...uint32(data.length), ...named, ...uint32(crc32(named))];
}

/** A zlib stream of one stored block (RFC 1950 and 1951). */
function stored(data: readonly number[]): number[] {
  const { length } = data;
  let [a, b] = [1, 0];
  for (const byte of data) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  const size = [length & 0xff, length >> 8];
  const adler = uint32(b * 65536 + a);
  return [0x78, 0x01, 0x01, ...size, ...size.map((byte) => byte ^ 0xff), ...data, ...adler];
}

function uint32(value: number): number[] {
  return [24, 16, 8, 0].map((shift) => value >>> shift & 0xff);
}
