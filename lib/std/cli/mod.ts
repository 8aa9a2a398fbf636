/**
 * `parseArgs` of `@std/cli`, for places that cannot reach JSR.
 *
 * Names, types and results are those of the real package; its prompts and spinners are missing. CONTRIBUTING.md lists the differences
 * and says when to delete this folder.
 *
 * @module
 */

export * from "./parse_args.ts";
