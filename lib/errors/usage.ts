/** Wrong usage of a task: flags, arguments, interruptions. */

import { readingFailure } from "./describe.ts";

/** Wrong use of a task: the process ends with exit code 2 instead of 1. */
export class UsageError extends Error {
  /** What a printed error begins with. */
  override readonly name = "UsageError";
}

/** A flag that the task does not have. */
export function flagUnknown(flag: string, nearest: string | undefined): UsageError {
  const hint = nearest === undefined ? "--help lists the flags" : `the nearest is ${nearest}`;
  return new UsageError(`Cannot use "${flag}": there is no such flag; ${hint}`);
}

/** An argument without a flag before it. */
export function flagNotAlone(argument: string, example: string): UsageError {
  return new UsageError(
    `Cannot use "${argument}": expected a flag before it, such as ${example} "${argument}"`,
  );
}

/** A flag that comes twice. */
export function flagTwice(flag: string): UsageError {
  return new UsageError(`Cannot use ${flag} twice: give it once`);
}

/** A flag without its value. */
export function flagMissingValue(flag: string, value: string): UsageError {
  return new UsageError(`Cannot use ${flag}: expected ${flag} ${value}`);
}

/** A flag with a value that takes none. */
export function flagTakesNoValue(flag: string, value: string): UsageError {
  return new UsageError(`Cannot use ${flag} "${value}": expected ${flag} without a value`);
}

/** A flag with a value that it cannot have. */
export function flagValueWrong(flag: string, value: string, expected: string): UsageError {
  return new UsageError(`Cannot use ${flag} "${value}": expected ${expected}`);
}

/** A model or data of the user's without the rest. */
export function dataNotGiven(given: string, missing: string): UsageError {
  return new UsageError(`Cannot run with ${given} alone: expected ${missing} beside it`);
}

/** No program that runs notebooks. */
export function jupyterMissing(command: string): UsageError {
  return new UsageError(
    `Cannot run the notebooks with "${command}": expected Jupyter with nbconvert; get it by "python3 -m venv .venv && .venv/bin/pip install -r .ci/jupyter.txt", then set NEGSCOPE_JUPYTER=.venv/bin/jupyter`,
  );
}

/** A file without the cells of a notebook. */
export function notebookWithoutCells(path: string): TypeError {
  return new TypeError(
    `Cannot run notebook "${path}": it has no list of cells; name files such as notebooks/01_tour.ipynb`,
  );
}

/** No notebook of that name. */
export function notebookMissing(path: string, cause: unknown): Error {
  return new Error(
    `Cannot run notebook "${path}": ${
      readingFailure(cause)
    }; name files such as notebooks/01_tour.ipynb`,
    { cause },
  );
}

/** Flags that leave no row. */
export function noRowsLeft(path: string, rows: number): UsageError {
  return new UsageError(
    `Cannot run on "${path}": --limit and --shard leave none of its ${rows} rows; take a smaller N`,
  );
}

/** What an interrupted task says; no error, since the user wanted it. */
export function interrupted(
  { resumable, overwrite }: { readonly resumable: boolean; readonly overwrite: boolean },
): string {
  if (!resumable) return "Interrupted: give the same command to start again";
  const command = overwrite ? "the same command without --overwrite" : "the same command";
  return `Interrupted: finished rows are kept; give ${command} to go on`;
}
