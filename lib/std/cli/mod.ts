/**
 * `parseArgs` of `@std/cli`, for places that cannot reach JSR.
 *
 * Names, types and results are those of the real package, whose prompts and spinners are missing. CONTRIBUTING.md has what differs
 * and when this folder goes away.
 *
 * @module
 */

export * from "./parse_args.ts";
