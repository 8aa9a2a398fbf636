/** What parts alone and in pairs show: which are sufficient or necessary alone, which count only together, and which stand in for each other. */

import { isNamedShare, LEAST_SHARE, type ShareLine } from "../../study/effects/named_shares.ts";
import { type Node, nodeName, nodeText } from "../../tables/nodes.ts";
import type { TableCell } from "../../tables/table.ts";
import { estimateText, numberText } from "../../tables/text_table.ts";
import { namesText } from "../../tables/words.ts";
import { isAbout0, LARGE_SHARE, type OneSided, pairNames } from "./pairs.ts";

/** A line of the summary of `ablate`. */
type Line = ShareLine & Readonly<Record<string, TableCell>>;

/** What parts show at once that none of them shows alone. */
export interface Interaction {
  /** `together`: any two restore at once what none does alone. Of those without both of which d is lost, and not without one, `either` is enough, or the first `stands in`: it restores nothing alone. */
  readonly kind: "together" | "either" | "stands in";
  /** Their names. */
  readonly parts: readonly string[];
  /** Of gamma, or where that is not certain of d, the smaller one of both sides. */
  readonly share: number;
  readonly low: number;
  readonly high: number;
  /** The larger share of one alone, or 0. */
  readonly alone: number;
}

/** The lines of a group of rows by method and part. */
type Shown = ReadonlyMap<string, Line>;

/** The lines over all rows: shares of gamma where it is certain, else those of d on each side. */
function groupsIn(rows: readonly object[]): { readonly of: string; readonly groups: Shown[] } {
  const lines = (rows as readonly Line[]).filter(({ segment, method, share }) =>
    segment === "all" && (method === "restore" || method === "remove") && share !== undefined
  );
  const bySide = Map.groupBy(lines, ({ negation }) => negation);
  const both = bySide.get("both");
  const groups = (both === undefined ? [...bySide.values()] : [both])
    .map((lines) => new Map(lines.map((line) => [`${line["method"]} ${nameOf(line)}`, line])));
  return { of: both === undefined ? "d" : "gamma", groups };
}

function nameOf({ part, layer, head }: Line): string {
  return layer === undefined ? `${part}` : nodeName({ kind: part, layer, head } as Node);
}

/** What every group shows, by a name, with the smallest share, the largest of these first. */
function inAll<Found extends { readonly share: number }>(
  groups: readonly Shown[],
  find: (name: string, line: Line, shown: Shown) => Found | undefined,
): Found[] {
  const names = [...groups[0]?.keys() ?? []];
  return names.flatMap((name) => {
    const found = groups.flatMap((shown) => {
      const line = shown.get(name);
      return line === undefined ? [] : find(name, line, shown) ?? [];
    });
    return found.length < groups.length ? [] : [found.reduce((a, b) => b.share < a.share ? b : a)];
  }).toSorted((a, b) => b.share - a.share);
}

/** What pairs show, from the summary of `ablate`: none of both counts alone, and both at once certainly do by more than their sum and the least share that is named. */
export function interactionsIn(rows: readonly object[]): Interaction[] {
  const found = inAll(groupsIn(rows).groups, (_, line, shown): Interaction | undefined => {
    const method = line["method"] as OneSided;
    const parts = pairNames(nameOf(line)) ?? [];
    const { share, simultaneous_low: low, simultaneous_high: high } = line;
    const shareOf = (method: OneSided, part: string) =>
      shown.get(`${method} ${part}`)?.share ?? NaN;
    const alone = parts.map((part) => Math.max(0, shareOf(method, part)));
    const isMore = alone.length > 0 && low !== undefined &&
      parts.every((part) => isAbout0(shareOf(method, part), method)) &&
      low > LEAST_SHARE + alone.reduce((sum, share) => sum + share, 0);
    if (!isMore) return undefined;
    const own = { share: share!, low, high: high!, alone: Math.max(...alone) };
    if (method === "restore") return { kind: "together", parts, ...own };
    const [resting, acting] = parts.toSorted((a, b) => shareOf("restore", a) - shareOf("restore", b));
    return shareOf("restore", resting!) <= LEAST_SHARE && shareOf("restore", acting!) > LEAST_SHARE
      ? { kind: "stands in", parts: [resting!, acting!], ...own }
      : { kind: "either", parts, ...own };
  });
  const { true: together = [], false: others = [] } = Object.groupBy(
    found,
    ({ kind }) => `${kind === "together"}`,
  );
  return [...joined(together), ...others];
}

/** Joins pairs that count only together to sets of which any two do. */
function joined(pairs: readonly Interaction[]): Interaction[] {
  const among = (all: ReadonlySet<string>) =>
    pairs.filter(({ parts }) => parts.every((part) => all.has(part)));
  const sets: Set<string>[] = [];
  for (const { parts } of pairs) {
    const set = sets.find((set) => {
      const { size } = set.union(new Set(parts));
      return among(set.union(new Set(parts))).length === size * (size - 1) / 2;
    });
    if (set === undefined) sets.push(new Set(parts));
    else parts.forEach((part) => set.add(part));
  }
  return sets.map((set) => {
    const own = among(set); // the largest first
    return { ...own.at(-1)!, parts: [...set], alone: Math.max(...own.map(({ alone }) => alone)) };
  });
}

/** A part in a sentence. */
function spoken(name: string): string {
  return nodeText(name).replace("mlp", "MLP");
}

const MOST_TOLD = 3;

/** What parts and pairs show, a sentence each. */
export function interactionSentences(rows: readonly object[]): string[] {
  const { of, groups } = groupsIn(rows);
  const alone = (large: OneSided, small: OneSided, says: string) => {
    const [first, ...more] = inAll(groups, (name, line, shown) => {
      const part = nameOf(line);
      const other = shown.get(`${small} ${part}`)?.share ?? NaN;
      const isLarge = name.startsWith(large) && isNamedShare(line) && line.share! >= LARGE_SHARE;
      return isLarge && isAbout0(other, small) ? { part, share: line.share!, other } : undefined;
    });
    if (first === undefined) return [];
    const does = { restore: "restores", remove: "takes away" };
    const sizes = `(${does[large]} ${numberText(first.share, 2)} of ${of}, ${does[small]} ${
      numberText(first.other, 2)
    })`;
    const names = [`${spoken(first.part)} ${sizes}`, ...more.map(({ part }) => spoken(part))];
    return [`${says}: ${namesText(names)}`];
  };
  const all = interactionsIn(rows);
  const more = all.length - MOST_TOLD;
  return [
    ...alone("restore", "remove", "Sufficient, not necessary"),
    ...alone("remove", "restore", "Necessary, not sufficient"),
    ...all.slice(0, MOST_TOLD).map((one) => interactionText(one, of)),
    ...more > 0 ? [`${more} more pairs count only together or stand in for each other`] : [],
  ];
}

/** What parts show at once, as shares of gamma or of d. */
export function interactionText({ kind, parts, ...own }: Interaction, of: string): string {
  const names = parts.map(spoken);
  const [first, second] = names;
  const size = `${estimateText(own.share, own, 2)} of ${of}`;
  const most = `at most ${numberText(own.alone, 2)}`;
  if (kind === "together") {
    return names.length === 2
      ? `${first} and ${second} count only together: they restore ${size}, alone ${most}`
      : `Any two of ${namesText(names)} count only together: they restore at least ${size}, one alone ${most}`;
  }
  const says = kind === "either" ? `or ${second} is enough` : `stands in for ${second}`;
  return `${first} ${says}: without both ${size} is lost, without one ${most}`;
}
