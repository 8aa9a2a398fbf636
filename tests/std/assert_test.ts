import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertFalse,
  assertGreater,
  assertInstanceOf,
  AssertionError,
  assertLess,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { rejects, throws } from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";

// Node's own `throws` checks the assertions, so that no assertion checks itself.
function mustFail(assertion: () => void, message = ""): void {
  throws(
    assertion,
    (error) =>
      error instanceof AssertionError && stripVTControlCharacters(error.message).includes(message),
  );
}

Deno.test("assertEquals() takes NaN as equal to NaN and 0 as equal to -0, also in nested values", () => {
  assertEquals(NaN, NaN);
  assertEquals(0, -0);
  assertEquals({ a: [NaN, 0] }, { a: [NaN, -0] });
  assertEquals(new Map([["a", [0]]]), new Map([["a", [-0]]]));
});

Deno.test("assertEquals() compares typed arrays by element, type and length", () => {
  assertEquals(new Float32Array([1, NaN, 0]), new Float32Array([1, NaN, -0]));
  assertEquals(new BigInt64Array([1n]), new BigInt64Array([1n]));
  mustFail(() => assertEquals(new Float32Array([1, 2]), new Float32Array([1, 3])));
  mustFail(() => assertEquals(new Float32Array([1]), new Float32Array([1, 0])));
  mustFail(() => assertEquals<unknown>(new Float32Array([1]), new Float64Array([1])));
});

Deno.test("assertEquals() distinguishes a missing key, an undefined value and a hole", () => {
  mustFail(() => assertEquals<unknown>({ a: undefined }, {}));
  mustFail(() => assertEquals<unknown>({ a: undefined }, { b: undefined }));
  // deno-fmt-ignore
  mustFail(() => assertEquals([, 1], [undefined, 1]));
});

Deno.test("assertEquals() compares sets, maps, dates and errors by their content", () => {
  assertEquals(new Set([{ a: 1 }]), new Set([{ a: 1 }]));
  assertEquals(new Map([[{ a: 1 }, 1]]), new Map([[{ a: 1 }, 1]]));
  mustFail(() => assertEquals(new Set([1, 2]), new Set([1, 3])));
  mustFail(() => assertEquals(new Map([["a", 1]]), new Map([["a", 2]])));
  mustFail(() => assertEquals(new Date(0), new Date(1)));
  mustFail(() => assertEquals(new Error("a"), new Error("b")));
});

Deno.test("assertEquals() sees private state through the accessors of a class", () => {
  class Box {
    readonly #value: number;
    constructor(value: number) {
      this.#value = value;
    }
    get value(): number {
      return this.#value;
    }
  }
  assertEquals(new Box(1), new Box(1));
  mustFail(() => assertEquals(new Box(1), new Box(2)));
});

Deno.test("assertEquals() ends on values that contain themselves", () => {
  const ring = (value: number) => {
    const object: { value: number; self?: unknown } = { value };
    object.self = object;
    return object;
  };
  assertEquals(ring(1), ring(1));
  mustFail(() => assertEquals(ring(1), ring(2)));
});

Deno.test("assertEquals() shows both values and the caller's message", () => {
  mustFail(() => assertEquals({ a: 1 }, { a: 2 }, "same a"), "same a");
  mustFail(
    () => assertEquals({ b: 1, a: 1 }, { a: 2, b: 1 }),
    "Values are not equal.\n\n\n    [Diff] Actual / Expected\n\n\n" +
      "    {\n-     a: 1,\n+     a: 2,\n      b: 1,\n    }\n",
  );
});

Deno.test("assertEquals() shows the lines of two texts with their line ends", () => {
  mustFail(() => assertEquals("a\n\tb", "a\nb"), "    a\\n\n-   \\tb\n+   b\n");
  mustFail(() => assertEquals("a\r\n", "a\n"), "-   a\\r\\n\r\n+   a\\n\n");
});

Deno.test("assertEquals() compares values without properties by their text", () => {
  assertEquals(new URL("https://a.org/b"), new URL("https://a.org/b"));
  mustFail(() => assertEquals(new URL("https://a.org/b"), new URL("https://a.org/c")));
  mustFail(() => assertEquals(/a/, /a/g));
  assertEquals(Temporal.PlainDate.from("2024-07-15"), Temporal.PlainDate.from("2024-07-15"));
  mustFail(() =>
    assertEquals(Temporal.PlainDate.from("2024-07-15"), Temporal.PlainDate.from("2024-07-16"))
  );
});

