/** A task whose thread is busy for a minute, as with a large batch, for `busy_exit_slow_test.ts`. */

import { say } from "../../lib/show/terminal.ts";
import { runTask } from "../../lib/cli/task.ts";
import { flagSet } from "../../lib/cli/flags.ts";

await runTask({ name: "busy", does: "is busy.", example: "busy" }, flagSet("seed"), async () => {
  await new Promise((resolve) => setTimeout(resolve, 1500)); // the thread that listens is there by then
  say("busy");
  const end = performance.now() + 60_000;
  while (performance.now() < end);
  say("done");
});
