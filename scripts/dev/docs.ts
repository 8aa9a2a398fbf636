/**
 * Writes everything that is generated from the source: pages of docs, and for every experiment its task and its line in the guide.
 *
 *     deno task dev docs
 */

import { kitPath } from "../../lib/files/kit_files.ts";
import { runTask } from "../../lib/cli/task.ts";
import { lockFolder, writeWhole } from "../../lib/files/write_whole.ts";
import {
  committedCode,
  dataFiles,
  explorerScript,
  SCRIPTS,
  studySchema,
  withExperiments,
  withTasks,
} from "./docs/files.ts";
import { MOST_BYTES, readText } from "../../lib/files/read_file.ts";
import { errorsPage, glossaryPage, tablesPages } from "./docs/pages.ts";

const HELP = {
  name: "docs",
  command: "deno task dev docs",
  does: "writes what follows from the source: pages of docs, and tasks of experiments.",
  example: "",
};

const edit = async (path: string, change: (text: string) => string | Promise<string>) =>
  await writeWhole(
    kitPath(path),
    await await change(await readText(kitPath(path), MOST_BYTES.own)),
  );

await runTask(HELP, {}, async () => {
  using _held = await lockFolder(kitPath("docs"), { wait: true });
  await edit("docs/errors.md", errorsPage);
  for (const [name, page] of await tablesPages()) {
    await writeWhole(kitPath(`docs/tables/${name}`), page);
  }
  await writeWhole(kitPath("data/study.schema.json"), studySchema());
  await writeWhole(kitPath("docs/glossary.md"), await glossaryPage());
  await edit("docs/guide/tasks.md", withExperiments);
  await edit("deno.json", withTasks);
  for (const [name, entry] of Object.entries(SCRIPTS)) {
    await writeWhole(kitPath(`data/explore/${name}`), await explorerScript(entry));
  }
  await writeWhole(kitPath("data/files.json"), await dataFiles());
  await writeWhole(kitPath("lib/version/committed.ts"), committedCode());
});
