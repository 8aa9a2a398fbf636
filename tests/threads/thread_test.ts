import { assertEquals, assertRejects } from "@std/assert";
import { Thread } from "../../lib/threads/thread.ts";
import type { EchoReply, EchoRequest } from "./echo_worker.ts";
import { assertRejectsCode } from "../error_codes.ts";

type Echo = Thread<string, EchoRequest, EchoReply>;

async function withThread(use: (thread: Echo) => Promise<void>): Promise<void> {
  const released = () => new TypeError("it was released");
  const module = new URL("./echo_worker.ts", import.meta.url);
  const thread: Echo = new Thread(module, { start: "begun", released });
  try {
    await use(thread);
  } finally {
    await thread.release();
  }
}

Deno.test("ask() gives each question its own answer, also when one overtakes another", () =>
  withThread(async (thread) => {
    const order: number[] = [];
    const ask = async (wait: number, value: number) => {
      const { started, numbers } = await thread.ask({ wait, numbers: new Float32Array([value]) });
      order.push(value);
      return [started, ...numbers];
    };
    assertEquals(await Promise.all([ask(300, 1), ask(0, 2)]), [["begun", 1], ["begun", 2]]);
    assertEquals(order, [2, 1]);
  }));

Deno.test("ask() hands buffers over and copies others", () =>
  withThread(async (thread) => {
    const [given, kept] = [new Float32Array([1, 2]), new Float32Array([3, 4])];
    const first = await thread.ask({ numbers: given }, [given.buffer]);
    const second = await thread.ask({ numbers: kept });
    assertEquals([[...first.numbers], [...second.numbers]], [[1, 2], [3, 4]]);
    assertEquals([given.length, kept.length], [0, 2]);
  }));

Deno.test("ask() throws what the thread throws, and the thread goes on", () =>
  withThread(async (thread) => {
    await assertRejects(() => thread.ask({ fail: "here" }), RangeError, "too far");
    assertEquals((await thread.ask({})).started, "begun");
  }));

Deno.test("a thread that ends on its own tells all who ask it", () =>
  withThread(async (thread) => {
    const waiting = thread.ask({ fail: "outside" });
    const message = "Cannot work in a thread of its own: ";
    await assertRejectsCode(() => waiting, "thread-stopped", message);
    await assertRejectsCode(() => thread.ask({}), "thread-stopped", message);
  }));

Deno.test("a thread that exits tells all who ask it, and with what code", () =>
  withThread(async (thread) => {
    const message = "Cannot work in a thread of its own: it ended with code 3; let ";
    const waiting = thread.ask({ wait: 60_000 });
    const told = assertRejectsCode(() => waiting, "thread-stopped", message);
    await assertRejectsCode(() => thread.ask({ fail: "exit" }), "thread-stopped", message);
    await told;
  }));

Deno.test("a module that is not there is told by the first question", async () => {
  const module = new URL("./none.ts", import.meta.url);
  const thread = new Thread(module, { start: "", released: () => new Error("released") });
  await assertRejectsCode(
    () => thread.ask({}),
    "thread-stopped",
    "Cannot work in a thread of its own: ",
  );
  await thread.release();
});

Deno.test("release() tells those who wait and those who come later", () =>
  withThread(async (thread) => {
    const waiting = thread.ask({ wait: 60_000 });
    const told = assertRejects(() => waiting, TypeError, "it was released");
    await thread.release();
    await told;
    await assertRejects(() => thread.ask({}), TypeError, "it was released");
  }));
