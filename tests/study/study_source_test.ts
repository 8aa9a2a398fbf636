import { assertEquals, assertRejects } from "@std/assert";
import { Once } from "../../lib/study/study_source.ts";

Deno.test("Once makes its value at the first call, and another after it was taken", async () => {
  const once = new Once<number>();
  let made = 0;
  const make = () => Promise.resolve(++made);
  assertEquals(once.take(), undefined);
  assertEquals(await Promise.all([once.get(make), once.get(make)]), [1, 1]);
  assertEquals(await once.take(), 1);
  assertEquals(await once.get(make), 2);
});

Deno.test("Once drops a failure, but not a value made after it", async () => {
  const once = new Once<string>();
  const first = Promise.withResolvers<string>();
  const failing = once.get(() => first.promise);
  once.take();
  const second = once.get(() => Promise.resolve("second"));
  first.reject(new Error("first"));
  await assertRejects(() => failing, Error, "first");
  assertEquals([await once.get(() => Promise.resolve("third")), await second], [
    "second",
    "second",
  ]);

  const failed = new Once<string>();
  await assertRejects(() => failed.get(() => Promise.reject(new Error("now"))), Error, "now");
  assertEquals(await failed.get(() => Promise.resolve("later")), "later");
});
