/** The changes of the model that the reader has made: which is which, and what each is called. */

import { nameOfPart, type PicturePath } from "../../../charts/circuit/sides.ts";
import type { Change, Measured } from "../../protocol.ts";

/** What two changes have in common of which only one can be there. */
export function changeKey(change: Change): string {
  switch (change.kind) {
    case "patch":
      return `patch ${change.layer} ${change.position}`;
    case "knock_out":
      return `knock_out ${change.head}`;
    case "replace":
      return `replace ${change.part}`;
    case "cut":
      return `cut ${change.from} ${change.to} ${change.by}`;
    case "direction":
      return `direction ${change.layer}`;
  }
}

export function hasChange(changes: readonly Change[], change: Change): boolean {
  return changes.some((other) => changeKey(other) === changeKey(change));
}

export function toggled(changes: readonly Change[], change: Change): readonly Change[] {
  return hasChange(changes, change) ? without(changes, change) : [...changes, change];
}

/** The changes with one in the place of its like; a direction of strength 0 is none. */
export function replaced(changes: readonly Change[], change: Change): readonly Change[] {
  if (change.kind === "direction" && change.strength === 0) return without(changes, change);
  const at = changes.findIndex((other) => changeKey(other) === changeKey(change));
  return at < 0 ? [...changes, change] : changes.with(at, change);
}

export function without(changes: readonly Change[], change: Change): readonly Change[] {
  return changes.filter((other) => changeKey(other) !== changeKey(change));
}

/** The cut of an arrow of the circuit's picture, whose MLPs have other names. */
export function cutOf({ from, to, by }: PicturePath): Change {
  const name = (end: typeof from | typeof to) => nameOfPart(end).replace("MLP", "mlp");
  return { kind: "cut", from: name(from), to: name(to), by };
}

/** A change in words; the tokens are those of the row, if it has been measured. */
export function changeText(change: Change, measured: Measured | undefined): string {
  switch (change.kind) {
    case "patch": {
      const { tokens, negated } = measured ?? {};
      const token = negated && tokens![negated][change.position]?.text;
      const where = token === undefined ? `position ${change.position}` : `“${tokenText(token)}”`;
      const layer = change.layer === 0 ? "the embedding" : `layer ${change.layer}`;
      return `Patch ${layer} at ${where}`;
    }
    case "knock_out":
      return `Knock out ${change.head}: it no longer reads the negator`;
    case "replace":
      return `Replace ${shown(change.part)} by what it has in the negated sentence`;
    case "cut":
      return `Cut ${shown(change.from)} → ${shown(change.to)}${BY[change.by]}`;
    case "direction":
      return `Add ${
        signed(change.strength, 1)
      } × the negation direction after layer ${change.layer}`;
  }
}

/** A token as the page writes it: those of the start and the end have names in angle brackets, which are long. */
export function tokenText(text: string): string {
  return /^<\|?(start|end)of/.exec(text)?.[1] ?? text;
}

const BY = { queries: " (queries)", keys: " (keys)", values: " (values)", all: "", direct: "" };

function shown(part: string): string {
  return part.replace("mlp", "MLP");
}

export function signed(value: number, digits = 2): string {
  const text = plain(Math.abs(value), digits);
  return Number(text) === 0 ? text : `${value < 0 ? "−" : "+"}${text}`;
}

export function plain(value: number, digits = 2): string {
  return value.toFixed(digits).replace(/^-(?=0(\.0*)?$)/, "").replace("-", "−");
}
