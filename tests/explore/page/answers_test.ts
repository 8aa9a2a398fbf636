import { assertEquals } from "@std/assert";
import { askAll, type Slot } from "../../../lib/explore/page/state.ts";

/** A slot whose questions are answered by hand, with all that was asked and shown. */
function slotOf() {
  const open = new Map<string, PromiseWithResolvers<string>>();
  const slot: Slot<string> = {
    isAsking: false,
    isGone: false,
    wanted: undefined,
    ask: () => Promise.reject(),
  };
  const [asked, shown]: [string[], unknown[]] = [[], []];
  const want = (key: string) => {
    const ask = () => {
      asked.push(key);
      open.set(key, Promise.withResolvers());
      return open.get(key)!.promise;
    };
    Object.assign(slot, { wanted: key, ask });
  };
  const start = () =>
    askAll(slot, ({ key, value, problem }) => shown.push([key, value ?? problem]));
  return { slot, open, asked, shown, want, start };
}

const turn = () => new Promise((done) => setTimeout(done));

Deno.test("askAll() has one question open, and of those that came up meanwhile asks only the last", async () => {
  const { open, asked, shown, want, start } = slotOf();
  want("1");
  const ended = start();
  want("2");
  want("3");
  assertEquals(asked, ["1"]);
  open.get("1")!.resolve("one");
  await turn();
  assertEquals(asked, ["1", "3"]);
  open.get("3")!.resolve("three");
  await ended;
  assertEquals(shown, [["1", "one"], ["3", "three"]]);
});

Deno.test("askAll() says why there is no answer, and goes on with the next question", async () => {
  const { open, shown, want, start } = slotOf();
  want("1");
  const ended = start();
  want("2");
  open.get("1")!.reject(new Error("it cannot be patched"));
  await turn();
  open.get("2")!.resolve("two");
  await ended;
  assertEquals(shown, [["1", "it cannot be patched"], ["2", "two"]]);
});

Deno.test("askAll() shows nothing in a view that is gone, and asks nothing for it", async () => {
  const { slot, open, asked, shown, want, start } = slotOf();
  want("1");
  const ended = start();
  want("2");
  slot.isGone = true;
  open.get("1")!.resolve("one");
  await ended;
  assertEquals([asked, shown], [["1"], []]);
});
