/** An array that an architecture needs, checked. */

import type { StoredArray } from "../../checkpoint/stored_array.ts";
import { NegscopeError, shown } from "../../errors.ts";
import { nearestText } from "../../errors/nearest.ts";
import { settingsOf } from "./axes.ts";
import { blocksIn } from "./blocks.ts";
import type { NamedArrays, TowerName } from "./named_arrays.ts";
import { foreignKind } from "./refusals.ts";
import { REAL } from "./real.ts";
import { inFile } from "./stored_names.ts";

const COMPARED = 1000; // names; a model has a few hundred

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
    reason: `its shape is [${shapeOf(array.shape).join(", ")}]${
      disagreement(name, array.shape, shape)
    }`,
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
    subject: name,
    ...parts,
  });
}

/** The setting that the first differing axis contradicts, if it is known. */
function disagreement(name: string, found: readonly number[], shape: readonly number[]): string {
  const settings = settingsOf(name);
  if (settings?.length !== found.length || found.length !== shape.length) return "";
  const axis = found.findIndex((size, i) => size !== shape[i]);
  return `, which contradicts "${settings[axis]}"`;
}

function missing(named: NamedArrays, canonical: string): NegscopeError {
  const { source, towers } = named;
  const { name } = inFile(named, canonical);
  const tower = /^(?:text_|logit_)/.test(canonical) ? "text" : "image";
  return new NegscopeError("model-files-differ", {
    problem: `Cannot find array "${name}" in "${source}"`,
    subject: name,
    reason: towers.includes(tower) ? present(named, tower, name) : absent(named, tower),
    fix: "use a complete checkpoint, and the settings that belong to it",
  });
}

function present({ arrays, origins }: NamedArrays, tower: TowerName, name: string): string {
  const names = [...new Set([...origins.values()].map(({ stored }) => stored))];
  const near = names.filter((other) => ending(other) === ending(name)).slice(0, COMPARED);
  const nearest = nearestText(name, near.length > 0 ? near : names.slice(0, COMPARED));
  const { count } = blocksIn(arrays.keys(), tower);
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

function ending(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}