Deno.test("assertEquals() compares the bytes of buffers, and refuses weak maps", () => {
  assertEquals(new Uint8Array([1, 2]).buffer, new Uint8Array([1, 2]).buffer);
  mustFail(() => assertEquals(new Uint8Array([1, 2]).buffer, new Uint8Array([1, 3]).buffer));
  throws(() => assertEquals(new WeakMap(), new WeakMap()), /Cannot compare WeakMap instances/);
});

Deno.test("assertNotEquals() fails on values that are deeply equal", () => {
  assertNotEquals([1], [2]);
  mustFail(() => assertNotEquals([0], [-0]));
});

Deno.test("assertStrictEquals() compares by Object.is", () => {
  const value = { a: 1 };
  mustFail(
    () => assertStrictEquals(value, { a: 1 }),
    "same structure but are not reference-equal.",
  );
  assertStrictEquals(value, value);
  assertStrictEquals(NaN, NaN);
  mustFail(() => assertStrictEquals(value, { a: 1 }));
  mustFail(() => assertStrictEquals(0, -0));
});

Deno.test("assertAlmostEquals() allows 1e-7 of the expected value unless told otherwise", () => {
  assertAlmostEquals(1.000000001e-8, 1.000000002e-8);
  assertAlmostEquals(3 + 2.9e-7, 3);
  assertAlmostEquals(0.1 + 0.2, 0.3, 1e-16);
  assertAlmostEquals(0.01, 0.02, 0.1);
  assertAlmostEquals(Infinity, Infinity);
  assertAlmostEquals(NaN, NaN);
  mustFail(() => assertAlmostEquals(1e-8, 1e-9));
  mustFail(() => assertAlmostEquals(3 + 3.1e-7, 3));
  mustFail(() => assertAlmostEquals(0.1 + 0.2, 0.3, 1e-17));
  mustFail(() => assertAlmostEquals(1e-9, 0));
  mustFail(() => assertAlmostEquals(NaN, 1));
});

Deno.test("assertThrows() returns what was thrown, and checks class and message", () => {
  const error = new RangeError("row 3 is missing");
  const raise = () => {
    throw error;
  };
  assertStrictEquals(assertThrows(raise), error);
  assertStrictEquals(assertThrows(raise, Error, "row 3"), error);
  mustFail(() => assertThrows(raise, TypeError), 'instance of "TypeError", but was "RangeError"');
  mustFail(() => assertThrows(raise, RangeError, "row 4"), 'to include "row 4"');
  mustFail(() => assertThrows(() => {}), "Expected function to throw.");
  mustFail(() => assertThrows(() => {}, "words"), "Expected function to throw: words");
});

Deno.test("assertThrows() accepts a thrown value that is not an error only if no class is given", () => {
  const raise = () => {
    throw "text";
  };
  assertEquals(assertThrows(raise), "text");
  mustFail(() => assertThrows(raise, Error), "non-Error");
});

Deno.test("assertRejects() resolves to the rejection, and checks class and message", async () => {
  const error = new RangeError("row 3 is missing");
  assertStrictEquals(await assertRejects(() => Promise.reject(error)), error);
  assertStrictEquals(await assertRejects(() => Promise.reject(error), Error, "row 3"), error);
  await rejects(assertRejects(() => Promise.reject(error), TypeError), AssertionError);
  await rejects(assertRejects(() => Promise.reject(error), Error, "row 4"), AssertionError);
  await rejects(assertRejects(() => Promise.resolve()), AssertionError);
});

Deno.test("assertRejects() fails if the function itself throws", async () => {
  const raise = () => {
    throw new RangeError("at once");
  };
  await rejects(assertRejects(raise, RangeError), /Function throws when expected to reject/);
});

Deno.test("the assertions of truth, order and contents pass and fail where they should", () => {
  assert("text");
  assertFalse("");
  assertInstanceOf(new RangeError(), Error);
  assertGreater(2, 1);
  assertLess(1, 2);
  assertMatch("layer 12", /\d+/);
  assertStringIncludes("no cats", "cat");
  mustFail(() => assert(0, "zero"), "zero");
  mustFail(() => assertFalse(1, "one"), "one");
  mustFail(() => assertInstanceOf(new Date(), Error), 'instance of "Error" but was "Date"');
  mustFail(() => assertInstanceOf(null, Error), '"null"');
  mustFail(() => assertGreater(1, 1));
  mustFail(() => assertGreater(NaN, 1));
  mustFail(() => assertLess(1, 1));
  mustFail(() => assertMatch("layer", /\d+/));
  mustFail(() => assertStringIncludes("no cats", "dog"));
});
