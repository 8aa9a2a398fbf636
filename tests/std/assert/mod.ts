/**
 * The assertions of `@std/assert`, for places that cannot reach JSR.
 *
 * The assertions that the tests use have the names, types, verdicts and messages of the real package, except that the difference of two texts marks lines, not words.
 * CONTRIBUTING.md has what differs and when this folder goes away.
 *
 * @module
 */

export * from "./assertion_error.ts";
export * from "./contents.ts";
export * from "./equality.ts";
export * from "./instances.ts";
export * from "./order.ts";
export * from "./throwing.ts";
export * from "./truth.ts";
