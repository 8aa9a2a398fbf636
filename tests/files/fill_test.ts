import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { fill, fillSync } from "../../lib/files/fill.ts";

/** A file that gives at most two bytes at a time, as files may. */
function slowFile(content: readonly number[]) {
  const left = [...content];
  const readSync = (bytes: Uint8Array) => {
    const some = left.splice(0, Math.min(2, bytes.length));
    bytes.set(some);
    return some.length === 0 ? null : some.length;
  };
  return { readSync, read: (bytes: Uint8Array) => Promise.resolve(readSync(bytes)) };
}

Deno.test("fill() and fillSync() read on until the array is full", async () => {
  const five = [1, 2, 3, 4, 5];
  const bytes = new Uint8Array(5);
  await fill(slowFile([...five, 6]), bytes);
  assertEquals([...bytes], five);
  const again = new Uint8Array(5);
  fillSync(slowFile([...five, 6]), again);
  assertEquals([...again], five);
  await fill(slowFile([]), new Uint8Array());
  fillSync(slowFile([]), new Uint8Array());
});

Deno.test("fill() and fillSync() refuse a file that ends before", async () => {
  const bytes = new Uint8Array(4);
  await assertRejects(() => fill(slowFile([1, 2, 3]), bytes), Error, "it became shorter");
  assertThrows(() => fillSync(slowFile([1, 2, 3]), bytes), Error, "it became shorter");
});
