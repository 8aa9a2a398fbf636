/** The way of negation through a side: which heads read the negator, which pass on what these read, and what writes it into the score. */

import { isFirstReader } from "../experiments/paths/acting_roles.ts";
import { type Node, nodeName } from "../tables/nodes.ts";
import { causesOf, isNamed, looksAt, shareLine } from "./naming.ts";
import type { AtlasPart, AtlasPath } from "./read_atlas.ts";

/** What a head reads: the negator, the word of the other sentence in its place, or that place whatever stands there. */
export type Read = "negator" | "other" | "place";

/** A part on the way, and how much it does there. */
export interface Step {
  readonly node: Node;
  readonly size: number;
  /** Of a reader. */
  readonly reads?: Read;
}

export interface Way {
  readonly readers: readonly Step[];
  readonly passing: readonly Step[];
  readonly writing: readonly Step[];
  /** What takes away from d in the score. */
  readonly against: readonly Step[];
}

/** The way of a side, by its named paths; what does most stands first. */
export function wayOf(paths: readonly AtlasPath[], parts: readonly AtlasPart[]): Way {
  const named = paths.filter(isNamed);
  const adding = named.filter(({ value }) => value! > 0);
  const written = named.filter(({ to }) => to === undefined)
    .map(({ from, value }): Step => ({ node: from!, size: value! }));
  const writing = written.filter(({ size }) => size > 0);
  const readers = readersOf(adding, parts);
  return {
    readers: bySize(readers),
    passing: bySize(passingOf(adding, readers, writing)),
    writing: bySize(writing),
    against: bySize(written.filter(({ size }) => size < 0)),
  };
}

/** The heads with which the way begins: they look at the negator, or at the other word, and what they read from no other head is theirs. */
function readersOf(adding: readonly AtlasPath[], parts: readonly AtlasPart[]): Step[] {
  const sent = namesOf(adding.flatMap(({ from, to }) => from !== undefined && to ? [to] : []));
  const atPlace = namesOf(adding.flatMap(({ from, to }) => from === undefined ? [to!] : []));
  return parts.flatMap((part): Step[] => {
    const { node, values } = part;
    const causes = causesOf(part);
    if (node.kind !== "head" || causes.length === 0) return [];
    const looks = looksAt(part);
    const isFirst = !sent.has(nodeName(node));
    const reads = looks === 1 && (isFirst || causes.includes("knockout"))
      ? "negator"
      : !isFirst
      ? undefined
      : looks === -1
      ? "other"
      : atPlace.has(nodeName(node))
      ? "place"
      : undefined;
    if (reads === undefined) return [];
    const sizes = (["total", "knockout"] as const).map((name) => values.get(name)?.value ?? 0);
    return [{ node, size: Math.max(...sizes.map(Math.abs)), reads }];
  });
}

/** The heads between readers and what writes. */
function passingOf(
  adding: readonly AtlasPath[],
  readers: readonly Step[],
  writing: readonly Step[],
): Step[] {
  const between = adding.filter(({ from, to }) => from !== undefined && to !== undefined)
    .toSorted((a, b) => a.to!.layer - b.to!.layer); // a sender lies in an earlier block
  const first = namesOf(readers.map(({ node }) => node));
  const reached = new Set(first);
  for (const { from, to } of between) {
    if (reached.has(nodeName(from!))) reached.add(nodeName(to!));
  }
  const leading = namesOf(writing.map(({ node }) => node));
  const found = new Map<string, Step>();
  for (const { from, to, value } of between.toReversed()) {
    const name = nodeName(from!);
    if (!reached.has(name) || !leading.has(nodeName(to!))) continue;
    leading.add(name);
    const size = Math.max(value!, found.get(name)?.size ?? 0);
    if (!first.has(name)) found.set(name, { node: from!, size });
  }
  return [...found.values()];
}

/** The total effects of heads that begin the way though no named path leads to them, as paths from the negator: keys and values together carry it. */
export function firstReads(
  paths: readonly AtlasPath[],
  parts: readonly AtlasPart[],
): AtlasPath[] {
  const read = namesOf(paths.flatMap(({ to }) => to ?? []));
  return parts.flatMap((part) => {
    const { negation, node, values } = part;
    const total = values.get("total");
    if (total === undefined || node.kind !== "head") return [];
    const isFirst = isFirstReader({ ...node, ...shareLine(total) }, {
      looks: looksAt(part) !== 0,
      isRead: read.has(nodeName(node)),
    });
    return isFirst ? [{ ...total, negation, from: undefined, to: node }] : [];
  });
}

/** What is on the way of every side, each part by its mean size. */
export function commonWay(ways: readonly Way[]): Way {
  const common = (kind: keyof Way) => {
    const [first, ...others] = ways.map((way) => way[kind]);
    return bySize(first!.flatMap((step): Step[] => {
      const same = others.flatMap((steps) =>
        steps.find(({ node, reads }) =>
          nodeName(node) === nodeName(step.node) && reads === step.reads
        ) ?? []
      );
      if (same.length < others.length) return [];
      const sum = same.reduce((sum, { size }) => sum + size, step.size);
      return [{ ...step, size: sum / ways.length }];
    }));
  };
  return {
    readers: common("readers"),
    passing: common("passing"),
    writing: common("writing"),
    against: common("against"),
  };
}

function bySize(steps: readonly Step[]): Step[] {
  return steps.toSorted((a, b) => Math.abs(b.size) - Math.abs(a.size));
}

function namesOf(nodes: readonly Node[]): Set<string> {
  return new Set(nodes.map(nodeName));
}
