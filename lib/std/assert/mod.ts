/**
 * The assertions of `@std/assert`, for places that cannot reach JSR.
 *
 * Names, types, verdicts and messages are those of the real package, except that the difference of two texts marks lines, not words.
 * CONTRIBUTING.md has what differs and when this folder goes away.
 *
 * @module
 */

export * from "./assertion_error.ts";
export * from "./contents.ts";
export * from "./equal.ts";
export * from "./equality.ts";
export * from "./instances.ts";
export * from "./object_match.ts";
export * from "./order.ts";
export * from "./throwing.ts";
export * from "./truth.ts";
