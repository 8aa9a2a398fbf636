/** Vectors of random signs, one sign for each cluster. */

import type { Random } from "../random.ts";

/** Signs that one draw of a whole number decides. */
const AT_ONCE = 30;

/** Draws vectors of signs, +1 and -1 with equal probability. The vector is reused for the next draw. */
export function* drawnSigns(length: number, draws: number, random: Random): Generator<Int8Array> {
  const signs = new Int8Array(length);
  for (let draw = 0; draw < draws; draw++) {
    let bits = 0;
    for (let i = 0; i < length; i++) {
      if (i % AT_ONCE === 0) bits = random.below(2 ** AT_ONCE);
      signs[i] = (bits & 1) === 1 ? 1 : -1;
      bits >>= 1;
    }
    yield signs;
  }
}

/** Goes through all vectors of 1 to 30 signs of which the first is +1, those without any -1 first. The vector is reused for the next one. */
export function* allSigns(length: number): Generator<Int8Array> {
  const signs = new Int8Array(length);
  for (let bits = 0; bits < 2 ** (length - 1); bits++) {
    for (let i = 0; i < length; i++) signs[i] = (bits << 1 >> i & 1) === 1 ? -1 : 1;
    yield signs;
  }
}
