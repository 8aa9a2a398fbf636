/** The kinds of options that an experiment can have. */

export { jsonFile, type JsonFileOption } from "../options/option.ts";
export { amount, choice, freeText, list, numbers, toggle, wholeNumber } from "../options/option.ts";
