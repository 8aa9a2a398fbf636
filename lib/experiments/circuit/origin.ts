/** What a circuit was chosen and measured on: files of a model and of data, and rows. */

import { sha256Text } from "../../reading/sha256.ts";
import type { FileDigest, Sources } from "../../reading/path.ts";

/** Whether something is the same as in another run; empty if that is unknown. */
export type SameOrOther = "same" | "other" | "";

/** What a circuit is scored on. */
export type ScoredOn = "chosen" | "same_data" | "other" | "";

/** A model and rows, by checksums. */
export interface Origin extends Sources {
  /** The checksum of the rows' ids, as {@linkcode idsDigest} has it. */
  readonly rows: string;
}

/** The SHA-256 of the ids of rows, one a line, in their order. */
export function idsDigest(ids: readonly string[]): string {
  return sha256Text(ids.map((id) => `${JSON.stringify(id)}\n`).join(""));
}

/** Whether another run had the same model and rows. */
export function sameAs(
  there: Partial<Origin> | undefined,
  here: Origin,
): { readonly model_there: SameOrOther; readonly rows_there: SameOrOther } {
  const { model, data, rows } = there ?? {};
  return {
    model_there: model === undefined ? "" : said(hasAll(model, here.model)),
    rows_there: data === undefined || rows === undefined
      ? ""
      : said(rows === here.rows && areSame(data, here.data)),
  };
}

/** Whether a circuit is scored on what it was chosen on. */
export function scoredOn(chosenOn: Partial<Origin> | undefined, here: Origin): ScoredOn {
  const { model_there, rows_there } = sameAs(chosenOn, here);
  if (model_there === "" || rows_there === "") return "";
  if (model_there === "other" || !areSame(chosenOn!.data!, here.data)) return "other";
  return rows_there === "same" ? "chosen" : "same_data";
}

function said(isSame: boolean): SameOrOther {
  return isSame ? "same" : "other";
}

/** Whether a run had all files of a model, whatever their names; without images the image tower's are not among them. */
function hasAll(there: readonly FileDigest[], model: readonly FileDigest[]): boolean {
  const sums = new Set(there.map(({ sha256 }) => sha256));
  return model.length === 0 ? there.length === 0 : model.every(({ sha256 }) => sums.has(sha256));
}

/** Whether files have the same content, whatever their names. */
function areSame(some: readonly FileDigest[], others: readonly FileDigest[]): boolean {
  const sums = (files: readonly FileDigest[]) => files.map(({ sha256 }) => sha256).sort().join();
  return sums(some) === sums(others);
}
