/** A file of kept numbers of rows: after a line of JSON the keys, how many numbers each has, and these, float64 in the machine's byte order. */

import { type KeptFormat, KEY_BYTES } from "./kept_format.ts";

/** Bytes of a key with a count. */
const PLACE_BYTES = KEY_BYTES + 4;

/** The format of lists of numbers. */
export const NUMBER_FORMAT: KeptFormat<Float64Array> = {
  headerOf: (tower) => ({ format: "negscope numbers 1", tower }),
  bytesOf: ({ byteLength }) => PLACE_BYTES + byteLength,
  encode: (lists) => {
    const numbers = lists.reduce((sum, [, { byteLength }]) => sum + byteLength, 0);
    const body = new Uint8Array(4 + lists.length * PLACE_BYTES + numbers);
    const view = new DataView(body.buffer);
    view.setUint32(0, lists.length);
    let to = 4 + lists.length * PLACE_BYTES;
    lists.forEach(([key, { buffer, byteOffset, byteLength, length }], i) => {
      const place = 4 + i * PLACE_BYTES;
      body.set(Uint8Array.fromHex(key), place);
      view.setUint32(place + KEY_BYTES, length);
      body.set(new Uint8Array(buffer, byteOffset, byteLength), to);
      to += byteLength;
    });
    return body;
  },
  decode: (body) => {
    const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
    const count = view.getUint32(0);
    const numbers = new Float64Array(body.slice(4 + count * PLACE_BYTES).buffer);
    const lists = new Map<string, Float64Array>();
    let from = 0;
    for (let i = 0; i < count; i++) {
      const place = 4 + i * PLACE_BYTES;
      const length = view.getUint32(place + KEY_BYTES);
      lists.set(
        body.subarray(place, place + KEY_BYTES).toHex(),
        numbers.subarray(from, from += length),
      );
    }
    return lists;
  },
};
