/** Reads and checks the values of flags. */

import { type Preset, VENUES } from "../charts/venues.ts";
import type { PictureFormat, Pictures } from "../draw/pictures.ts";
import { NegscopeError } from "../errors.ts";
import { type Option, wholeNumber } from "../options/option.ts";
import { PICTURE_OPTIONS } from "../runs/picture_options.ts";
import { type FlagName, flagSet, type FlagValues } from "./flags.ts";

/** The text of a flag that is given or has a default. */
export function textFlag(values: FlagValues, name: string): string | undefined {
  const value = values[name];
  return typeof value === "string" ? value : undefined;
}

/**
 * The values of a flag that may be given several times, at least one.
 *
 * @throws {NegscopeError} If it is not given.
 */
export function listFlag(values: FlagValues, name: FlagName): readonly string[] {
  const list = values[name];
  if (Array.isArray(list) && list.length > 0) return list;
  throw new NegscopeError("usage-value-missing", {
    problem: `Cannot run without --${name}`,
    subject: `--${name}`,
    expected: `one or more --${name} ${flagSet(name)[name]!.value}`,
  });
}

/**
 * The sentences among a task's arguments without a flag.
 *
 * @throws {NegscopeError} If one is empty.
 */
export function sentencesOf({ operands = [] }: FlagValues): readonly string[] {
  const empty = operands.find((sentence) => sentence.trim() === "");
  if (empty === undefined) return operands;
  throw new NegscopeError("usage-value-wrong", {
    problem: `Cannot use sentence "${empty}"`,
    subject: empty,
    expected: "a text that is not empty",
  });
}

/**
 * Reads a flag's value with its option.
 *
 * @throws {NegscopeError} If the option cannot have this value.
 */
export function readFlag<Value>(name: string, text: string, option: Option<Value>): Value {
  const value = option.parse(text);
  if (value !== undefined) return value;
  throw flagWrong(name, text, option);
}

/**
 * Reads a flag's whole number.
 *
 * @throws {NegscopeError} If it is not a whole number within the range.
 */
export function numberFlag(
  values: FlagValues,
  name: string,
  range: { readonly min: number; readonly max: number },
): number | undefined {
  const text = textFlag(values, name);
  return text === undefined ? undefined : readFlag(name, text, wholeNumber({ ...range, help: "" }));
}

/**
 * Reads a flag's list of whole numbers, in the given order.
 *
 * @throws {NegscopeError} If one of them is not a whole number within the range.
 */
export function numbersFlag(
  values: FlagValues,
  name: string,
  { min, max }: { readonly min: number; readonly max: number },
): number[] {
  const texts = (textFlag(values, name) ?? "").split(",").map((part) => part.trim());
  const { parse } = wholeNumber({ min, max, help: "" });
  return texts.map((text) => {
    const value = parse(text);
    if (value !== undefined) return value;
    throw valueWrong(`--${name}`, text, `whole numbers from ${min} to ${max}, such as 1,4,16`);
  });
}

/**
 * Reads the pictures to draw from `--format` and `--venue`.
 *
 * @throws {NegscopeError} If a format or the venue is not known.
 */
export function picturesFlags(values: FlagValues): Pictures {
  return { formats: formatsFlag(values), preset: venueFlag(values) };
}

function formatsFlag(values: FlagValues): readonly PictureFormat[] {
  const text = textFlag(values, "format")!;
  return text === "none" ? [] : readFlag("format", text, PICTURE_OPTIONS.format);
}

function venueFlag(values: FlagValues): Preset {
  return VENUES.get(readFlag("venue", textFlag(values, "venue")!, PICTURE_OPTIONS.venue))!;
}

/**
 * The error for a flag with a text that its option cannot have; it names the part that is wrong.
 *
 * @param name The flag, without its minus signs.
 * @param text The text.
 * @param option The option.
 */
export function flagWrong(
  name: string,
  text: string,
  { wrongPart, expected }: Pick<Option<unknown>, "wrongPart" | "expected">,
): NegscopeError {
  return valueWrong(`--${name}`, wrongPart?.(text) ?? text, expected);
}

/**
 * Makes the error for a flag with a value that it cannot have.
 *
 * @param flag The flag, with its hyphens.
 * @param text The value.
 * @param expected What the value must be.
 */
export function valueWrong(flag: string, text: string, expected: string): NegscopeError {
  return new NegscopeError("usage-value-wrong", {
    problem: `Cannot use ${flag} "${text}"`,
    subject: text,
    expected,
  });
}
