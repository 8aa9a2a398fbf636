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
    reason: towers.includes(tower) ? present(named, tower, name) : absent(named, tower),
    fix: "use a complete checkpoint, and the settings that belong to it",
  });
}

function present({ arrays, origins }: NamedArrays, tower: TowerName, name: string): string {
  const names = [...new Set([...origins.values()].map(({ stored }) => stored))];
  const near = names.filter((other) => ending(other) === ending(name)).slice(0, COMPARED);
  const nearest = nearestText(name, near.length > 0 ? near : names.slice(0, COMPARED));
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

function ending(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}

/** Axes by the ending of the canonical name, each by the setting that decides it; the first match counts. */
const AXES: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^text_projection\.weight$/, ["projection_dim", "text_config.hidden_size"]],
  [/^visual_projection\.weight$/, ["projection_dim", "vision_config.hidden_size"]],
  [/token_embedding\.weight$/, ["vocab_size", "hidden_size"]],
  [/^text_model\.\S+position_embedding\.weight$/, ["max_position_embeddings", "hidden_size"]],
  [/^vision_model\.\S+position_embedding\.weight$/, ["image_size or patch_size", "hidden_size"]],
  [/patch_embedding\.weight$/, ["hidden_size", "num_channels", "patch_size", "patch_size"]],
  [/mlp\.fc1\.weight$/, ["intermediate_size", "hidden_size"]],
  [/mlp\.fc1\.bias$/, ["intermediate_size"]],
  [/mlp\.fc2\.weight$/, ["hidden_size", "intermediate_size"]],
  [/_proj\.weight$/, ["hidden_size", "hidden_size"]],
  [/^(?:text|vision)_model\.encoder\.\S+$|class_embedding$|la\w+norm\.\w+$/, ["hidden_size"]],
];

/** The settings that decide an array's shape, one for each axis, as config.json names them. */
function settingsOf(name: string): readonly string[] | undefined {
  const [, settings] = AXES.find(([pattern]) => pattern.test(name)) ?? [];
  const [, tower] = /^(text|vision)_model\./.exec(name) ?? [];
  if (tower === undefined) return settings;
  return settings?.map((setting) => `${tower}_config.${setting}`);
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
