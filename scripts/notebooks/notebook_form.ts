/** The form of a notebook: every code cell stands between a question and an answer, shows something, and is committed without outputs. */

import { type Notebook, type NotebookCell, sourceOf } from "./notebook.ts";

/**
 * How often a cell calls `show`; each call makes one output.
 *
 * @param cell A code cell.
 */
export function showCalls(cell: NotebookCell): number {
  return sourceOf(cell).match(/\bshow\(/g)?.length ?? 0;
}

/**
 * What is wrong with a notebook's form.
 *
 * @param notebook The notebook as it is committed.
 * @returns A line a fault, code cells counted from 1: none if all is well.
 */
export function formFaults({ cells }: Notebook): string[] {
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
