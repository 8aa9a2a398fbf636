/**
 * Type-checks and lints the code cells of notebooks, which `deno check` and `deno lint` skip, and checks their format and form:
 * `deno task dev check:notebooks [FOLDER]` (default `notebooks`).
 *
 * The cells of a notebook become one module outside the project, under the project's configuration, so they must import by
 * name ("negscope"), as a reader's own notebook does.
 */

import { basename, join } from "node:path";
import { temporaryFolder, writeWhole } from "../../lib/files/write_whole.ts";
import { fileURLToPath } from "node:url";
import { print, printError } from "../../lib/show/terminal.ts";
import {
  formFaults,
  type Notebook,
  notebookNames,
  readNotebook,
  sourceOf,
} from "./notebooks/notebook.ts";

function notebookModule(notebook: Notebook) {
  const lines = notebook.cells
    .filter((cell) => cell.cell_type === "code")
    .map((cell) => sourceOf(cell).split("\n"))
    .flatMap((cell, index) =>
      cell.map((text, line) => ({ text, place: `code cell ${index + 1}, line ${line + 1}` }))
    );
  return {
    code: lines.map(({ text }) => `${text}\n`).join(""),
    places: lines.map(({ place }) => place),
  };
}

/** Replaces each `file:line:column` of a module in a report of `deno` by the notebook's name and place, and the bare name. */
function nameNotebook(
  report: string,
  { file, notebook, places }: {
    readonly file: string;
    readonly notebook: string;
    readonly places: readonly string[];
  },
): string {
  const position = new RegExp(`(?:file://)?${RegExp.escape(file)}:(\\d+):\\d+`, "g");
  return report
    .replaceAll(
      position,
      (_, line) => `${notebook}, ${places[Number(line) - 1] ?? "last code cell"}`,
    )
    .replaceAll(file, notebook);
}

export async function checkNotebooks(folder: string): Promise<{ count: number; report: string }> {
  const names = await notebookNames(folder);
  if (names.length === 0) return { count: 0, report: "" };
  await using workspace = await temporaryFolder();
  const modules = await Promise.all(names.map(async (name) => {
    const notebook = join(folder, name);
    const content = await readNotebook(notebook);
    const { code, places } = notebookModule(content);
    const file = join(workspace.path, `${basename(name, ".ipynb")}.ts`);
    await writeWhole(file, code);
    return { file, notebook, places, faults: formFaults(content) };
  }));
  const files = modules.map(({ file }) => file);
  const report = await deno("fmt", "--check", ...files) + // of the modules, since it takes every notebook for unformatted
    await deno("check", "--quiet", ...files) +
    await deno("lint", "--quiet", ...files);
  const form = modules.flatMap(({ notebook, faults }) =>
    faults.map((fault) => `${notebook}, ${fault}\n`)
  );
  return { count: names.length, report: modules.reduce(nameNotebook, report) + form.join("") };
}

async function deno(command: string, ...args: string[]): Promise<string> {
  const config = fileURLToPath(new URL("../../deno.json", import.meta.url));
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [command, "--config", config, ...args],
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  return success ? "" : decoder.decode(stderr) + decoder.decode(stdout);
}

if (import.meta.main) {
  const folder = Deno.args[0] ?? "notebooks";
  const { count, report } = await checkNotebooks(folder);
  if (report !== "") {
    printError(report);
    Deno.exit(1);
  }
  print(
    count === 0 ? `No notebooks in ${folder}` : `Checked the cells of ${count} notebooks`,
  );
}
