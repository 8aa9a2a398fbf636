/** What an experiment can be told: each option with its default, its help, and how it is read from text and written as text. */

import { NegscopeError } from "../errors.ts";

/** One option of an experiment. */
export interface Option<Value> {
  /** What it does, in a few words. */
  readonly help: string;
  /** What stands for the value in the help; absent for a switch, which is off unless it is given. */
  readonly placeholder?: string;
  /** The value where none is given. */
  readonly standard: Value;
  /** What a value must be, for messages. */
  readonly expected: string;
  /** Reads a value; undefined where the text is none. */
  parse(text: string): Value | undefined;
  /** A value as text; undefined where there is none to write down. */
  print(value: Value): string | undefined;
}

/** The options of an experiment by name. */
export type OptionSpecs = Readonly<Record<string, Option<unknown>>>;

/** The values of an experiment's options. */
export type OptionsOf<Specs extends OptionSpecs> = {
  readonly [Name in keyof Specs]: Specs[Name] extends Option<infer Value> ? Value : never;
};

/**
 * An option with a value out of a closed set.
 *
 * @param choices The set.
 * @param spec The default, and the help.
 */
export function choice<Choice extends string>(
  choices: readonly Choice[],
  { standard, help }: { readonly standard: Choice; readonly help: string },
): Option<NoInfer<Choice>> {
  return {
    ...{ help, standard, placeholder: choices.join("|"), expected: choices.join(" or ") },
    parse: (text) => choices.find((choice) => choice === text),
    print: (value) => value,
  };
}

/**
 * An option with a list of values out of a closed set, kept in the set's order.
 *
 * @param choices The set.
 * @param spec The default, and the help.
 */
export function list<Choice extends string>(
  choices: readonly Choice[],
  { standard, help }: { readonly standard: readonly Choice[]; readonly help: string },
): Option<readonly NoInfer<Choice>[]> {
  return {
    ...{ help, standard, placeholder: "LIST", expected: `a list of ${choices.join(", ")}` },
    parse: (text) => {
      const given = text.split(",").map((part) => part.trim());
      const isKnown = (part: string) => choices.some((choice) => choice === part);
      return given.every(isKnown) ? choices.filter((choice) => given.includes(choice)) : undefined;
    },
    print: (value) => value.join(","),
  };
}

/**
 * An option with a whole number, or none.
 *
 * @param range Its bounds, and the help.
 */
export function wholeNumber(
  { min, max, help }: { readonly min: number; readonly max: number; readonly help: string },
): Option<number | undefined> {
  return {
    ...{ help, standard: undefined, placeholder: "N" },
    expected: `a whole number from ${min} to ${max}`,
    parse: (text) => {
      const value = /^\d+$/.test(text) ? Number(text) : NaN;
      return value >= min && value <= max ? value : undefined;
    },
    print: (value) => value?.toString(),
  };
}

/**
 * An option that is on or off.
 *
 * @param help What it does.
 */
export function toggle(help: string): Option<boolean> {
  return {
    ...{ help, standard: false, expected: "true or false" },
    parse: (text) => text === "true" ? true : text === "false" ? false : undefined,
    print: String,
  };
}

/**
 * The values of all options, defaults for those that are not given.
 *
 * @param specs The experiment's options.
 * @param given Some values.
 * @throws {NegscopeError} If there is no such option, or a value cannot be.
 */
export function completeOptions<Specs extends OptionSpecs>(
  specs: Specs,
  given: Readonly<Record<string, unknown>>,
): OptionsOf<Specs> {
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(specs, name));
  if (unknown !== undefined) {
    throw new NegscopeError("usage-flag-unknown", {
      problem: `Cannot use "${unknown}"`,
      subject: unknown,
      reason: "the experiment has no such option",
      expected: Object.keys(specs).join(", ") || "none",
    });
  }
  const values = Object.entries(specs).map(([name, spec]) => {
    const value = given[name];
    if (value === undefined) return [name, spec.standard] as const;
    const text = spec.print(value);
    const read = text === undefined ? undefined : spec.parse(text);
    if (read === undefined) {
      throw new NegscopeError("usage-value-wrong", {
        problem: `Cannot use ${name} "${value}"`,
        subject: String(value),
        expected: spec.expected,
      });
    }
    return [name, read] as const;
  });
  return Object.fromEntries(values) as OptionsOf<Specs>;
}

/**
 * The defaults of all options.
 *
 * @param specs The experiment's options.
 */
export function standardOptions(specs: OptionSpecs): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(specs).map(([name, { standard }]) => [name, standard]));
}

/**
 * The options as texts, as a manifest and a command line have them; one without a value is left out.
 *
 * @param specs The experiment's options.
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
