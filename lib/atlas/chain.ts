/** The way of negation from the negator to the score, by the paths that are named. */

import { namesText } from "../experiments/top_shares.ts";
import { isReadTogether } from "../experiments/paths/acting_roles.ts";
import { type Node, nodeName } from "../tables/nodes.ts";
import { MOST_OF_NONE } from "../study/effects/named_shares.ts";
import { partText } from "./methods.ts";
import { type AtlasPart, type AtlasPath, isNamed, shareLine } from "./read_atlas.ts";
import { bracketedIn2 } from "./two_digits.ts";

/** A part on the way, with the strongest path by which negation reaches it. */
export interface Stop {
  readonly node: Node;
  readonly path: AtlasPath;
}

/** The way: what is read one after the other. */
export interface Chain {
  /** The parts by their distance from the negator along named paths, each at the longest; none if no way leads to the score. */
  readonly stages: readonly (readonly Stop[])[];
  /** The named paths of these parts to the score, the strongest first. */
  readonly toScore: readonly AtlasPath[];
  /** Those of other parts, to which no named way leads. */
  readonly beside: readonly AtlasPath[];
  /** The named direct effects on the score that take away from d, the largest first. */
  readonly against: readonly AtlasPath[];
}

/** The most parts of a stage in a sentence. */
const MOST_NAMES = 3;

/** The named paths of a side that lead from the negator to the score. */
export function chainOf(paths: readonly AtlasPath[], parts: readonly AtlasPart[]): Chain {
  const named = paths.filter((path) => isNamed(path));
  const adding = named.filter(({ value }) => value! > 0);
  const writers = adding.filter(({ to }) => to === undefined)
    .toSorted((a, b) => b.value! - a.value!);
  const read = adding.filter(({ to }) => to !== undefined);
  const edges = [...read, ...firstReads(read, parts).filter(({ value }) => value! > 0)]
    .toSorted((a, b) => a.to!.layer - b.to!.layer); // a sender lies in an earlier block, so that its depth is known
  const depths = depthsAlong(edges);
  const leadsOn = partsBefore(edges, writers);
  const stops = new Map<string, Stop>();
  for (const path of edges) {
    const name = nodeName(path.to!);
    const isReached = path.from === undefined || depths.has(nodeName(path.from));
    if (!isReached || !leadsOn.has(name)) continue;
    const known = stops.get(name);
    if (known === undefined || path.value! > known.path.value!) {
      stops.set(name, { node: path.to!, path });
    }
  }
  const isOnWay = ({ from }: AtlasPath) => stops.has(nodeName(from!));
  const stages = Map.groupBy(stops.values(), ({ node }) => depths.get(nodeName(node))!);
  return {
    stages: [...stages].toSorted(([a], [b]) => a - b).map(([, stage]) =>
      stage.toSorted((a, b) => b.path.value! - a.path.value!)
    ),
    toScore: writers.filter(isOnWay),
    beside: writers.filter((path) => !isOnWay(path)),
    against: named.filter(({ to, value }) => to === undefined && value! <= -MOST_OF_NONE)
      .toSorted((a, b) => a.value! - b.value!),
  };
}

/** How many paths lie between the negator and each part that they lead to, at most; the paths are in the order of what they lead to. */
function depthsAlong(edges: readonly AtlasPath[]): ReadonlyMap<string, number> {
  const depths = new Map<string, number>();
  for (const { from, to } of edges) {
    const before = from === undefined ? 0 : depths.get(nodeName(from));
    if (before === undefined) continue;
    const name = nodeName(to!);
    depths.set(name, Math.max(depths.get(name) ?? 0, before + 1));
  }
  return depths;
}

/** The parts that write into the score, and those from which paths lead to them. */
function partsBefore(
  edges: readonly AtlasPath[],
  writers: readonly AtlasPath[],
): ReadonlySet<string> {
  const parts = new Set(writers.map(({ from }) => nodeName(from!)));
  for (const { from, to } of edges.toReversed()) {
    if (from !== undefined && parts.has(nodeName(to!))) parts.add(nodeName(from));
  }
  return parts;
}

/** The total effects of the heads that are read together, as paths from the negator. */
export function firstReads(read: readonly AtlasPath[], parts: readonly AtlasPart[]): AtlasPath[] {
  const names = new Set(read.map(({ to }) => nodeName(to!)));
  return parts.flatMap(({ negation, node, values }) => {
    const total = values.get("total");
    return total !== undefined &&
        isReadTogether({ ...node, ...shareLine(total) }, names.has(nodeName(node)))
      ? [{ ...total, negation, from: undefined, to: node }]
      : [];
  });
}

/**
 * The chain in words, `no -> 1.2 (0.40, 0.22 to 0.57) -> 4.3 and 5.1 -> score by 5.1 (0.32, 0.24 to 0.40)`: every stage by its strongest
 * parts, with the shares of the strongest path into the first and of that to the score.
 *
 * @param most The most names of a stage; 0 leaves out all stages but the first.
 */
export function wayText({ stages, toScore }: Chain, most = MOST_NAMES): string {
  const names = stages.map((stage, i) =>
    namesText(
      stage.map(({ node, path }, j) =>
        i === 0 && j === 0 ? `${partText(node)} ${shareOf(path)}` : partText(node)
      ),
      Math.max(most, 1),
    )
  );
  const [first, ...later] = names;
  const between = most > 0 || later.length < 2 ? later : [`${later.length} stages`];
  return ["no", first, ...between, `score by ${writersText(toScore, shareOf)}`].join(" -> ");
}

/** The strongest of the parts that write into the score, or both of two, and how many more there are. */
export function writersText(
  paths: readonly AtlasPath[],
  more: (path: AtlasPath) => string = () => "",
): string {
  const names = paths.map((path, i) =>
    `${partText(path.from!)} ${i === 0 ? more(path) : ""}`.trim()
  );
  return namesText(names, names.length === 2 ? 2 : 1);
}

export function shareOf(
  { value, simultaneousLow: low, simultaneousHigh: high }: AtlasPath,
): string {
  return bracketedIn2(value, { low, high });
}
