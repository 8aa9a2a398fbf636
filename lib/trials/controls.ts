/** The controls of an edit: the same edit with what it was fitted to replaced by chance. */

import { lengthOf, meanOf } from "../edits/activation_edit.ts";
import type { Edit } from "../edits/edit.ts";
import { drawAlike } from "../stats/draw_alike.ts";
import type { Random } from "../stats/random.ts";
import { allNodes, nodeName, type NodeSizes, readNode } from "../tables/nodes.ts";

/** The controls of a trial; `none` is the edit itself. */
export type TrialControl = "none" | "random direction" | "random nodes" | "shuffled labels";

/** The control by a random direction, or random nodes of the same kinds and number. */
export function randomControl({ kind }: Edit): TrialControl | undefined {
  if (kind === "scale") return "random nodes";
  return kind === "score_rule" || kind === "transplant" ? undefined : "random direction";
}

/** An edit with a random direction of the same length, with entries of its map in random order, or with random nodes. */
export function randomized(edit: Edit, random: Random, sizes: NodeSizes): Edit {
  switch (edit.kind) {
    case "direction":
      return { ...edit, vectors: edit.vectors.map((vector) => randomVector(vector, random)) };
    case "concept": {
      const mean = meanOf(edit.vectors);
      const vectors = edit.vectors.map((vector) =>
        randomVector(vector.map((x, i) => x - mean[i]!), random).map((x, i) => x + mean[i]!)
      );
      return { ...edit, vectors };
    }
    case "map": {
      const changes = edit.matrix.flatMap((row, i) => row.map((x, j) => x - Number(i === j)));
      const moved = random.shuffle(changes).values();
      const matrix = edit.matrix.map((row, i) =>
        row.map((_, j) => moved.next().value! + Number(i === j))
      );
      return { ...edit, matrix };
    }
    case "scale": {
      const kindOf = (name: string) => readNode(name)!.kind;
      const all = allNodes(sizes).map(nodeName);
      return { ...edit, nodes: drawAlike(edit.nodes, all, { kindOf, random }) };
    }
    default:
      return edit;
  }
}

/** An edit whose direction has the length of another's. */
export function asLong(edit: Edit, other: Edit): Edit {
  if (edit.kind !== "direction" || other.kind !== "direction") return edit;
  return {
    ...edit,
    vectors: edit.vectors.map((vector, i) => rescaled(vector, lengthOf(other.vectors[i]!))),
  };
}

/** A vector whose direction is uniform over all, as long as another (normal numbers by Box and Muller 1958). */
function randomVector(vector: readonly number[], random: Random): number[] {
  const uniform = () => (random.below(2 ** 32) + 0.5) / 2 ** 32;
  const made = vector.map(() =>
    Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform())
  );
  return rescaled(made, lengthOf(vector));
}

function rescaled(vector: readonly number[], length: number): number[] {
  const own = lengthOf(vector) || 1;
  return vector.map((x) => x * length / own);
}
