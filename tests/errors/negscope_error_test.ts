import { assert, assertEquals } from "@std/assert";
import { isUsage, NegscopeError } from "../../lib/errors.ts";

Deno.test("NegscopeError joins its parts into one line", () => {
  const problem = 'Cannot find "x"';
  const say = (parts: object) => new NegscopeError("name-unknown", { problem, ...parts }).message;
  assertEquals(say({}), problem);
  assertEquals(say({ reason: "it is gone" }), `${problem}: it is gone`);
  assertEquals(say({ expected: "a name" }), `${problem}: expected a name`);
  assertEquals(
    say({ fix: "say y", expected: "a name", reason: "it is gone" }),
    `${problem}: it is gone; expected a name; say y`,
  );
});

Deno.test("NegscopeError has a line of its own for each detail, which cannot pretend to be two", () => {
  const error = new NegscopeError("data-rows-unusable", {
    problem: "Cannot use 2 rows",
    fix: "correct them",
    details: ["row 2: it is 1", 'row 3: it is "a\n  row 4: fine"'],
  });
  assertEquals(error.message.split("\n"), [
    "Cannot use 2 rows: correct them",
    "  row 2: it is 1",
    '  row 3: it is "a\\n  row 4: fine"',
  ]);
});

Deno.test("isUsage() distinguishes wrong use of a task from all other errors", () => {
  const parts = { problem: "Cannot use it" };
  assert(isUsage(new NegscopeError("usage-flag-unknown", parts)));
  assert(!isUsage(new NegscopeError("name-unknown", parts)));
  assert(!isUsage(new Error("usage-flag-unknown")));
});

Deno.test("NegscopeError cuts parts of more than 4,000 characters, but not its subject", () => {
  const long = "x".repeat(1_000_000);
  const error = new NegscopeError("name-unknown", {
    ...{ problem: `Cannot find "${long}"`, subject: long, details: [long] },
  });
  assertEquals([error.message.length, error.subject], [2 * 4001 + "\n  ".length, long]);
});
