/** Reads notebook files (nbformat 4). */

import { NegscopeError, unreadableFile } from "../../../lib/errors/errors.ts";
import { jsonFailure, parseJson } from "../../../lib/reading/json.ts";
import { MOST_BYTES, readText } from "../../../lib/files/read_file.ts";

/** The parts of an `.ipynb` file that matter here. */
export interface Notebook {
  readonly cells: readonly NotebookCell[];
}

interface NotebookCell {
  readonly cell_type: string;
  readonly source: Lines;
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

type Lines = string | readonly string[];

function textOf(lines: Lines): string {
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
      reason: jsonFailure(error),
      fix: "download or write it again",
      cause: error,
    });
  }
  if (Array.isArray(notebook?.cells)) return notebook as Notebook;
  throw new NegscopeError("file-malformed", {
    problem: `Cannot run notebook "${path}"`,
    reason: "it has no list of cells",
    fix: "name files such as notebooks/01_tour.ipynb",
  });
}

const WITHOUT_VALUE =
  /^(?:const|let|import|for|if|type|function|await (?:using|show)\b)|\.release\(/;

/** Counts the values that a cell shows, each in one output or more: by calls of `show`, and as its last expression. */
function valuesShown(cell: NotebookCell): number {
  const last = sourceOf(cell).split("\n").findLast((line) => /^[\w[(]/.test(line)) ?? "";
  const calls = sourceOf(cell).match(/\bshow\(/g)?.length ?? 0;
  return calls + (WITHOUT_VALUE.test(last) ? 0 : 1);
}

/** The number of names that a notebook may import: a reader can keep seven in mind. */
const MOST_NAMES = 7;

function importedNames({ cells }: Notebook): string[] {
  const code = cells.filter((cell) => cell.cell_type === "code").map(sourceOf).join("\n");
  const clauses = [...code.matchAll(/^import\s+(?:type\s+)?([^"'();]+?)\s+from\s+["']/gm)];
  const names = clauses.flatMap(([, clause]) => clause!.split(/[{},]/))
    .map((name) => name.trim().replace(/^type\s+/, "").replace(/^.*\sas\s+/, ""))
    .filter((name) => name !== "");
  return [...new Set(names)];
}

export function formFaults(notebook: Notebook): string[] {
  const names = importedNames(notebook);
  const said = `all cells: import ${names.length} names (${names.join(", ")}), ` +
    `at most ${MOST_NAMES} may be; let the kit do more, or add what is missing to its API`;
  return [...names.length > MOST_NAMES ? [said] : [], ...cellFaults(notebook)];
}

function codeCells({ cells }: Notebook) {
  return cells.map((cell, i) => ({ cell, before: cells[i - 1], after: cells[i + 1] }))
    .filter(({ cell }) => cell.cell_type === "code");
}

function cellFaults(notebook: Notebook): string[] {
  return codeCells(notebook).flatMap(({ cell, before, after }, number) => {
    const faults = [
      ...isMarkdown(before, /\?/) ? [] : ["has no question before it"],
      ...isMarkdown(after, /\S/) ? [] : ["has no answer after it"],
      ...valuesShown(cell) > 0 ? [] : ["shows nothing; end it with a value or with await show(…)"],
      ...(cell.outputs ?? []).length === 0 && (cell.execution_count ?? null) === null
        ? []
        : ["was executed; clear all outputs before it is committed"],
    ];
    return faults.map((fault) => `code cell ${number + 1}: ${fault}`);
  });
}

function isMarkdown(cell: NotebookCell | undefined, text: RegExp): boolean {
  return cell?.cell_type === "markdown" && text.test(sourceOf(cell));
}

const CHART = "application/vnd.vegalite.v5+json";

/** The faults of an executed notebook: an error, an output that is lost or shown in another way, a number in an answer that the cell before it does not show, or no chart. */
export function outputFaults(notebook: Notebook, { answers }: {
  /** Whether the numbers in each answer must be among those that the cell before it shows. */
  readonly answers: boolean;
}): string[] {
  const faultsByCell = codeCells(notebook).flatMap(({ cell, after }, number) => {
    const outputs = cell.outputs ?? [];
    const displays = displaysOf([cell]);
    const calls = valuesShown(cell);
    const others = outputs.filter((output) =>
      !displays.includes(output) && Object.keys(output.data ?? { text: "" }).length > 0 // a value that shows itself gives the kernel nothing
    );
    const shown = displays.filter(({ metadata }) => (metadata?.negscope?.part ?? 1) === 1);
    const parts = shown.reduce((sum, { metadata }) => sum + (metadata?.negscope?.parts ?? 1), 0);
    const faults = [
      ...others.map(otherOutput),
      ...shown.length === calls ? [] : [`shows ${shown.length} of ${calls} values`],
      ...displays.length === parts
        ? []
        : [`has ${displays.length} of the ${parts} outputs of what it shows`],
      ...answers && after !== undefined
        ? missingNumbers(sourceOf(after), displays).map((text) =>
          `does not show the ${text} of its answer`
        )
        : [],
    ];
    return faults.map((fault) => `code cell ${number + 1} ${fault}`);
  });
  const hasChart = displaysOf(notebook.cells).some(({ data }) =>
    data !== undefined && CHART in data
  );
  return hasChart ? faultsByCell : [...faultsByCell, "it shows no chart"];
}

export function displayCount({ cells }: Notebook): number {
  return displaysOf(cells).length;
}

function displaysOf(cells: readonly NotebookCell[]): CellOutput[] {
  return cells.flatMap(({ outputs }) => outputs ?? [])
    .filter((output) => output.output_type === "display_data");
}

function otherOutput({ output_type, ename, evalue, text, data }: CellOutput): string {
  if (output_type === "error") return `fails: ${ename}: ${evalue}`;
  const printed = text === undefined ? JSON.stringify(data) : textOf(text).trim();
  return `shows otherwise than by show() or a value of the kit, which may be lost: ${
    printed.slice(0, 200)
  }`;
}

/** The numbers of a text that no output has; single digits, names of heads such as 1.2, code and links are ignored. */
function missingNumbers(answer: string, outputs: readonly CellOutput[]): string[] {
  const prose = answer.replace(/`[^`]*`/g, "").replace(/\]\([^)]*\)/g, "]");
  const numbers = prose.match(/\d*\.\d{2,}|\d{2,}/g) ?? [];
  const shown = JSON.stringify(outputs.map(({ data }) => data));
  return [...new Set(numbers)].filter((number) => !shown.includes(number));
}
