/**
 * `parseArgs` of `@std/cli` over minimist, for places that cannot reach JSR.
 *
 * Names, types and results are those of the real package for the options listed here, but that dotted names are not typed,
 * an undeclared `--no-x` is the text "true", and `--x=` is an empty value. CONTRIBUTING.md says when this folder goes away.
 *
 * @module
 */

export { parseArgs } from "./parse_args.ts";
export type { Args, ParseOptions } from "./types.ts";
