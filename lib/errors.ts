/**
 * Every message that a user can see, as functions that make the error to throw; one file in lib/errors for each theme.
 *
 * A message is in sentence case without a final full stop. It says what could not be done, quotes the value, and says what was
 * expected and what to do. `TypeError` is for a wrong type or shape, `RangeError` for a wrong value, `SyntaxError` for unreadable text.
 */

export * from "./errors/downloads.ts";
export * from "./errors/finished_runs.ts";
export * from "./errors/folders.ts";
export * from "./errors/hooks.ts";
export * from "./errors/model_folder.ts";
export * from "./errors/onnx.ts";
export * from "./errors/pairs.ts";
export * from "./errors/reports.ts";
export * from "./errors/shards.ts";
export * from "./errors/statistics.ts";
export * from "./errors/sweeps.ts";
export * from "./errors/threads.ts";
export * from "./errors/towers.ts";
export * from "./errors/usage.ts";
