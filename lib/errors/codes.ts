/** Every error of the kit by its code: one cause, as a user would look it up, with its fix. docs/errors.md is generated from this list. */

import { DATA_CODES } from "./codes/data.ts";
import { FILE_CODES } from "./codes/files.ts";
import { LIBRARY_CODES } from "./codes/library.ts";
import { MODEL_CODES } from "./codes/models.ts";

/** A theme and its errors: a section of docs/errors.md. */
export interface Section {
  readonly title: string;
  /** The text before the errors; may be empty. */
  readonly intro: string;
  /** Why each error happens and what to do about it, in the order of the page. */
  readonly codes: Readonly<Record<string, readonly [cause: string, fix: string]>>;
}

export const SECTIONS = [
  ...FILE_CODES,
  ...MODEL_CODES,
  ...DATA_CODES,
  ...LIBRARY_CODES,
] as const satisfies readonly Section[];

type CodeOf<Part> = Part extends { readonly codes: infer Codes } ? keyof Codes : never;

/**
 * The code of an error, such as `name-unknown`: a heading of docs/errors.md. Codes for wrong use of a task begin with `usage-`.
 *
 * @internal
 */
export type ErrorCode = CodeOf<typeof SECTIONS[number]>;
