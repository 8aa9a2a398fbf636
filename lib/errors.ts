/**
 * The error that the kit throws, and the words that its texts share. An error is made where it is thrown; lib/errors/codes explains each.
 *
 * The message functions below are from before: the rooms that still use them throw them until they are converted.
 */

export * from "./errors/describe.ts";
export * from "./errors/negscope_error.ts";

export * from "./errors/downloads.ts";
export * from "./errors/finished_runs.ts";
export * from "./errors/folders.ts";
export * from "./errors/hooks.ts";
export * from "./errors/model_folder.ts";
export * from "./errors/reports.ts";
export * from "./errors/shards.ts";
export * from "./errors/sweeps.ts";
export * from "./errors/towers.ts";
export * from "./errors/usage.ts";
