/**
 * Executes the notebooks in a real Jupyter client and checks what they show.
 *
 *     deno task dev notebooks
 *     deno task dev notebooks --html results/notebooks notebooks/01_tour.ipynb
 */

import { say } from "../../lib/show/terminal.ts";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { textFlag } from "../../lib/cli/flags.ts";
import { lockFolder, temporaryFolder } from "../../lib/files/write_whole.ts";
import { Jupyter, type PageForm } from "./notebooks/jupyter.ts";
import { displayCount, notebookNames, outputFaults, readNotebook } from "./notebooks/notebook.ts";
import { runTask } from "../../lib/cli/task.ts";

const HELP = {
  name: "notebooks",
  command: "deno task dev notebooks",
  operands: "[NOTEBOOK…]",
  does:
    "executes notebooks (default: all) with Jupyter, from PATH or NEGSCOPE_JUPYTER, and fails on an error, a lost output, or an answer whose numbers are not shown.",
  example: "--html results/notebooks",
};

const FORMS: readonly PageForm[] = ["html", "markdown"];

interface Pages {
  readonly form: PageForm;
  readonly folder: string;
}

const FOLDER = fileURLToPath(new URL("../../notebooks", import.meta.url));

const FLAGS = {
  html: { value: "FOLDER", help: "also writes each notebook, executed, as a page" },
  markdown: {
    value: "FOLDER",
    help: "also writes each notebook, executed, as Markdown with its pictures beside it",
  },
};

await runTask(HELP, FLAGS, async (values) => {
  const pages = FORMS.flatMap((form) => {
    const folder = textFlag(values, form);
    return folder === undefined ? [] : [{ form, folder }];
  });
  const paths = values.operands?.length
    ? values.operands
    : (await notebookNames(FOLDER)).map((name) => relative("", join(FOLDER, name)));
  for (const path of paths) await readNotebook(path); // all must be readable before the first is run
  using held = new DisposableStack();
  for (const { form, folder } of pages) held.use(await lockFolder(folder, { flag: `--${form}` }));
  const failed = await runNotebooks(paths, pages);
  say(`${paths.length - failed} passed, ${failed} failed`);
  if (failed > 0) Deno.exit(1);
});

async function runNotebooks(paths: readonly string[], pages: readonly Pages[]): Promise<number> {
  await using folder = await temporaryFolder();
  const jupyter = new Jupyter(Deno.env.get("NEGSCOPE_JUPYTER") || "jupyter", folder.path);
  await jupyter.check();
  let failed = 0;
  for (const path of paths) {
    const faults = await runNotebook(jupyter, path, pages);
    if (faults.length > 0) failed += 1;
  }
  return failed;
}

async function runNotebook(
  jupyter: Jupyter,
  path: string,
  pages: readonly Pages[],
): Promise<string[]> {
  const start = performance.now();
  const executed = await jupyter.execute(path);
  const { notebook } = executed;
  const embedded = !Deno.env.get("NEGSCOPE_MODEL") && !Deno.env.get("NEGSCOPE_WEIGHTS"); // the answers hold for the embedded model
  const faults = notebook === undefined
    ? [executed.said]
    : outputFaults(notebook, { answers: embedded });
  for (const { form, folder } of notebook === undefined ? [] : pages) {
    const fault = await jupyter.toPage(executed.path, folder, form);
    if (fault !== undefined) faults.push(fault);
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const shown = notebook === undefined ? "" : `${displayCount(notebook)} outputs, `;
  say(`${faults.length === 0 ? "ok    " : "FAILED"} ${path} (${shown}${seconds} s)`);
  for (const fault of faults) say(`       ${fault.replaceAll("\n", "\n       ")}`);
  return faults;
}
