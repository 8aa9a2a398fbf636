/** Checks the values of options, adds defaults, reads values from texts and writes them as texts. */

import { NegscopeError, shown, wrongValue } from "../errors/errors.ts";
import { nearestName } from "../errors/kinds.ts";
import type { Files } from "../reading/files.ts";
import type { Option, OptionsOf, OptionSpecs } from "./option.ts";

/** Completes given values with the defaults of the other options. A text is replaced with the value that it is read as. */
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

export function checkNames(given: object, known: readonly string[]): void {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw wrongValue("use options", given, "an object with values by the names of options");
  }
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const nearest = nearestName(unknown, known);
  throw new NegscopeError("name-unknown", {
    problem: `Cannot use option "${unknown}"`,
    reason: "there is no such option",
    expected: known.join(", ") || "none",
    fix: nearest && `the nearest is "${nearest}"`,
  });
}

/** Checks a value of an option; without `files`, no text can name a file. */
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

export function standardOptions(specs: OptionSpecs): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(specs).map(([name, { standard }]) => [name, standard]));
}

/** Writes options as texts, as in a manifest or a command line; options without a value are left out. */
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
