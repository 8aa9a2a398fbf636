/** Encodes small pictures as PNG files without a library; a page holds one for each row. */

import { Buffer } from "node:buffer";
import { crc32, deflateSync } from "node:zlib";

/** Pixels from left to right, then downwards. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Red, green and blue of each pixel, from 0 to 255. */
  readonly rgb: Uint8Array;
}

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

const [DEPTH, RGB] = [8, 2]; // bits per channel; colour type (PNG specification, section 11.2.2)

/**
 * Encodes pixels as a PNG file.
 *
 * @param pixels The pixels.
 */
export function encodePng({ width, height, rgb }: Pixels): Uint8Array {
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, width);
  header.setUint32(4, height);
  header.setUint8(8, DEPTH);
  header.setUint8(9, RGB);
  const stride = 3 * width;
  const lines = new Uint8Array(height * (stride + 1)); // each line begins with its filter, 0 for none
  for (let y = 0; y < height; y++) {
    lines.set(rgb.subarray(y * stride, (y + 1) * stride), y * (stride + 1) + 1);
  }
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", new Uint8Array(header.buffer)),
    chunk("IDAT", deflateSync(lines)),
    chunk("IEND", new Uint8Array()),
  ]);
}

/** The data URI of a picture, which a page can use instead of a file. */
export function dataUri(type: "png" | "webp", bytes: Uint8Array): string {
  return `data:image/${type};base64,${Buffer.from(bytes).toString("base64")}`;
}

function chunk(type: string, content: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from(type, "latin1"), content]);
  const [size, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  size.writeUInt32BE(content.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([size, body, checksum]);
}
