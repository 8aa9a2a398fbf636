import { assertEquals } from "@std/assert";
import { NegscopeError } from "../../lib/errors/negscope_error.ts";
import { exitCodeOf, interrupted } from "../../lib/cli/task.ts";

Deno.test("exitCodeOf() distinguishes failed work, wrong usage and an interruption", () => {
  const problem = "Cannot";
  assertEquals(exitCodeOf(new NegscopeError("name-unknown", { problem })), 1);
  assertEquals(exitCodeOf(new TypeError("a fault of the kit")), 1);
  assertEquals(exitCodeOf(new NegscopeError("usage-flag-unknown", { problem })), 2);
  const signalled = (subject: string) =>
    exitCodeOf(new NegscopeError("download-interrupted", { problem, subject }));
  assertEquals([signalled("SIGINT"), signalled("SIGTERM")], [130, 143]);
});

Deno.test("interrupted() promises no resuming for a task that keeps no rows", () => {
  assertEquals(
    interrupted({ resumable: false, overwrite: false }),
    "Interrupted: give the same command to start again",
  );
});
