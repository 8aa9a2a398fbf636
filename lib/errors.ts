/** The error that the kit throws, and the words that its texts share. An error is made where it is thrown; lib/errors/codes explains each. */

export * from "./errors/describe.ts";
export * from "./errors/nearest.ts";
export * from "./errors/negscope_error.ts";
