/** The form of a notebook: every code cell is between a question and an answer, shows something, and is committed without outputs. */

import { type Notebook, type NotebookCell, sourceOf } from "./notebook.ts";

/** Counts the calls of `show` in a cell; each call makes one output or more. */
export function showCalls(cell: NotebookCell): number {
  return sourceOf(cell).match(/\bshow\(/g)?.length ?? 0;
}

/** The number of names that a notebook may import: a reader can keep seven in mind. */
const MOST_NAMES = 7;

export function importedNames({ cells }: Notebook): string[] {
  const code = cells.filter((cell) => cell.cell_type === "code").map(sourceOf).join("\n");
  const clauses = [...code.matchAll(/^import\s+(?:type\s+)?([^"'();]+?)\s+from\s+["']/gm)];
  const names = clauses.flatMap(([, clause]) => clause!.split(/[{},]/))
    .map((name) => name.trim().replace(/^type\s+/, "").replace(/^.*\sas\s+/, ""))
    .filter((name) => name !== "");
  return [...new Set(names)];
}

export function formFaults(notebook: Notebook): string[] {
  const names = importedNames(notebook);
  const imports = names.length > MOST_NAMES
    ? [
      `all cells: import ${names.length} names (${
        names.join(", ")
      }), at most ${MOST_NAMES} may be; ` +
      "let the kit do more, or add what is missing to its API",
    ]
    : [];
  return [...imports, ...cellFaults(notebook)];
}

function cellFaults({ cells }: Notebook): string[] {
  const code = cells.flatMap((cell, index) => cell.cell_type === "code" ? [{ cell, index }] : []);
  return code.flatMap(({ cell, index }, number) => {
    const faults = [
      ...isMarkdown(cells[index - 1], /\?/) ? [] : ["has no question before it"],
      ...isMarkdown(cells[index + 1], /\S/) ? [] : ["has no answer after it"],
      ...showCalls(cell) > 0 ? [] : ["shows nothing; end it with await show(…)"],
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
