/** The kit's error class, errors of one wording, and wordings that several messages share. lib/errors/codes explains each code. */

export * from "./kinds.ts";
export * from "./negscope_error.ts";
