/** Edits of weights, as other numbers for the weights of a text tower. */

import type { ChangedWeight } from "../engine/weights/changed_weights.ts";
import type { Weights } from "../engine/weights/weights.ts";
import type { Edit, MapEdit, ScaleEdit, TransplantEdit } from "./edit.ts";
import { NegscopeError } from "../errors.ts";
import { expandHookNames } from "../hooks/cache.ts";
import { readNode } from "../tables/nodes.ts";

/**
 * The weights that an edit of kind `scale`, `map` or `transplant` changes, read from the tower and changed; none for other kinds, and at
 * strength 0. A transplant takes from the weights of another model.
 */
export async function weightChanges(
  edit: Edit,
  weights: Weights,
  other?: Weights,
): Promise<ChangedWeight[]> {
  if (edit.strength === 0) return [];
  if (edit.kind === "scale") return await scaled(edit, weights);
  if (edit.kind === "transplant") return await transplanted(edit, weights, other!);
  return edit.kind === "map" ? await mapped(edit, weights) : [];
}

/** A head's output passes through its rows of W_O, an MLP's through W_out and b_out. */
async function scaled(
  { nodes, factor, strength }: ScaleEdit,
  weights: Weights,
): Promise<ChangedWeight[]> {
  const scale = 1 + strength * (factor - 1);
  const changes: ChangedWeight[] = [];
  for (const { layer, head } of nodes.map((name) => readNode(name)!)) {
    const names = head === undefined ? ["mlp.W_out", "mlp.b_out"] : ["attn.W_O"];
    for (const name of names.map((own) => `blocks.${layer - 1}.${own}`)) {
      const tensor = (await weights.get(name)).toTensor();
      const { data } = head === undefined ? tensor : tensor.row(head - 1);
      const index = head === undefined ? {} : { index: head - 1 };
      changes.push({ name, ...index, values: data.map((x) => x * scale) });
    }
  }
  return changes;
}

/** t = x W + b becomes x W (1 - a + a M) + b (1 - a + a M). */
async function mapped(
  { matrix, strength }: MapEdit,
  weights: Weights,
): Promise<ChangedWeight[]> {
  const names = ["W_proj", "b_proj"].filter((name) => weights.names.includes(name));
  return await Promise.all(names.map(async (name) => {
    const { data } = (await weights.get(name)).toTensor();
    const size = matrix.length;
    const values = new Float32Array(data.length);
    for (let row = 0; row < data.length; row += size) {
      values.set(mappedVector(data.subarray(row, row + size), { matrix, strength }), row);
    }
    return { name, values };
  }));
}

/** The weights whose names match, in the share a from the other model. */
async function transplanted(
  { weights: patterns, strength, from }: TransplantEdit,
  own: Weights,
  other: Weights,
): Promise<ChangedWeight[]> {
  const names = expandHookNames(patterns, own.names, { doing: "find weight" });
  return await Promise.all(names.map(async (name) => {
    const [a, b] = await Promise.all(
      [own, other].map(async (of) => (await of.get(name)).toTensor()),
    );
    if (a!.shape.join() !== b!.shape.join()) {
      throw new NegscopeError("sizes-differ", {
        problem: `Cannot take weight "${name}" from "${from}"`,
        reason: `its shape is [${b!.shape.join(", ")}] there and [${a!.shape.join(", ")}] here`,
        fix: "name a model of the same architecture",
      });
    }
    return { name, values: a!.data.map((x, i) => (1 - strength) * x + strength * b!.data[i]!) };
  }));
}

/** A vector times (1 - a) I + a M. */
export function mappedVector(
  vector: Float32Array,
  { matrix, strength }: Pick<MapEdit, "matrix" | "strength">,
): Float32Array {
  return vector.map((own, column) => {
    let sum = 0;
    for (let row = 0; row < vector.length; row++) sum += vector[row]! * matrix[row]![column]!;
    return (1 - strength) * own + strength * sum;
  });
}
