/** The kit's error class, and wordings that several messages share. Errors are made where they are thrown; lib/errors/codes explains each code. */

export * from "./errors/describe.ts";
export * from "./errors/negscope_error.ts";
export * from "./errors/visible.ts";
