/** The way of negation through a side: which heads read the negator, which pass on what these read, and what writes it into the score. */

import { isFirstReader } from "../../experiments/paths/index.ts";
import { type Node, nodeName } from "../../tables/nodes.ts";
import { isNamedAlpha, isNamedShare, type ShareLine } from "../../study/effects/named_shares.ts";
import type { Atlas, AtlasPart, AtlasPath, MethodName, Value } from "./read_atlas.ts";

/** The methods that exchange or read what a part gives: one that gives the same in both sentences does nothing, wherever it looks. */
const EXCHANGED: readonly MethodName[] = ["ablate", "direct", "total"];

/** A value as a share of d in the tables of experiments. */
function shareLine({ value, simultaneousLow, simultaneousHigh }: Value): ShareLine {
  return { share: value, simultaneous_low: simultaneousLow, simultaneous_high: simultaneousHigh };
}

/** Whether a value is far enough from 0 for certain, by the interval that holds for all parts at once. */
export function isNamed(value: Value | undefined): boolean {
  return value !== undefined && isNamedShare(shareLine(value));
}

/** Whether a method can tell the part's value from 0. */
export function isTested({ simultaneousLow }: Value): boolean {
  return simultaneousLow !== undefined;
}

/** The methods by which the part does something to d; none of a part whose knock-out alone does. */
export function causesOf({ values }: Pick<AtlasPart, "values">): MethodName[] {
  const names = EXCHANGED.filter((name) => isNamed(values.get(name)));
  return names.length > 0 && isNamed(values.get("knockout")) ? [...names, "knockout"] : names;
}

/** The first method that has a share of gamma of the parts over both sides. */
export function methodOfBoth(parts: readonly AtlasPart[]): MethodName | undefined {
  const both = parts.filter(({ negation }) => negation === "both");
  return EXCHANGED.find((name) => both.some(({ values }) => values.get(name)?.value !== undefined));
}

/** The effect on alpha of a part that only pushes one sentence, whatever the picture: named by a method, where none names a share of gamma. */
export function pushOf({ negation, values }: AtlasPart): number | undefined {
  const found = EXCHANGED.flatMap((name) => values.get(name) ?? []);
  if (negation !== "both" || [...found, values.get("knockout")].some(isNamed)) return undefined;
  return found.find(({ alpha }) =>
    isNamedAlpha(alpha?.value, { low: alpha?.simultaneousLow, high: alpha?.simultaneousHigh })
  )?.alpha?.value;
}

/** Whether a head certainly looks at the negator more than at the word in its place (1), or less (-1). */
export function looksAt({ values }: Pick<AtlasPart, "values">): 1 | -1 | 0 {
  const attention = values.get("attend");
  return isNamed(attention) ? attention!.value! > 0 ? 1 : -1 : 0;
}

/** Whether a part is of negation by a method by which it does something, on any of these sides; undefined if none has a control, which is of a side. */
export function isSpecific(...sides: readonly AtlasPart[]): boolean | undefined {
  const known = sides.flatMap((part) =>
    causesOf(part).flatMap((name) => part.values.get(name)!.control?.isSpecific ?? [])
  );
  return known.length === 0 ? undefined : known.includes(true);
}
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

/** The way of a side, by its named paths and direct effects; what does most stands first. */
export function wayOf(paths: readonly AtlasPath[], parts: readonly AtlasPart[]): Way {
  const adding = paths.filter((path) => isNamed(path) && path.value! > 0);
  const written = parts.flatMap(({ node, values }): Step[] => {
    const direct = values.get("direct");
    return isNamed(direct) ? [{ node, size: direct!.value! }] : [];
  });
  const writing = written.filter(({ size }) => size > 0);
  const readers = readersOf(adding, parts);
  return {
    readers: bySize(readers),
    passing: bySize(passingOf(adding, readers, { writing, parts })),
    writing: bySize(writing),
    against: bySize(written.filter(({ size }) => size < 0)),
  };
}

/** The ways of both sides together where a method has shares of gamma, else of each side. */
export function waysOf({ parts, paths }: Pick<Atlas, "parts" | "paths">) {
  const groups = Map.groupBy(parts, ({ negation }) => negation);
  const told = methodOfBoth(parts) === undefined
    ? [...groups.keys()].filter((negation) => negation !== "both")
    : ["both" as const];
  return told.map((negation) => ({
    negation,
    way: wayOf(paths.filter((path) => path.negation === negation), groups.get(negation)!),
  }));
}

/**
 * The heads that read for themselves: they look at the negator, or at the other word, no named path leads to them from a head, and what they
 * do comes from there, as their knock-out or a path from the negator shows, or as no earlier part does anything.
 */
function readersOf(adding: readonly AtlasPath[], parts: readonly AtlasPart[]): Step[] {
  const sent = namesOf(adding.flatMap(({ from, to }) => from !== undefined && to ? [to] : []));
  const atPlace = namesOf(adding.flatMap(({ from, to }) => from === undefined ? [to!] : []));
  const acting = parts.filter((part) => causesOf(part).length > 0);
  const firstLayer = Math.min(...acting.map(({ node }) => node.layer));
  return acting.flatMap((part): Step[] => {
    const { node, values } = part;
    const name = nodeName(node);
    const [looks, isKnocked] = [looksAt(part), causesOf(part).includes("knockout")];
    const isOwn = isKnocked || atPlace.has(name) || node.layer === firstLayer;
    if (node.kind !== "head" || !isOwn || sent.has(name) && !isKnocked) return [];
    const reads = looks === 1 ? "negator" : looks === -1 ? "other" : "place";
    if (reads === "place" && !atPlace.has(name)) return [];
    const sizes = (["total", "knockout"] as const).map((name) => values.get(name)?.value ?? 0);
    return [{ node, size: Math.max(...sizes.map(Math.abs)), reads }];
  });
}

/** The heads to which named paths lead from readers, and which act through later parts: by a named path, or as they write nothing themselves. */
function passingOf(
  adding: readonly AtlasPath[],
  readers: readonly Step[],
  { writing, parts }: { readonly writing: readonly Step[]; readonly parts: readonly AtlasPart[] },
): Step[] {
  const between = adding.filter(({ from, to }) => from !== undefined && to !== undefined)
    .toSorted((a, b) => a.to!.layer - b.to!.layer); // a sender lies in an earlier block
  const first = namesOf(readers.map(({ node }) => node));
  const reached = new Set(first);
  for (const { from, to } of between) {
    if (reached.has(nodeName(from!))) reached.add(nodeName(to!));
  }
  const sending = namesOf(between.map(({ from }) => from!));
  const written = namesOf(writing.map(({ node }) => node));
  return parts.flatMap(({ node, values }) => {
    const [name, total] = [nodeName(node), values.get("total")];
    const passes = sending.has(name) || isNamed(total) && !written.has(name);
    return reached.has(name) && !first.has(name) && passes
      ? [{ node, size: total?.value ?? 0 }]
      : [];
  });
}

/** The total effects of heads that begin the way though no named path leads to them, as paths from the negator: keys and values together carry it. */
export function firstReads(
  paths: readonly AtlasPath[],
  parts: readonly AtlasPart[],
): AtlasPath[] {
  const read = namesOf(paths.map(({ to }) => to!));
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

function bySize(steps: readonly Step[]): Step[] {
  return steps.toSorted((a, b) => Math.abs(b.size) - Math.abs(a.size));
}

function namesOf(nodes: readonly Node[]): Set<string> {
  return new Set(nodes.map(nodeName));
}
