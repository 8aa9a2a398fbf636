/**
 * The assertions of `@std/assert` over `node:assert/strict`, for places that cannot reach JSR.
 *
 * Names, types and verdicts are those of the real package. CONTRIBUTING.md says when this folder goes away.
 *
 * @module
 */

export { AssertionError } from "./assertion_error.ts";
export * from "./contents.ts";
export { equal } from "./equal.ts";
export * from "./equality.ts";
export * from "./order.ts";
export * from "./throwing.ts";
export * from "./truth.ts";
