/** Distinct random sets: parts of a circuit, and other circuits of the same make-up. All of them where they are few, else drawn. */

import { drawAlike, drawDistinct } from "../../stats/draw_alike.ts";
import { seededRandom } from "../../stats/random.ts";
import { allNodes, type NodeSizes } from "../../tables/nodes.ts";

export const MOST_PARTS = 10;

export const MOST_CIRCUITS = 100;

/** Distinct sets of nodes, by place. */
export interface DistinctSets {
  /** The sets; the places of each in rising order. */
  readonly sets: readonly (readonly number[])[];
  /** Whether there are no others. */
  readonly areAll: boolean;
}

/** Parts of a circuit: all of its subsets but the empty one, or some in which each node is with probability 1/2. */
export function partsOf(nodes: readonly number[], seed: number): DistinctSets {
  const areAll = 2 ** nodes.length - 1 <= MOST_PARTS;
  const random = seededRandom(seed);
  const sets = areAll
    ? Array.from(
      { length: 2 ** nodes.length - 1 },
      (_, i) => nodes.filter((_, bit) => ((i + 1) >> bit) & 1),
    )
    : drawn(() => nodes.filter(() => random.below(2) === 1), MOST_PARTS);
  return { sets, areAll };
}

/** Other circuits, and where they cannot differ. */
export interface OtherCircuits extends DistinctSets {
  /** The groups of which the circuit has all nodes, such as `heads of block 6` or `MLPs`. */
  readonly fixed: readonly string[];
}

/**
 * Other circuits with as many heads in each block and as many MLPs. A block has one MLP, so that all MLPs are one group: by block they could
 * not differ.
 */
export function otherCircuits(
  nodes: readonly number[],
  sizes: NodeSizes,
  seed: number,
): OtherCircuits {
  const inCircuit = new Set(nodes);
  const model = allNodes(sizes);
  const all = [...model.keys()];
  const kindOf = (node: number) => {
    const { kind, layer } = model[node]!;
    return kind === "head" ? `heads of block ${layer}` : "MLPs";
  };
  const groups = [...Map.groupBy(all, kindOf)].map(([name, of]) => (
    { name, of, size: of.filter((node) => inCircuit.has(node)).length }
  ));
  const fixed = groups.filter(({ of, size }) => size === of.length).map(({ name }) => name);
  const others = groups.reduce((count, { of, size }) => count * choices(of.length, size), 1) - 1;
  const areAll = others <= MOST_CIRCUITS;
  if (!areAll) {
    const random = seededRandom(seed);
    const draw = () => drawAlike(nodes, all, { kindOf, random });
    return { sets: drawn(draw, MOST_CIRCUITS, nodes), areAll, fixed };
  }
  const each = groups.reduce<readonly (readonly number[])[]>(
    (begun, { of, size }) =>
      begun.flatMap((start) => subsetsOf(of, size).map((more) => [...start, ...more])),
    [[]],
  );
  return { sets: each.filter((set) => set.some((node) => !inCircuit.has(node))), areAll, fixed };
}

/** Different sets, the places of each in rising order. */
function drawn(draw: () => readonly number[], count: number, circuit: readonly number[] = []) {
  const sorted = () => draw().toSorted((a, b) => a - b);
  return drawDistinct(sorted, { count, keyOf: String, excluded: [circuit] });
}

/** The number of subsets of a size. */
function choices(of: number, size: number): number {
  let count = 1;
  for (let i = 1; i <= size; i++) count = count * (of - size + i) / i;
  return Math.round(count);
}

/** All subsets of a size, in the order of the nodes. */
function subsetsOf(of: readonly number[], size: number): (readonly number[])[] {
  if (size === 0) return [[]];
  return of.flatMap((node, i) =>
    subsetsOf(of.slice(i + 1), size - 1).map((rest) => [node, ...rest])
  );
}
