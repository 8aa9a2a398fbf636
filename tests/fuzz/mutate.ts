/** Seeded damage to files: to their bytes, and to the values of JSON. */

import type { Random } from "../../lib/stats/random.ts";
import { join } from "../checkpoint/zip.ts";

export function pick<T>(random: Random, values: readonly T[]): T {
  return values[random.below(values.length)]!;
}

const BYTES = [0x00, 0x01, 0x7f, 0x80, 0xff, 0x22, 0x7b, 0x2c];

/** Bytes with one to four places changed, cut out, repeated, or put in, or with their end cut off. */
export function mutateBytes(bytes: Uint8Array, random: Random): Uint8Array<ArrayBuffer> {
  let result = new Uint8Array(bytes);
  for (let change = 0; change <= random.below(4); change++) {
    if (result.length === 0) return result;
    const at = random.below(result.length);
    const length = Math.min(1 + random.below(pick(random, [2, 16, 1000])), result.length - at);
    const before = result.subarray(0, at);
    const part = result.subarray(at, at + length);
    const after = result.subarray(at + length);
    switch (random.below(6)) {
      case 0:
        result[at] = result[at]! ^ (1 << random.below(8));
        break;
      case 1:
        result[at] = pick(random, BYTES);
        break;
      case 2:
        result = join(before, after);
        break;
      case 3:
        result = join(before, part, part, after);
        break;
      case 4:
        result = join(before, Uint8Array.from(part, () => random.below(256)), after);
        break;
      default:
        if (random.below(3) === 0) result = join(before);
    }
  }
  return result;
}

/** The value of a JSON file with one to three of its values replaced, removed, renamed or repeated. */
export function mutateJson(value: unknown, random: Random): unknown {
  const result = structuredClone(value);
  for (let change = 0; change <= random.below(3); change++) {
    const places = placesIn(result);
    if (places.length === 0) return odd(random);
    const [holder, key] = pick(random, places);
    switch (random.below(4)) {
      case 0:
        if (Array.isArray(holder)) holder.splice(Number(key), 1);
        else delete holder[key];
        break;
      case 1:
        if (Array.isArray(holder)) holder.push(holder[Number(key)]);
        else holder[pick(random, ["", "__proto__", "length", key + "x"])] = holder[key];
        break;
      default:
        holder[key] = odd(random);
    }
  }
  return result;
}

type Holder = Record<string, unknown>;

/** Every place of a value within a value; of long lists and large objects the first few. */
function placesIn(value: unknown): (readonly [Holder, string])[] {
  if (typeof value !== "object" || value === null) return [];
  const holder = value as Holder;
  return Object.keys(holder).slice(0, 40).flatMap((key) => [
    [holder, key] as const,
    ...placesIn(holder[key]),
  ]);
}

/** A value that is not what a file should hold. */
function odd(random: Random): unknown {
  const deep = () => Array.from({ length: 500 }).reduce((inner) => [inner], 1);
  return pick<() => unknown>(random, [
    ...[() => null, () => true, () => -1, () => 0, () => 2, () => 0.5, () => 1e308],
    ...[() => -(2 ** 53), () => "", () => "x", () => "\ud800", () => "9".repeat(400), () => []],
    ...[() => [[]], () => ({}), () => ({ type: "Sequence" }), deep],
  ])();
}
