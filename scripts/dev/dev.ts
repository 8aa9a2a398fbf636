/** Runs a task of the kit's developers, of tasks.json beside this file: `deno task dev NAME`, and without a name lists them. */

import { fileURLToPath } from "node:url";
import { chosenTask } from "../../lib/cli/task.ts";
import { kitPath } from "../../lib/files/kit_files.ts";
import config from "./tasks.json" with { type: "json" };

const tasks = Object.entries(config.tasks).map(([name, { description }]) => [name, description]);
const name = await chosenTask(Object.fromEntries(tasks), (name) => `deno task dev ${name}`);
if (name !== undefined) {
  const where = [
    "--config",
    fileURLToPath(import.meta.resolve("./tasks.json")),
    "--cwd",
    kitPath(""),
  ];
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", ...where, ...Deno.args],
  }).spawn().status;
  Deno.exit(code);
}
