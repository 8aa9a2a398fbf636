/** The files of two results of one model, and whether it is one model. */

import type { FileDigest, Sources } from "../../reading/sources.ts";
import { distinctFiles } from "../write_comparison.ts";

/** The files of both. */
export function bothSources(first: Sources, second: Sources): Sources {
  return {
    model: distinctFiles([...first.model, ...second.model]),
    data: distinctFiles([...first.data, ...second.data]),
  };
}

/** Whether two results are of one model: one of them may have read the files of the image tower too, and so have more. */
export function isOneModel(first: readonly FileDigest[], second: readonly FileDigest[]): boolean {
  const [fewer, more] = first.length < second.length ? [first, second] : [second, first];
  const all = new Set(more.map(({ file, sha256 }) => `${file} ${sha256}`));
  return fewer.every(({ file, sha256 }) => all.has(`${file} ${sha256}`));
}
