/** An array that an architecture needs, checked; errors have the name by which a user finds it in the file. */

import type { StoredArray } from "../../checkpoint/stored_array.ts";
import { NegscopeError, shown } from "../../errors/errors.ts";
import { nearestText } from "../../errors/kinds.ts";
import {
  foreignKind,
  HUGGING_FACE,
  type NamedArrays,
  OPENAI,
  type Origin,
  REAL,
  type TowerName,
} from "./conventions.ts";

/** An array by its canonical name. Messages have the name and the shape of the array of the file that holds it. */
export function requireArray(
  named: NamedArrays,
  name: string,
  shape?: readonly number[],
): StoredArray {
  const array = named.arrays.get(name);
  if (array === undefined) throw missing(named, name);
  if (!REAL.includes(array.type)) {
    throw wrong(named, name, {
      reason: `its numbers are stored as ${array.type}`,
      expected: `one of ${REAL.join(", ")}`,
      fix: "use weights that are not quantised",
    });
  }
  const fits = shape === undefined ||
    shape.length === array.shape.length && shape.every((size, axis) => size === array.shape[axis]);
  if (fits) return array;
  const { shapeOf } = inFile(named, name);
  throw wrong(named, name, {
    reason: `its shape is [${shapeOf(array.shape).join(", ")}]`,
    expected: `[${shapeOf(shape).join(", ")}]`,
    fix: "take the weights and the settings from the same model",
  });
}

function wrong(
  named: NamedArrays,
  canonical: string,
  parts: { readonly reason: string; readonly expected: string; readonly fix: string },
): NegscopeError {
  const { name } = inFile(named, canonical);
  return new NegscopeError("model-files-differ", {
    problem: `Cannot use array "${name}" of "${named.source}"`,
    ...parts,
  });
}

function missing(named: NamedArrays, canonical: string): NegscopeError {
  const { source, towers } = named;
  const { name } = inFile(named, canonical);
  const tower = /^(?:text_|logit_)/.test(canonical) ? "text" : "image";
  return new NegscopeError("model-files-differ", {
    problem: `Cannot find array "${name}" in "${source}"`,
    reason: towers.includes(tower) ? present(named, tower, name) : absent(named, tower),
    fix: "use a complete checkpoint, and the settings that belong to it",
  });
}

function present({ arrays, origins }: NamedArrays, tower: TowerName, name: string): string {
  const names = [...new Set([...origins.values()].map(({ stored }) => stored))];
  const nearest = nearestText(name, names);
  const count = blocksIn(arrays.keys(), tower);
  return `the ${tower} tower has ${count} ${
    count === 1 ? "block" : "blocks"
  }; the nearest names are ${nearest}`;
}

function absent({ foreign }: NamedArrays, tower: TowerName): string {
  const other = foreign[tower];
  return other === undefined
    ? `the checkpoint has no ${tower} tower`
    : `its ${tower} tower is ${foreignKind(other)}: it has ${shown(other)}`;
}

function blocksIn(names: Iterable<string>, tower: TowerName): number {
  const module = tower === "text" ? "text_model" : "vision_model";
  const pattern = new RegExp(`^${module}\\.encoder\\.layers\\.(\\d+)\\.`);
  return new Set([...names].flatMap((name) => pattern.exec(name)?.[1] ?? [])).size;
}

/** The array of a file that holds the one of a canonical name; or, if there is none, the one that the convention of its names calls for. */
export function inFile(
  named: Pick<NamedArrays, "origins" | "naming" | "prefix" | "textPrefix">,
  canonical: string,
): {
  readonly name: string;
  readonly shapeOf: (shape: readonly number[]) => readonly number[];
} {
  const { stored, kind } = named.origins.get(canonical) ?? called(named, canonical);
  return {
    name: stored,
    shapeOf: (shape) => {
      if (kind === "transposed") return shape.toReversed();
      const [first = 0, ...others] = shape;
      return kind === "fused" ? [3 * first, ...others] : shape;
    },
  };
}

function called(
  { naming, prefix, textPrefix }: Pick<NamedArrays, "naming" | "prefix" | "textPrefix">,
  canonical: string,
): Origin {
  const { name, kind } = (naming === "OpenAI" ? OPENAI : HUGGING_FACE).storedAs(canonical);
  return { stored: `${/^text_/.test(canonical) ? textPrefix : prefix}${name}`, kind };
}
