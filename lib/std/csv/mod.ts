/**
 * `parse` and `stringify` of `@std/csv`, for places that cannot reach JSR.
 *
 * Names, types, results and messages are those of the real package; its streams are missing. CONTRIBUTING.md lists the differences
 * and says when to delete this folder.
 *
 * @module
 */

export * from "./parse.ts";
export * from "./stringify.ts";
