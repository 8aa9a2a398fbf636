import { assert, assertEquals, assertInstanceOf, assertStrictEquals } from "@std/assert";
import { NegscopeError } from "../../lib/errors.ts";
import { receivedError, sendableError } from "../../lib/threads/thread.ts";

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
