/** Options that say whether they were given, for experiments that refuse them beside others. */

import type { Option } from "./option.ts";

/**
 * Makes an option that has a value only if it is given; its default is then completed by the experiment.
 *
 * @param option The option.
 * @returns An option whose value is undefined unless it is given; its help names the default.
 */
export function ifGiven<Value>(option: Option<Value>): Option<Value | undefined> {
  return {
    ...option,
    help: `${option.help} (default: ${option.print(option.standard)})`,
    standard: undefined,
    print: (value) => value === undefined ? undefined : option.print(value),
  };
}
