/** Runs Jupyter to execute notebooks with the kernel of this repository. */

import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { NegscopeError } from "../../../lib/errors/errors.ts";
import { writeWhole } from "../../../lib/files/write_whole.ts";
import { MOST_BYTES, readText } from "../../../lib/files/read_file.ts";
import { type Notebook, readNotebook } from "./notebook.ts";

const KERNELS = fileURLToPath(new URL("../../../.jupyter", import.meta.url));

const CELL_LIMIT = 3600;

export type PageForm = "html" | "markdown";

/** Pages have tables in Markdown, since HTML has no box that scrolls on the web. */
const MARKDOWN_FIRST = ["text/markdown", "image/svg+xml", "image/png", "image/jpeg", "text/plain"]
  .map((type) => `--NbConvertBase.display_data_priority=${type}`);

/** A Jupyter client that neither reads nor writes the user's settings. */
export class Jupyter {
  constructor(private readonly command: string, private readonly folder: string) {}

  /** Checks that it can convert notebooks. */
  async check(): Promise<void> {
    const works = await this.#nbconvert("--version").then(({ success }) => success, () => false);
    if (works) return;
    throw new NegscopeError("usage-program-missing", {
      problem: `Cannot run the notebooks with "${this.command}"`,
      expected: "Jupyter with nbconvert",
      fix:
        'get it by "python3 -m venv .venv && .venv/bin/pip install -r .ci/jupyter.txt", then set NEGSCOPE_JUPYTER=.venv/bin/jupyter',
    });
  }

  /** Executes a notebook; a cell that fails does not stop it. */
  async execute(
    path: string,
  ): Promise<
    { readonly path: string; readonly notebook: Notebook | undefined; readonly said: string }
  > {
    const { success, said } = await this.#nbconvert(
      ...["--to", "notebook", "--execute", "--allow-errors"],
      `--ExecutePreprocessor.timeout=${CELL_LIMIT}`,
      ...["--output-dir", this.folder, path],
    );
    const executed = join(this.folder, basename(path));
    return { path: executed, notebook: success ? await readNotebook(executed) : undefined, said };
  }

  async toPage(path: string, folder: string, form: PageForm): Promise<string | undefined> {
    const args = ["--to", form, "--output-dir", folder, ...MARKDOWN_FIRST];
    const { success, said } = await this.#nbconvert(...args, path);
    if (success && form === "markdown") { // links lead to the page of a notebook, not to a file beside it that is not there
      const page = join(folder, `${basename(path, ".ipynb")}.md`);
      const text = await readText(page, MOST_BYTES.page);
      await writeWhole(
        page,
        text.replace(/(\]\([\w./-]+)\.ipynb\)/g, "$1.md)").replace(/\n{5,}/g, "\n\n\n"),
      );
    }
    return success ? undefined : said;
  }

  async #nbconvert(...args: readonly string[]): Promise<{ success: boolean; said: string }> {
    const { success, stderr } = await new Deno.Command(this.command, {
      args: ["nbconvert", ...args],
      env: {
        JUPYTER_PATH: KERNELS,
        JUPYTER_PLATFORM_DIRS: "1",
        JUPYTER_CONFIG_DIR: join(this.folder, "config"),
        JUPYTER_DATA_DIR: join(this.folder, "data"),
        JUPYTER_RUNTIME_DIR: join(this.folder, "runtime"),
        IPYTHONDIR: join(this.folder, "ipython"),
      },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).output();
    return { success, said: new TextDecoder().decode(stderr).trim() };
  }
}
