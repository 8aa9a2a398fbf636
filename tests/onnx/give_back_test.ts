import { assertEquals } from "@std/assert";
import { giveBack } from "../../lib/onnx/give_back.ts";

Deno.test("giveBack() empties an array and all that looks at its memory", () => {
  const array = new Float32Array([1, 2, 3]);
  const part = array.subarray(1);
  giveBack(part);
  assertEquals([array.length, part.length, array.buffer.byteLength], [0, 0, 0]);
});

Deno.test("giveBack() leaves memory that threads share", () => {
  const array = new Uint8Array(new SharedArrayBuffer(2));
  giveBack(array);
  assertEquals(array.length, 2);
});
