/** Folders that hold something else. */

/** An output folder with files of the names to be written, but of no run. */
export function folderHoldsFiles(path: string, names: readonly string[]): Error {
  return new Error(
    `Cannot write into "${path}": it holds ${
      names.join(", ")
    } without a manifest.json; choose another folder with --out, or --overwrite`,
  );
}

/** An output folder with another run. */
export function folderHoldsOtherRun(path: string, difference: string): Error {
  return new Error(
    `Cannot write into "${path}": it holds another run, ${difference}; choose another folder with --out, or --overwrite`,
  );
}
