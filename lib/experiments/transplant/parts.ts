/** Parts of a text tower whose weights come from another model: single heads and MLPs, or sets of them. */

import type { ChangedWeight } from "../../engine/weights/changed_weights.ts";
import type { Weights } from "../../engine/weights/weights.ts";
import { drawAlike, drawDistinct, seededRandom } from "../../stats/random.ts";
import type { Option } from "../../options/option.ts";
import { circuitIn } from "../circuit/options.ts";
import { allNodes, type Node, nodeName, type NodeSizes, readNode } from "../../tables/nodes.ts";

/** The parts to take: each head and MLP by itself, or a set of them by their names. */
type Parts = "each" | readonly string[];

export const PARTS: Option<Parts | undefined> = {
  help:
    "also takes the weights of these heads and MLPs: each by itself, a list such as 5.3,mlp 6, or a circuit's folder or circuit.json",
  placeholder: "each|LIST|FILE",
  standard: undefined,
  expected:
    "each, heads and MLPs such as 5.3,mlp 6, or the folder or circuit.json of a circuit's run",
  parse: (text, files) => {
    if (text.trim() === "each") return "each";
    const named = text.split(/,(?![^(]*\))(?! *head \d+ *(?:,|$))/).map((part) =>
      readNode(part.trim())
    );
    if (named.every((node) => node !== undefined)) return [...new Set(named.map(nodeName))];
    return files === undefined ? undefined : circuitIn(text, files)?.nodes;
  },
  print: (parts) => typeof parts === "string" ? parts : parts?.join(","),
  brief: (parts) =>
    typeof parts === "string" || parts === undefined ? parts ?? "" : `(${parts.length} parts)`,
};

export interface PartSet {
  readonly name: string;
  readonly nodes: readonly Node[];
}

export const CHOSEN = "chosen";

const RANDOM = "random ";

export function isRandomSet(name: string): boolean {
  return name.startsWith(RANDOM);
}

/** The sets to take: each part, or the chosen ones together, and if they are several as many random sets with as many heads and MLPs. */
export function partSets(
  parts: Parts | undefined,
  { sizes, seed, random }: {
    readonly sizes: NodeSizes;
    readonly seed: number;
    /** The number of random sets, as far as there are different ones. */
    readonly random: number;
  },
): PartSet[] {
  if (parts === undefined) return [];
  const all = allNodes(sizes);
  if (parts === "each") return all.map((node) => ({ name: nodeName(node), nodes: [node] }));
  const nodes = parts.map((name) => readNode(name)!);
  if (nodes.length === 1) return [{ name: parts[0]!, nodes }];
  const draws = seededRandom(seed);
  const others = drawDistinct(
    () => drawAlike(nodes, all, { kindOf: ({ kind }) => kind, random: draws }),
    { count: random, keyOf: nodeName, excluded: [nodes] },
  );
  return [
    { name: CHOSEN, nodes },
    ...others.map((nodes, i) => ({ name: `${RANDOM}${i + 1}`, nodes })),
  ];
}

const OF_HEAD = ["W_Q", "b_Q", "W_K", "b_K", "W_V", "b_V", "W_O"].map((name) => `attn.${name}`);
const OF_MLP = ["W_in", "b_in", "W_out", "b_out"].map((name) => `mlp.${name}`);

export function weightsOf({ kind, layer }: Node): string[] {
  return (kind === "head" ? OF_HEAD : OF_MLP).map((name) => `blocks.${layer - 1}.${name}`);
}

/** What changes in a tower that takes parts of another. */
export async function changesOf(
  nodes: readonly Node[],
  weights: Weights,
): Promise<ChangedWeight[]> {
  const changes: ChangedWeight[] = [];
  for (const node of nodes) {
    const index = node.head === undefined ? undefined : node.head - 1;
    for (const name of weightsOf(node)) {
      const whole = await weights.get(name);
      const values = index === undefined ? whole.data : whole.row(index).data.slice(); // not all heads
      changes.push({ name, values, ...index !== undefined && { index } });
    }
  }
  return changes;
}
