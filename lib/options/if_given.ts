/** Options that say whether they were given, for experiments that refuse them beside others. */

import type { Option } from "./option.ts";

/**
 * Makes an option that has a value only if it is given; its default is then completed by the experiment.
 *
 * @param words Its help and its placeholder, if they are others. @default {its own, and the default}
 * @returns An option whose value is undefined unless it is given.
 */
export function ifGiven<Value>(
  option: Option<Value>,
  words: Partial<Pick<Option<Value>, "help" | "placeholder">> = {},
): Option<Value | undefined> {
  return {
    ...option,
    help: `${option.help} (default: ${option.print(option.standard)})`,
    ...words,
    standard: undefined,
    print: (value) => value === undefined ? undefined : option.print(value),
  };
}
