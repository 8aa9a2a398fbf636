/** Checks the values of options, adds defaults, reads values from texts and writes them as texts. */

import { NegscopeError, shown } from "../errors.ts";
import { nearestName } from "../errors/nearest.ts";
import type { Files } from "../reading/files.ts";
import type { Option, OptionsOf, OptionSpecs } from "./option.ts";

/**
 * Completes given values with the defaults of the other options. A text is replaced with the value that it is read as.
 *
 * @param specs The options.
 * @param given Some values.
 * @param files The way to read files that texts among them name. @default {none}
 * @throws {NegscopeError} If an option does not exist or cannot have its value.
 */
export function completeOptions<Specs extends OptionSpecs>(
  specs: Specs,
  given: Readonly<Record<string, unknown>>,
  files?: Files,
): OptionsOf<Specs> {
  checkNames(given, Object.keys(specs));
  const values = Object.entries(specs).map(([name, spec]) => {
    const value = given[name];
    return [
      name,
      value === undefined ? spec.standard : checkedValue(name, value, spec, files),
    ] as const;
  });
  return Object.fromEntries(values) as OptionsOf<Specs>;
}

/**
 * Checks that each given option exists.
 *
 * @param given Values by the names of options.
 * @param known The names that exist.
 * @throws {NegscopeError} If one does not; the message suggests the nearest names.
 */
export function checkNames(given: object, known: readonly string[]): void {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new NegscopeError("value-wrong", {
      problem: `Cannot use options ${shown(given)}`,
      expected: "an object with values by the names of options",
    });
  }
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const nearest = nearestName(unknown, known);
  throw new NegscopeError("name-unknown", {
    problem: `Cannot use option "${unknown}"`,
    subject: unknown,
    reason: "there is no such option",
    expected: known.join(", ") || "none",
    fix: nearest && `the nearest is "${nearest}"`,
  });
}

/**
 * Checks a value of an option.
 *
 * @param name The option's name.
 * @param value The value, or a text to read it from.
 * @param spec The option.
 * @param files The way to read a file that the text names. @default {none}
 * @throws {NegscopeError} If the option cannot have this value.
 */
export function checkedValue<Value>(
  name: string,
  value: unknown,
  spec: Option<Value>,
  files?: Files,
): Value {
  const text = typeof value === "string" ? value : spec.print(value as Value);
  const read = typeof text === "string" ? spec.parse(text, files) : undefined;
  if (read !== undefined) return read;
  throw new NegscopeError("value-wrong", {
    problem: `Cannot use ${name} ${typeof value === "number" ? value : shown(value)}`,
    subject: String(value),
    expected: spec.expected,
  });
}

/**
 * Reads options from texts, as in a command line or a manifest.
 *
 * @param specs The options.
 * @param texts Texts by option name; a switch may be given as a boolean.
 * @param how Makes the error for a text that is not a value, and the way to read files that texts name.
 * @returns The values of all options, with defaults for those without a text.
 */
export function readOptions<Specs extends OptionSpecs>(
  specs: Specs,
  texts: Readonly<Record<string, unknown>>,
  { wrong, files }: {
    readonly wrong: (name: string, text: string, spec: Option<unknown>) => Error;
    readonly files?: Files;
  },
): OptionsOf<Specs> {
  const values = Object.entries(specs).map(([name, spec]) => {
    const given = texts[name];
    if (given === undefined) return [name, spec.standard] as const;
    const value = spec.parse(String(given), files);
    if (value === undefined) throw wrong(name, String(given), spec);
    return [name, value] as const;
  });
  return Object.fromEntries(values) as OptionsOf<Specs>;
}

/**
 * Returns the defaults of all options.
 *
 * @param specs The options.
 */
export function standardOptions(specs: OptionSpecs): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(specs).map(([name, { standard }]) => [name, standard]));
}

/**
 * Writes options as texts, as in a manifest or a command line; options without a value are left out.
 *
 * @param specs The options.
 * @param values Their values.
 */
export function printOptions(
  specs: OptionSpecs,
  values: Readonly<Record<string, unknown>>,
): Record<string, string> {
  const texts = Object.entries(specs).flatMap(([name, spec]) => {
    const text = spec.print(values[name]);
    return text === undefined ? [] : [[name, text]];
  });
  return Object.fromEntries(texts);
}
