/** The values of flags, read and checked. */

import { type Preset, VENUES } from "../charts/venues.ts";
import { PICTURE_FORMATS, type PictureFormat, type Pictures } from "../draw/pictures.ts";
import type { Shard } from "../subject/inputs.ts";
import { NegscopeError } from "../../lib/errors.ts";
import type { FlagValues } from "./flags.ts";

/** A flag's text, if it is given or has a default. */
export function textFlag(values: FlagValues, name: string): string | undefined {
  const value = values[name];
  return typeof value === "string" ? value : undefined;
}

/**
 * A flag's whole number.
 *
 * @throws {NegscopeError} If it is no whole number within the range.
 */
export function numberFlag(
  values: FlagValues,
  name: string,
  { min, max }: { readonly min: number; readonly max: number },
): number | undefined {
  const text = textFlag(values, name);
  if (text === undefined) return undefined;
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (value >= min && value <= max) return value;
  throw valueWrong(`--${name}`, text, `a whole number from ${min} to ${max}`);
}

/**
 * A flag's list of whole numbers, in the order given.
 *
 * @throws {NegscopeError} If one is no whole number within the range.
 */
export function numbersFlag(
  values: FlagValues,
  name: string,
  { min, max }: { readonly min: number; readonly max: number },
): number[] {
  const texts = (textFlag(values, name) ?? "").split(",").map((part) => part.trim());
  return texts.map((text) => {
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    if (value >= min && value <= max) return value;
    throw valueWrong(`--${name}`, text, `whole numbers from ${min} to ${max}, such as 1,4,16`);
  });
}

/**
 * A flag's value out of a closed set.
 *
 * @throws {NegscopeError} If it is none of them.
 */
export function choiceFlag<Choice extends string>(
  values: FlagValues,
  name: string,
  choices: readonly Choice[],
): Choice {
  const text = textFlag(values, name) ?? "";
  const found = choices.find((choice) => choice === text);
  if (found === undefined) throw valueWrong(`--${name}`, text, choices.join(" or "));
  return found;
}

/**
 * A flag's list of values out of a closed set, in the set's order.
 *
 * @throws {NegscopeError} If the list has another value or none.
 */
export function listFlag<Choice extends string>(
  values: FlagValues,
  name: string,
  choices: readonly Choice[],
): Choice[] {
  const text = textFlag(values, name) ?? "";
  const given = text.split(",").map((part) => part.trim());
  const wrong = given.find((part) => !choices.some((choice) => choice === part));
  if (wrong !== undefined) {
    throw valueWrong(`--${name}`, wrong, `a list of ${choices.join(", ")}`);
  }
  return choices.filter((choice) => given.includes(choice));
}

/**
 * The pictures that `--format` and `--venue` ask for.
 *
 * @throws {NegscopeError} If a format or the venue is not known.
 */
export function picturesFlags(values: FlagValues): Pictures {
  return { formats: formatsFlag(values), preset: venueFlag(values) };
}

function formatsFlag(values: FlagValues): readonly PictureFormat[] {
  return textFlag(values, "format") === "none" ? [] : listFlag(values, "format", PICTURE_FORMATS);
}

function venueFlag(values: FlagValues): Preset {
  return VENUES.get(choiceFlag(values, "venue", [...VENUES.keys()]))!;
}

/**
 * The shard that `--shard K/N` names.
 *
 * @throws {NegscopeError} If it is not K/N with K from 1 to N.
 */
export function shardFlag(values: FlagValues): Shard | undefined {
  const text = textFlag(values, "shard");
  if (text === undefined) return undefined;
  const [, k, n] = /^([1-9]\d*)\/([1-9]\d*)$/.exec(text) ?? [];
  if (k === undefined || Number(k) > Number(n)) {
    throw valueWrong("--shard", text, "K/N with K from 1 to N, such as 1/4");
  }
  return { k: Number(k), n: Number(n) };
}

/**
 * The error for a flag with a value that it cannot have.
 *
 * @param flag The flag, with its minus signs.
 * @param text The value.
 * @param expected What it must be.
 */
export function valueWrong(flag: string, text: string, expected: string): NegscopeError {
  return new NegscopeError("usage-value-wrong", {
    problem: `Cannot use ${flag} "${text}"`,
    subject: text,
    expected,
  });
}
