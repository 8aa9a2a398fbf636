import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
} from "@std/assert";
import { receivedError, sendableError, Thread } from "../../lib/threads/thread.ts";
import type { EchoReply, EchoRequest } from "./echo_worker.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { NegscopeError } from "../../lib/errors/errors.ts";
import { runDeno } from "../scripts/task_process.ts";

type Echo = Thread<string, EchoRequest, EchoReply, string>;

async function withThread(
  use: (thread: Echo) => Promise<void>,
  told: (note: string) => void = () => {},
): Promise<void> {
  const released = () => new TypeError("it was released");
  const module = new URL("./echo_worker.ts", import.meta.url);
  const thread: Echo = new Thread(module, { start: "begun", told, released });
  try {
    await use(thread);
  } finally {
    await thread.release();
  }
}

Deno.test("ask() gives each question its own answer, even when one overtakes another", () =>
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

Deno.test("ask() transfers the given buffers and copies others", () =>
  withThread(async (thread) => {
    const [given, kept] = [new Float32Array([1, 2]), new Float32Array([3, 4])];
    const first = await thread.ask({ numbers: given }, [given.buffer]);
    const second = await thread.ask({ numbers: kept });
    assertEquals([[...first.numbers], [...second.numbers]], [[1, 2], [3, 4]]);
    assertEquals([given.length, kept.length], [0, 2]);
  }));

Deno.test("a thread tells notes before its replies", async () => {
  const notes: string[] = [];
  await withThread(async (thread) => {
    await thread.ask({ note: "one" });
    assertEquals(notes, ["one"]);
    await Promise.all([thread.ask({ note: "two", wait: 50 }), thread.ask({ note: "three" })]);
  }, (note) => notes.push(note));
  assertEquals(notes, ["one", "two", "three"]);
});

Deno.test("ask() throws what the thread throws, and the thread goes on", () =>
  withThread(async (thread) => {
    await assertRejects(() => thread.ask({ fail: "here" }), RangeError, "too far");
    assertEquals((await thread.ask({})).started, "begun");
  }));

Deno.test("a thread that exits fails all requests with its exit code", () =>
  withThread(async (thread) => {
    const message = "Cannot work in a thread of its own: it ended with code 3; let ";
    const waiting = thread.ask({ wait: 60_000 });
    const told = assertRejectsCode(() => waiting, "thread-stopped", message);
    await assertRejectsCode(() => thread.ask({ fail: "exit" }), "thread-stopped", message);
    await told;
  }));

Deno.test("ask() reports why a thread has ended that fails on its own or whose module is missing", async () => {
  // In a process of its own: Deno prints the errors of threads even if they are handled.
  const { href } = new URL("ending_threads.ts", import.meta.url);
  const { stdout, stderr } = await runDeno(["run", "--no-check", "--allow-read", href]);
  const told: Record<string, readonly string[]> = JSON.parse(stdout || stderr);
  const cannot = "Cannot work in a thread of its own: ";
  for (const [first, second] of [told["byItself"]!, told["notThere"]!]) {
    assertStringIncludes(first!, cannot);
    assertEquals(second, first);
  }
  assertStringIncludes(told["byItself"]![0]!, "by itself");
  assertStringIncludes(told["notThere"]![0]!, "none.ts");
});

Deno.test("release() fails pending and later requests", () =>
  withThread(async (thread) => {
    const waiting = thread.ask({ wait: 60_000 });
    const told = assertRejects(() => waiting, TypeError, "it was released");
    await thread.release();
    await told;
    await assertRejects(() => thread.ask({}), TypeError, "it was released");
  }));

const send = (error: unknown) => receivedError(structuredClone(sendableError(error)));

Deno.test("an error of the kit arrives with its code, its parts and where it was thrown", () => {
  const cause = new NegscopeError("onnx-damaged", {
    problem: "Cannot read",
    cause: new Error("os"),
  });
  const sent = new NegscopeError("value-wrong", {
    ...{ problem: "Cannot seed", subject: -1, reason: "it is negative" },
    ...{ expected: "a whole number", fix: "choose another", cause, details: ["one", "two"] },
  });
  const received = send(sent);
  assertInstanceOf(received, NegscopeError);
  const { code, subject, message, reason, expected, fix, stack } = received;
  assertEquals([code, subject, message], [sent.code, -1, sent.message]);
  assertEquals([reason, expected, fix], ["it is negative", "a whole number", "choose another"]);
  assertEquals([stack, received.details], [sent.stack, ["one", "two"]]);
  assertInstanceOf(received.cause, NegscopeError);
  assertEquals(received.cause.code, "onnx-damaged");
  assertInstanceOf(received.cause.cause, Error);
});

Deno.test("an error of another class arrives as it is", () => {
  const received = send(new RangeError("too far"));
  assertInstanceOf(received, RangeError);
  assertEquals(received.message, "too far");
  assertStrictEquals(send("text"), "text");
});

Deno.test("an error that cannot be copied arrives as an Error with the same text", () => {
  const received = send(new Error("no copy", { cause: () => {} }));
  assert(received instanceof Error);
  assertEquals(received.message, "no copy");
});
