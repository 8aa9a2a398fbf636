/** Reads notebook files (nbformat 4). */

import { NegscopeError, unreadableFile } from "../../../lib/errors.ts";
import { jsonFailure, parseJson } from "../../../lib/reading/json.ts";
import { MOST_BYTES, readText } from "../../../lib/files/read_file.ts";

/** The parts of an `.ipynb` file that matter here. */
export interface Notebook {
  readonly cells: readonly NotebookCell[];
}

export interface NotebookCell {
  readonly cell_type: string;
  readonly source: Lines;
  /** For code cells: the outputs of their execution. */
  readonly outputs?: readonly CellOutput[];
  readonly execution_count?: number | null;
}

export interface CellOutput {
  readonly output_type: string;
  /** For a display: values by media type. */
  readonly data?: Readonly<Record<string, unknown>>;
  /** For a display by `show`: its number among the outputs of the call, and how many there are. */
  readonly metadata?: { readonly negscope?: { readonly part: number; readonly parts: number } };
  readonly ename?: string;
  readonly evalue?: string;
  readonly text?: Lines;
}

/** A text, whole or as lines with their line ends. */
export type Lines = string | readonly string[];

export function textOf(lines: Lines): string {
  return [lines].flat().join("");
}

export function sourceOf(cell: NotebookCell): string {
  return textOf(cell.source);
}

/** The names of the notebooks in a folder, sorted; empty if there is no folder. */
export async function notebookNames(folder: string): Promise<string[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(folder));
    return entries.map(({ name }) => name).filter((name) => name.endsWith(".ipynb")).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

export async function readNotebook(path: string): Promise<Notebook> {
  const text = await readText(path, MOST_BYTES.page).catch((error: unknown) => {
    throw unreadableFile({
      doing: "run notebook",
      path,
      cause: error,
      fix: "name files such as notebooks/01_tour.ipynb",
    });
  });
  let notebook: Partial<Notebook> | null;
  try {
    notebook = parseJson(text) as Partial<Notebook> | null;
  } catch (error) {
    throw new NegscopeError("file-malformed", {
      problem: `Cannot read "${path}" as JSON`,
      subject: path,
      reason: jsonFailure(error),
      fix: "download or write it again",
      cause: error,
    });
  }
  if (Array.isArray(notebook?.cells)) return notebook as Notebook;
  throw new NegscopeError("file-malformed", {
    problem: `Cannot run notebook "${path}"`,
    subject: path,
    reason: "it has no list of cells",
    fix: "name files such as notebooks/01_tour.ipynb",
  });
}
