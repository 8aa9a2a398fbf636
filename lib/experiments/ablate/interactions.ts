/** What parts alone and in pairs show: which are sufficient or necessary alone, which count only together, and which stand in for each other. */

import { isNamedShare, LEAST_SHARE, type ShareLine } from "../../study/effects/named_shares.ts";
import { byPlace, type Node, nodeName, nodeText, readNode } from "../../tables/nodes.ts";
import type { TableCell } from "../../tables/table.ts";
import { estimateText, numberText } from "../../tables/text_table.ts";
import { namesText } from "../../tables/words.ts";
import { isAbout0, LARGE_SHARE, type OneSided, pairNames } from "./pairs.ts";

/** A line of the summary of `ablate`. */
type Line = ShareLine & Readonly<Record<string, TableCell>>;

/** What two parts show at once that none of them shows alone. */
interface Interaction {
  /** `together`: both restore what none does alone. `either`: without both of them d is lost, and without one it is not. */
  readonly kind: "together" | "either";
  /** Their names. */
  readonly parts: readonly string[];
  /** Of gamma, or where that is not certain of d, the smaller one of both sides. */
  readonly share: number;
  readonly low: number;
  readonly high: number;
  /** The share of one alone that is further from 0. */
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

/** Whether a share is about 0, and certainly not large. */
function isSmall(line: Line | undefined, method: OneSided): boolean {
  const { share = NaN, simultaneous_high: high = Infinity } = line ?? {};
  return isAbout0(share, method) && high < LARGE_SHARE;
}

/** What pairs show, from the summary of `ablate`: none of both counts alone, and both at once certainly do by more than their sum and the least share that is named. */
export function interactionsIn(rows: readonly object[]): Interaction[] {
  return inAll(groupsIn(rows).groups, (_, line, shown): Interaction | undefined => {
    const method = line["method"] as OneSided;
    const parts = pairNames(nameOf(line)) ?? [];
    const { share, simultaneous_low: low, simultaneous_high: high } = line;
    const lines = parts.map((part) => shown.get(`${method} ${part}`));
    const each = lines.map((line) => line?.share ?? NaN);
    const [alone = 0] = each.toSorted((a, b) => Math.abs(b) - Math.abs(a));
    const sum = each.reduce((sum, share) => sum + Math.max(0, share), 0);
    const isMore = lines.length > 0 && lines.every((line) => isSmall(line, method)) &&
      low !== undefined && low > LEAST_SHARE + sum;
    const kind = method === "restore" ? "together" : "either";
    return isMore ? { kind, parts, share: share!, low, high: high!, alone } : undefined;
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
  const all = interactionsIn(rows);
  const more = all.length - MOST_TOLD;
  const told = all.slice(0, MOST_TOLD);
  const inPairs = new Set(told.flatMap(({ parts }) => parts));
  const alone = (large: OneSided, small: OneSided, says: string) => {
    const parts = inAll(groups, (name, line, shown) => {
      const [part, share] = [nameOf(line), line.share!];
      const isLarge = name.startsWith(large) && !inPairs.has(part) && isNamedShare(line) &&
        share >= LARGE_SHARE;
      return isLarge && isSmall(shown.get(`${small} ${part}`), small) ? { part, share } : undefined;
    }).toSorted((a, b) => byPlace(readNode(a.part)!, readNode(b.part)!));
    return parts.length === 0
      ? []
      : [`${says}: ${namesText(parts.map(({ part }) => spoken(part)))}`];
  };
  return [
    ...alone("restore", "remove", "Sufficient, not necessary"),
    ...alone("remove", "restore", "Necessary, not sufficient"),
    ...told.map((one) => interactionText(one, of)),
    ...more > 0 ? [`More pairs that show such things: ${more}`] : [],
  ];
}

/** What two parts show at once, as shares of gamma or of d. */
export function interactionText({ kind, parts, ...own }: Interaction, of: string): string {
  const [first, second] = parts.map(spoken);
  const size = `${estimateText(own.share, own, 2)} of ${of}`;
  const alone = Number(own.alone.toFixed(2)) + 0; // never -0
  const most = `${alone > 0 ? "at most " : ""}${numberText(alone, 2)}`;
  return kind === "together"
    ? `${first} and ${second} count only together: they restore ${size}, either alone restores ${most}`
    : `${first} or ${second} is enough: without both ${size} is lost, without one ${most}`;
}
