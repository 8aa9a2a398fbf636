import {
  assertAlmostEquals,
  assertEquals,
  AssertionError,
  assertNotEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { rejects, throws } from "node:assert/strict";

// Node's own assertions check ours, so that none checks itself.

class Box {
  readonly #value: number;
  constructor(value: number) {
    this.#value = value;
  }
  get value(): number {
    return this.#value;
  }
}

function ring(value: number): unknown {
  const object: { value: number; self?: unknown } = { value };
  object.self = object;
  return object;
}

Deno.test("assertEquals() and assertNotEquals() compare values deeply", () => {
  const same: [unknown, unknown][] = [
    [{ a: [NaN, 0] }, { a: [NaN, -0] }],
    [new Map([["a", [0]]]), new Map([["a", [-0]]])],
    [new Float32Array([1, NaN, 0]), new Float32Array([1, NaN, -0])],
    [new BigInt64Array([1n]), new BigInt64Array([1n])],
    [new Set([{ a: 1 }]), new Set([{ a: 1 }])],
    [new Map([[{ a: 1 }, 1]]), new Map([[{ a: 1 }, 1]])],
    [new Box(1), new Box(1)],
    [ring(1), ring(1)],
    [new URL("https://a.org/b"), new URL("https://a.org/b")],
    [new Uint8Array([1, 2]).buffer, new Uint8Array([1, 2]).buffer],
  ];
  for (const [a, b] of same) {
    assertEquals(a, b);
    throws(() => assertNotEquals(a, b), AssertionError);
  }
  const other: [unknown, unknown][] = [
    [new Float32Array([1, 2]), new Float32Array([1, 3])],
    [new Float32Array([1]), new Float32Array([1, 0])],
    [new Float32Array([1]), new Float64Array([1])],
    [{ a: undefined }, {}],
    [{ a: undefined }, { b: undefined }],
    // deno-fmt-ignore
    [[, 1], [undefined, 1]],
    [new Set([1, 2]), new Set([1, 3])],
    [new Map([["a", 1]]), new Map([["a", 2]])],
    [new Date(0), new Date(1)],
    [new Error("a"), new Error("b")],
    [new Box(1), new Box(2)],
    [ring(1), ring(2)],
    [new URL("https://a.org/b"), new URL("https://a.org/c")],
    [/a/, /a/g],
    [new Uint8Array([1, 2]).buffer, new Uint8Array([1, 3]).buffer],
  ];
  for (const [a, b] of other) {
    assertNotEquals(a, b);
    throws(() => assertEquals(a, b, "words"), /^AssertionError.*: words: /);
  }
});

Deno.test("assertAlmostEquals() allows 1e-7 of the expected value unless told otherwise", () => {
  assertAlmostEquals(1.000000001e-8, 1.000000002e-8);
  assertAlmostEquals(3 + 2.9e-7, 3);
  assertAlmostEquals(0.1 + 0.2, 0.3, 1e-16);
  assertAlmostEquals(Infinity, Infinity);
  assertAlmostEquals(NaN, NaN);
  const apart = [[1e-8, 1e-9], [3 + 3.1e-7, 3], [0.1 + 0.2, 0.3, 1e-17], [1e-9, 0], [NaN, 1]];
  for (const [a, b, tolerance] of apart) {
    throws(() => assertAlmostEquals(a!, b!, tolerance), AssertionError);
  }
});

Deno.test("assertThrows() and assertRejects() return what was thrown, and check class and message", async () => {
  const error = new RangeError("row 3 is missing");
  const raise = () => {
    throw error;
  };
  assertStrictEquals(assertThrows(raise), error);
  assertStrictEquals(assertThrows(raise, Error, "row 3"), error);
  throws(() => assertThrows(raise, TypeError), /an instance of TypeError/);
  throws(() => assertThrows(raise, RangeError, "row 4"), /to contain "row 4"/);
  throws(() => assertThrows(() => {}, "words"), /Expected function to throw: words/);
  const text = () => {
    throw "text";
  };
  assertEquals(assertThrows(text), "text");
  throws(() => assertThrows(text, Error), AssertionError);

  const reject = () => Promise.reject(error);
  assertStrictEquals(await assertRejects(reject), error);
  assertStrictEquals(await assertRejects(reject, Error, "row 3"), error);
  await rejects(assertRejects(reject, TypeError), AssertionError);
  await rejects(assertRejects(reject, Error, "row 4"), AssertionError);
  await rejects(assertRejects(() => Promise.resolve()), AssertionError);
  await rejects(assertRejects(raise, RangeError), /Function throws when expected to reject/);
});
