/**
 * Writes everything that is generated from the source: pages of docs, and for every experiment its script, its task and its line in the README.
 *
 *     deno task docs
 */

import { errorsPage } from "../lib/docs/errors_page.ts";
import { experimentScript, withExperiments, withTasks } from "../lib/docs/experiment_files.ts";
import { tablesPage } from "../lib/docs/tables_page.ts";
import { ALL_EXPERIMENTS } from "../lib/experiments/all.ts";

const place = (path: string) => new URL(`../${path}`, import.meta.url);
const edit = async (path: string, change: (text: string) => string) =>
  await Deno.writeTextFile(place(path), change(await Deno.readTextFile(place(path))));

await Deno.writeTextFile(place("docs/errors.md"), await errorsPage());
await Deno.writeTextFile(place("docs/tables.md"), tablesPage());
await edit("README.md", withExperiments);
await edit("deno.json", withTasks);
for (const experiment of ALL_EXPERIMENTS) {
  await Deno.writeTextFile(place(`scripts/${experiment.name}.ts`), experimentScript(experiment));
}
