/** The error that the kit throws, and wordings that several messages share. An error is made where it is thrown; lib/errors/codes explains each code. */

export * from "./errors/describe.ts";
export * from "./errors/negscope_error.ts";
