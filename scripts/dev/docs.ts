/**
 * Writes everything that is generated from the source: pages of docs, and for every experiment its script, its task and its line in the guide.
 *
 *     deno task docs
 */

import { kitPath } from "../../lib/files/kit_files.ts";
import { runTask } from "../../lib/cli/task.ts";
import { lockFolder } from "../../lib/disk/folder_lock.ts";
import { writeWhole } from "../../lib/disk/write_whole.ts";
import { committedCode, dataFiles } from "./docs/kit_files.ts";
import { MOST_BYTES, readText } from "../../lib/files/read_file.ts";
import { errorsPage } from "./docs/errors_page.ts";
import { experimentScript, withExperiments, withTasks } from "./docs/experiment_files.ts";
import { explorerScript, SCRIPTS } from "./docs/explorer_scripts.ts";
import { glossaryPage } from "./docs/glossary_page.ts";
import { studySchema } from "./docs/study_schema.ts";
import { tablesPages } from "./docs/tables_page.ts";
import { ALL_EXPERIMENTS } from "../../lib/experiments/all.ts";

const HELP = {
  name: "docs",
  does: "writes what follows from the source: pages of docs, and scripts and tasks of experiments.",
  example: "deno task docs",
};

const edit = async (path: string, change: (text: string) => string) =>
  await writeWhole(kitPath(path), change(await readText(kitPath(path), MOST_BYTES.own)));

await runTask(HELP, {}, async () => {
  using _held = await lockFolder(kitPath("docs"), { wait: true });
  await writeWhole(kitPath("docs/errors.md"), await errorsPage());
  for (const [name, page] of tablesPages()) await writeWhole(kitPath(`docs/tables/${name}`), page);
  await writeWhole(kitPath("data/study.schema.json"), studySchema());
  await writeWhole(kitPath("docs/glossary.md"), glossaryPage());
  await edit("docs/guide/tasks.md", withExperiments);
  await edit("deno.json", withTasks);
  for (const [name, entry] of Object.entries(SCRIPTS)) {
    await writeWhole(kitPath(`data/explore/${name}`), await explorerScript(entry));
  }
  await writeWhole(kitPath("data/files.json"), await dataFiles());
  await writeWhole(kitPath("lib/version/committed.ts"), committedCode());
  for (const experiment of ALL_EXPERIMENTS) {
    await writeWhole(kitPath(`scripts/${experiment.name}.ts`), experimentScript(experiment));
  }
});
