/** In which weights two models differ, and by how much: whether a checkpoint is really tuned, and where. */

import { sumOf } from "../stats/columns.ts";
import { NegscopeError } from "../errors/errors.ts";
import type { Weights } from "../engine/weights/weights.ts";
import type { ClipModel } from "../model/clip_model.ts";
import { textTable } from "../tables/text_table.ts";

/** Compares the weights of two models by name, whatever form their files have; changes are relative to the first. */
export async function weightDifferences(own: ClipModel, other: ClipModel) {
  const found = [];
  for (const { weights, tower: { kind } } of own.towers) {
    found.push({ tower: kind, ...await towerDifferences(weights, other[kind].weights) });
  }
  return found;
}

/** The weights that differ at all, the largest change first, the change of all together, and the weights that one of both does not store separately. */
async function towerDifferences(own: Weights, other: Weights) {
  const names = [...new Set([...own.names, ...other.names])];
  const isThere = (name: string, { names, unreachable }: Weights) =>
    names.includes(name) && !unreachable.has(name);
  const unread = names.filter((name) => !isThere(name, own) || !isThere(name, other));
  const all: ({ readonly name: string } & ReturnType<typeof difference>)[] = [];
  for (const name of names.filter((name) => !unread.includes(name))) {
    const [a, b] = [await own.get(name), await other.get(name)];
    if (a.shape.join() !== b.shape.join()) {
      throw new NegscopeError("sizes-differ", {
        problem: "Cannot compare the weights of these models",
        subject: name,
        reason: `${name} is [${a.shape.join(", ")}] in one and [${
          b.shape.join(", ")
        }] in the other`,
        expected: "models of the same architecture",
      });
    }
    all.push({ name, ...difference(a.data, b.data) });
  }
  const different = all.filter(({ largest }) => largest !== 0).toSorted((a, b) =>
    b.change - a.change
  );
  const [squares, changes] = [0, 1].map((i) => sumOf(all.map(({ sums }) => sums[i]!)));
  const change = Math.sqrt(changes! / squares!);
  return { different, change, equal: all.length - different.length, unread };
}

/** Whether a number is another in half precision, but for what single precision adds. */
function isHalf(half: number, value: number): boolean {
  return Math.abs(half - Math.f16round(value)) <= 2 ** -22 * Math.abs(value);
}

/**
 * How a weight differs: |other - own| / |own|, by the square root of the sum of squares, of a weight of zeros Infinity; the sums of squares of
 * the numbers and of their changes; the largest change; whether the other's numbers may be these, rounded to half precision.
 */
function difference(own: Float32Array, other: Float32Array) {
  let [squares, changes, largest, isRounded] = [0, 0, 0, true];
  for (let i = 0; i < own.length; i++) {
    const change = Math.abs(other[i]! - own[i]!);
    squares += own[i]! ** 2;
    changes += change ** 2;
    largest = Math.max(largest, change);
    isRounded &&= isHalf(own[i]!, other[i]!) || isHalf(other[i]!, own[i]!);
  }
  return {
    change: Math.sqrt(changes / squares),
    sums: [squares, changes] as const,
    largest,
    isRounded,
  };
}

const MOST_LISTED = 8;

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`;
}

/** What differs, in a screen: a sentence for each tower, and the matrices that differ most. */
export function differencesText(
  towers: Awaited<ReturnType<typeof weightDifferences>>,
  { own, other }: { readonly own: string; readonly other: string },
): string {
  const sentences = towers.map(({ tower, different, change, equal, unread }) => {
    const total = different.length + equal;
    const rest = unread.length === 0 ? "" : `; ${unread.length} cannot be read from both`;
    if (total === 0) return `${tower} tower: no array can be read from both models.`;
    if (different.length === 0) return `${tower} tower: all ${total} arrays are equal${rest}.`;
    const rounded = different.every(({ isRounded }) => isRounded);
    const by = rounded ? "only by rounding to half precision" : `by ${percent(change)} in all`;
    return `${tower} tower: ${different.length} of ${total} arrays differ, ${by}${rest}.`;
  });
  const changed = towers.flatMap(({ different }) => different)
    .filter(({ isRounded }) => !isRounded);
  const matrices = changed.filter(({ name }) => /\bW_\w+$/.test(name)); // biases near 0 change by any factor
  const listed = (matrices.length > 0 ? matrices : changed)
    .toSorted((a, b) => b.change - a.change).slice(0, MOST_LISTED);
  const rows = listed.map(({ name, change, largest }) => ({
    array: name,
    change: Number.isNaN(change)
      ? "not finite"
      : Number.isFinite(change)
      ? percent(change)
      : "from 0",
    largest: largest.toPrecision(3),
  }));
  return [
    `Arrays of ${other}, compared with those of ${own}:`,
    ...sentences,
    ...listed.length === 0 ? [] : [
      "",
      `The largest changes${
        matrices.length > 0 ? " of matrices" : ""
      } (change: Frobenius norm of the\ndifference by that of the array; largest: the largest change of a number):`,
      textTable({ name: "arrays", columns: ["array", "change", "largest"], rows }).trimEnd(),
    ],
  ].join("\n");
}
