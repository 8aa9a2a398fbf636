import { assertEquals } from "@std/assert";
import { freeMemory } from "../../../lib/onnx/runtime.ts";

Deno.test("freeMemory() empties an array and all views of its memory", () => {
  const array = new Float32Array([1, 2, 3]);
  const part = array.subarray(1);
  freeMemory(part);
  assertEquals([array.length, part.length, array.buffer.byteLength], [0, 0, 0]);
});

Deno.test("freeMemory() leaves memory that threads share", () => {
  const array = new Uint8Array(new SharedArrayBuffer(2));
  freeMemory(array);
  assertEquals(array.length, 2);
});
