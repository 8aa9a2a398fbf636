/** Distinct random sets: parts of a circuit, and other circuits of the same make-up. All of them where they are few, else drawn. */

import { type Random, seededRandom } from "../../stats/random.ts";
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
  const sets = areAll
    ? Array.from(
      { length: 2 ** nodes.length - 1 },
      (_, i) => nodes.filter((_, bit) => ((i + 1) >> bit) & 1),
    )
    : drawDistinct(MOST_PARTS, seed, (random) => nodes.filter(() => random.below(2) === 1), []);
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
  const all = allNodes(sizes);
  const groups = [
    ...Map.groupBy(
      all.keys(),
      (node) => all[node]!.kind === "head" ? `heads of block ${all[node]!.layer}` : "MLPs",
    ),
  ].map(([name, of]) => ({ name, of, size: of.filter((node) => inCircuit.has(node)).length }));
  const fixed = groups.filter(({ of, size }) => size === of.length).map(({ name }) => name);
  const others = groups.reduce((count, { of, size }) => count * choices(of.length, size), 1) - 1;
  const areAll = others <= MOST_CIRCUITS;
  if (!areAll) {
    const draw = (random: Random) =>
      groups.flatMap(({ of, size }) => random.shuffle(of).slice(0, size));
    return { sets: drawDistinct(MOST_CIRCUITS, seed, draw, [nodes]), areAll, fixed };
  }
  const each = groups.reduce<readonly (readonly number[])[]>(
    (begun, { of, size }) =>
      begun.flatMap((start) => subsetsOf(of, size).map((more) => [...start, ...more])),
    [[]],
  );
  return { sets: each.filter((set) => set.some((node) => !inCircuit.has(node))), areAll, fixed };
}

/** Draws sets until there are so many different ones; the empty set and the excluded ones do not count. */
function drawDistinct(
  count: number,
  seed: number,
  draw: (random: Random) => readonly number[],
  excluded: readonly (readonly number[])[],
): readonly (readonly number[])[] {
  const sorted = (set: readonly number[]) => set.toSorted((a, b) => a - b);
  const seen = new Set([[], ...excluded].map((set) => sorted(set).join()));
  const random = seededRandom(seed);
  const sets: (readonly number[])[] = [];
  while (sets.length < count) {
    const set = sorted(draw(random));
    if (!seen.has(set.join())) sets.push(set);
    seen.add(set.join());
  }
  return sets;
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
