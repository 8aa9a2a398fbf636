/** Reads and checks the values of flags. */

import { VENUES } from "../charts/spec.ts";
import type { Pictures } from "../draw/pictures.ts";
import { NegscopeError } from "../errors.ts";
import { type Option, wholeNumber } from "../options/option.ts";
import { PICTURE_OPTIONS } from "../runs/picture_options.ts";
import type { FlagValues } from "./flags.ts";

export function textFlag(values: FlagValues, name: string): string | undefined {
  const value = values[name];
  return typeof value === "string" ? value : undefined;
}

export function optionFlag<Value>(values: FlagValues, name: string, option: Option<Value>): Value {
  const text = textFlag(values, name);
  return text === undefined ? option.standard : readFlag(name, text, option);
}

export function readFlag<Value>(name: string, text: string, option: Option<Value>): Value {
  const value = option.parse(text);
  if (value !== undefined) return value;
  throw flagWrong(name, text, option);
}

export function numberFlag(
  values: FlagValues,
  name: string,
  range: { readonly min: number; readonly max: number },
): number | undefined {
  const text = textFlag(values, name);
  return text === undefined ? undefined : readFlag(name, text, wholeNumber({ ...range, help: "" }));
}

/** Reads a flag's list of whole numbers, in the given order. */
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

/** Reads the pictures to draw from `--format`, `--venue` and `--font`. */
export function picturesFlags(values: FlagValues): Pictures {
  const formats = values["format"] === "none"
    ? []
    : optionFlag(values, "format", PICTURE_OPTIONS.format);
  const preset = VENUES.get(optionFlag(values, "venue", PICTURE_OPTIONS.venue))!;
  const font = textFlag(values, "font");
  return { formats, preset: font === undefined ? preset : { ...preset, font } };
}

/** Refuses two of flags that each ask for something else. */
export function refuseTogether(values: FlagValues, names: readonly string[]): void {
  const [first, second] = names.filter((name) => (values[name] ?? false) !== false);
  if (second === undefined) return;
  throw new NegscopeError("usage-flags-exclusive", {
    problem: `Cannot use --${first} with --${second}`,
    subject: `--${second}`,
    expected: "one of them",
  });
}

export function flagWrong(
  name: string,
  text: string,
  { wrongPart, expected }: Pick<Option<unknown>, "wrongPart" | "expected">,
): NegscopeError {
  return valueWrong(`--${name}`, wrongPart?.(text) ?? text, expected);
}

export function valueWrong(flag: string, text: string, expected: string): NegscopeError {
  return new NegscopeError("usage-value-wrong", {
    problem: `Cannot use ${flag} "${text}"`,
    expected,
  });
}
