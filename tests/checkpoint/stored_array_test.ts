import { assertEquals } from "@std/assert";
import { onDisk, stampOf } from "../../lib/files/read_file.ts";
import {
  entriesOf,
  type NumberType,
  packedStrides,
  readNumbers,
  type StoredArray,
  transposed,
  WeightFile,
} from "../../lib/checkpoint/stored_array.ts";
import { Folder } from "./fixtures.ts";

Deno.test("WeightFile has the size and the stamp of the file that it reads, whatever its path names before and after", () => {
  using folder = new Folder();
  const [before, own, after] = ["one", "another", "the last"].map((text) =>
    folder.write(text, text)
  );
  const path = `${folder.path}/link`;
  const linkTo = (target: string | undefined) => {
    Deno.symlinkSync(target!, `${path}2`);
    Deno.renameSync(`${path}2`, path);
  };
  linkTo(before);
  const open = Deno.openSync;
  using _ = { [Symbol.dispose]: () => void (Deno.openSync = open) };
  Deno.openSync = (...args) => {
    linkTo(own);
    const file = open(...args);
    linkTo(after);
    return file;
  };
  using file = new WeightFile(onDisk(path));
  assertEquals([file.size, file.stamp], [7, stampOf(Deno.statSync(own!))]);
  assertEquals(new TextDecoder().decode(file.read(0, file.size)), "another");
});

function arrayIn(path: string, type: NumberType, shape: number[], offset: number): StoredArray {
  return { type, shape, strides: packedStrides(shape), ...onDisk(path), offset };
}

Deno.test("readNumbers() reads every half-precision number as its bits say", () => {
  using folder = new Folder();
  const all = Uint16Array.from({ length: 1 << 16 }, (_, bits) => bits);
  const path = folder.write("a", new Uint8Array(all.buffer));
  const halves = readNumbers(arrayIn(path, "F16", [1 << 16], 0));
  const brains = readNumbers(arrayIn(path, "BF16", [1 << 16], 0));
  for (const bits of all) {
    const sign = bits >> 15 === 1 ? -1 : 1;
    const value = (exponentBits: number, fractionBits: number) => { // IEEE 754-2019, section 3.4
      const exponent = bits >> fractionBits & (1 << exponentBits) - 1;
      const fraction = bits & (1 << fractionBits) - 1;
      const bias = (1 << exponentBits - 1) - 1;
      if (exponent === 2 * bias + 1) return fraction === 0 ? sign * Infinity : NaN;
      const significand = (exponent === 0 ? 0 : 1) + fraction / 2 ** fractionBits;
      return sign * significand * 2 ** (Math.max(exponent, 1) - bias);
    };
    assertEquals(halves[bits], value(5, 10));
    assertEquals(brains[bits], value(8, 7));
  }
});

Deno.test("readNumbers() rounds wide numbers to the nearest float32", () => {
  using folder = new Folder();
  const read = (type: NumberType, numbers: BigInt64Array | Float64Array) => {
    const path = folder.write("a", new Uint8Array(numbers.buffer.slice(0) as ArrayBuffer));
    return [...readNumbers(arrayIn(path, type, [numbers.length], 0))];
  };
  const doubles = [1 + 2 ** -24, 1 + 2 ** -24 + 2 ** -40, 1e300, -1e-50, 1e-45];
  assertEquals(read("F64", Float64Array.from(doubles)), doubles.map(Math.fround));
  const whole = [2n ** 24n + 1n, -(2n ** 63n), 2n ** 62n + 1n, -1n];
  assertEquals(read("I64", BigInt64Array.from(whole)), [2 ** 24, -(2 ** 63), 2 ** 62, -1]);
});

Deno.test("readNumbers() reads views of any order and step", () => {
  using folder = new Folder();
  const numbers = Float32Array.from({ length: 60 }, (_, i) => i);
  const path = folder.write("a", new Uint8Array(numbers.buffer));
  const cube = arrayIn(path, "F32", [3, 4, 5], 0);
  const at = (i: number, j: number, k: number) => 20 * i + 5 * j + k;
  const permuted = { ...cube, shape: [5, 3, 4], strides: [1, 20, 5] };
  const expected = [];
  for (let k = 0; k < 5; k++) {
    for (let i = 0; i < 3; i++) for (let j = 0; j < 4; j++) expected.push(at(i, j, k));
  }
  assertEquals([...readNumbers(permuted)], expected);
  assertEquals([...readNumbers(entriesOf(permuted, 2, 1))], expected.slice(24, 36));
  const matrix = arrayIn(path, "F32", [2, 3], 8);
  assertEquals([...readNumbers(transposed(matrix))], [2, 5, 3, 6, 4, 7]);
  assertEquals([...readNumbers({ ...matrix, shape: [2, 2], strides: [0, 3] })], [2, 5, 2, 5]);
  assertEquals([...readNumbers({ ...matrix, shape: [], strides: [] })], [2]);
  assertEquals([...readNumbers({ ...matrix, shape: [0, 3] })], []);
});
