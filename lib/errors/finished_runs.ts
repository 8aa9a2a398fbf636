/** Finished runs that cannot be read or put beside the published tables. */

import { firstLine, shown } from "./wording.ts";

/** A run's folder that is not there. */
export function runMissing(folder: string): Error {
  return new Error(
    `Cannot read run "${folder}": there is no such folder; expected the folder of a finished run, such as results/trace after deno task trace`,
  );
}

/** A folder that no run was written into. */
export function runManifestMissing(folder: string): Error {
  return new Error(
    `Cannot read run "${folder}": it holds no manifest.json; expected the folder of a finished run, such as results/trace after deno task trace`,
  );
}

/** A manifest that says nothing. */
export function runManifestUnreadable(path: string, cause: unknown): SyntaxError {
  return new SyntaxError(
    `Cannot read "${path}" as a run's manifest: ${firstLine(cause)}; repeat the run`,
    { cause },
  );
}

/** A run that was stopped, or is still under way. */
export function runUnfinished(folder: string): Error {
  return new Error(
    `Cannot read run "${folder}": it is not finished; wait for it, or start it again with the same command`,
  );
}

/** A run without a table that was published. */
export function runNothingToCompare(
  folder: string,
  tables: readonly { readonly measured: string; readonly task: string }[],
): RangeError {
  const expected = new Set(tables.map(({ measured, task }) => `${measured} of deno task ${task}`));
  return new RangeError(
    `Cannot compare run "${folder}": it has no table that was published; expected ${
      [...expected].join(", ")
    }`,
  );
}

/** A trace of other activations than the published one. */
export function runSiteDiffers(folder: string, site: string, expected: string): RangeError {
  return new RangeError(
    `Cannot compare run "${folder}": its trace.csv is of site "${site}", but the published one is of "${expected}"; trace with --site ${expected}`,
  );
}

/** A table that two runs have. */
export function runTableTwice(file: string, first: string, second: string): RangeError {
  return new RangeError(
    `Cannot compare runs "${first}" and "${second}" at once: both have ${file}; name only one of them`,
  );
}

/** A table of the kit's that is no CSV. */
export function tableUnreadable(path: string, cause: unknown): SyntaxError {
  return new SyntaxError(
    `Cannot read table "${path}": ${firstLine(cause)}; restore the file as it was written`,
    { cause },
  );
}

/** A value that its column cannot hold. */
export function tableValueWrong(
  { source, row }: { readonly source: string; readonly row: number },
  { column, value, expected }: {
    readonly column: string;
    readonly value: string | undefined;
    readonly expected: string;
  },
): SyntaxError {
  const found = value === undefined ? "there is no such column" : `it is ${shown(value)}`;
  return new SyntaxError(
    `Cannot read row ${row} of table "${source}": "${column}" must be ${expected}, but ${found}; restore the file as it was written`,
  );
}

/** A row that repeats another one's cell. */
export function tableCellTwice(
  { source, row }: { readonly source: string; readonly row: number },
  first: number,
): SyntaxError {
  return new SyntaxError(
    `Cannot read row ${row} of table "${source}": row ${first} holds the same cell; restore the file as it was written`,
  );
}

/** A table that the kit should have brought along. */
export function publishedMissing(path: string, cause: unknown): Error {
  return new Error(
    `Cannot read "${path}": it belongs to the kit and holds published figures; install the kit again`,
    { cause },
  );
}

/** A published table with more or fewer cells than the paper has. */
export function publishedSizeDiffers(path: string, cells: number, expected: number): RangeError {
  return new RangeError(
    `Cannot use "${path}": expected ${expected} published figures, but it has ${cells}; install the kit again`,
  );
}

/** A published cell without its figure. */
export function publishedValueMissing(path: string, column: string): RangeError {
  return new RangeError(
    `Cannot use "${path}": expected a figure in every row, but "${column}" is empty in one; install the kit again`,
  );
}
