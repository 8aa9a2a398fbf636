/** What tasks do if their standard output takes nothing. */

import { assertEquals } from "@std/assert";
import { fixture, inFolder, namesIn, taskCommand, TINY } from "./task_process.ts";

/** Runs a task in a shell that sends its standard output elsewhere. */
async function runInto(redirection: string, task: string, flags: readonly string[]) {
  const { env, args } = taskCommand(task);
  const { code, stderr } = await new Deno.Command("bash", {
    args: ["-c", `set -o pipefail; "$0" "$@" ${redirection}`, Deno.execPath(), ...args, ...flags],
    cwd: fixture("../.."),
    env: { ...env, NO_COLOR: "1" },
  }).output();
  return { code, stderr: new TextDecoder().decode(stderr) };
}

const FULL =
  "Cannot print to the standard output: the disk that it goes to is full; make room or print elsewhere; all other work is done, and the files are complete\n";

Deno.test({
  name: "a task on a full standard output writes its files, says so in one line and ends with 1",
  ignore: Deno.build.os !== "linux", // the only one with /dev/full
  fn: () =>
    inFolder(async (folder) => {
      const flags = [...TINY, "--limit", "2", "--format", "none", "--out", `${folder}/run`];
      const [evaluated, inspected, helped] = await Promise.all([
        runInto("> /dev/full", "evaluate", flags),
        runInto("> /dev/full", "inspect", ["--model", fixture("clip-tiny")]),
        runInto("> /dev/full", "figures", ["--help"]),
      ]);
      assertEquals(evaluated, { code: 1, stderr: FULL });
      assertEquals([inspected, helped], [evaluated, evaluated]);
      assertEquals(namesIn(`${folder}/run`).includes("report.html"), true);
      assertEquals(namesIn(`${folder}/run`).includes("manifest.json"), true);
    }),
});

Deno.test({
  name: "a task whose output is read no further, as by head, writes its files and ends with 0",
  ignore: Deno.build.os === "windows",
  fn: () =>
    inFolder(async (folder) => {
      const flags = [...TINY, "--limit", "2", "--format", "none", "--out", `${folder}/run`];
      const [evaluated, inspected] = await Promise.all([
        runInto("| true", "evaluate", flags),
        runInto("| head -1", "inspect", ["--model", fixture("clip-tiny")]),
      ]);
      assertEquals([evaluated, inspected], [{ code: 0, stderr: "" }, { code: 0, stderr: "" }]);
      assertEquals(namesIn(`${folder}/run`).includes("report.html"), true);
    }),
});
