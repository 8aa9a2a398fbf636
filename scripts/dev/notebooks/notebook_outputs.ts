/** Checks that an executed notebook has all its outputs and that its answers agree with them. */

import { type CellOutput, type Notebook, type NotebookCell, sourceOf, textOf } from "./notebook.ts";
import { showCalls } from "./notebook_form.ts";

const CHART = "application/vnd.vegalite.v5+json";

export interface OutputChecks {
  /** Whether the numbers in each answer must be among those that the cell before it shows. */
  readonly answers: boolean;
}

/**
 * Finds the faults of an executed notebook: an error, an output that is missing or does not come from `show` (the Deno kernel may lose
 * such an output), a number in an answer that the cell before it does not show, or no chart at all.
 */
export function outputFaults({ cells }: Notebook, { answers }: OutputChecks): string[] {
  const code = cells.flatMap((cell, index) => cell.cell_type === "code" ? [{ cell, index }] : []);
  const faultsByCell = code.flatMap(({ cell, index }, number) => {
    const outputs = cell.outputs ?? [];
    const displays = displaysOf([cell]);
    const others = outputs.filter((output) => output.output_type !== "display_data");
    const calls = showCalls(cell);
    const shown = displays.filter(({ metadata }) => (metadata?.negscope?.part ?? 1) === 1);
    const parts = sum(shown.map(({ metadata }) => metadata?.negscope?.parts ?? 1));
    const complete = shown.length === calls && displays.length === parts;
    const answer = cells[index + 1];
    const faults = [
      ...others.map(otherOutput),
      ...complete ? [] : [lostOutputs(displays.length, { parts, shown: shown.length, calls })],
      ...answers && answer !== undefined && complete
        ? missingNumbers(sourceOf(answer), displays).map((text) =>
          `does not show the ${text} of its answer`
        )
        : [],
    ];
    return faults.map((fault) => `code cell ${number + 1} ${fault}`);
  });
  const hasChart = displaysOf(cells).some(({ data }) => data !== undefined && CHART in data);
  return hasChart ? faultsByCell : [...faultsByCell, "it shows no chart"];
}

function lostOutputs(
  found: number,
  { parts, shown, calls }: Readonly<Record<"parts" | "shown" | "calls", number>>,
): string {
  return shown === calls
    ? `has ${found} of the ${parts} outputs of its ${calls} calls of show()`
    : `has ${found} outputs of ${calls} calls of show()`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
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
  return `shows otherwise than by show(), which may be lost: ${printed.slice(0, 200)}`;
}

/** The numbers of a text that no output has; single digits, names of heads such as 1.2, code and links are ignored. */
function missingNumbers(answer: string, outputs: readonly CellOutput[]): string[] {
  const prose = answer.replace(/`[^`]*`/g, "").replace(/\]\([^)]*\)/g, "]");
  const numbers = prose.match(/\d*\.\d{2,}|\d{2,}/g) ?? [];
  const shown = JSON.stringify(outputs.map(({ data }) => data));
  return [...new Set(numbers)].filter((number) => !shown.includes(number));
}
