import { assert, assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import { inflateSync } from "node:zlib";
import { numbersIn, unpacked } from "../../../lib/report/browser/values.js";
import { decimalsFor, packNumbers, packText } from "../../../lib/report/rows/pack.ts";

Deno.test("packNumbers() keeps every value to half a unit of the last digit, whatever its size, and missing ones", async () => {
  const values = [0, 0.25, -0.25, 63, -63, 64, 12.345, -12.345, 8191.994, -1e9, 1e12, NaN, 0.004];
  const read = numbersIn(await unpacked(packNumbers(values, 2)), 2);
  assertEquals(read.length, values.length);
  read.forEach((value: number, i: number) => {
    if (Number.isNaN(values[i])) assert(Number.isNaN(value));
    else assert(Math.abs(value - values[i]!) <= 0.005 + 1e-9, `${values[i]}: ${value}`);
  });
});

Deno.test("packNumbers() writes codes in base 128 as documented", () => {
  const bytes = [...inflateSync(Buffer.from(packNumbers([0, 1, -1, NaN, 64], 0), "base64"))];
  assertEquals(bytes, [1, 3, 2, 0, 129, 1]); // 64: the code 129 is 1 and 1 * 128
});

Deno.test("packText() can be unpacked in a browser", async () => {
  const text = "négation ".repeat(100);
  const packed = packText(text);
  assertEquals(new TextDecoder().decode(await unpacked(packed)), text);
  assert(packed.length < text.length / 5);
});

Deno.test("decimalsFor() gives three digits to a value of the scale", () => {
  assertEquals([345, 34.5, 3.45, 0.345, 0.0345, 0].map(decimalsFor), [0, 1, 2, 3, 4, 2]);
});
