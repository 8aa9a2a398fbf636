/**
 * `parse` and `stringify` of `@std/csv` over csv-parse and csv-stringify, for places that cannot reach JSR.
 *
 * Names, types and results are those of the real package, but for the streams and `lazyQuotes`, and errors name the line without
 * the column. CONTRIBUTING.md says when this folder goes away.
 *
 * @module
 */

export * from "./parse.ts";
export * from "./stringify.ts";
