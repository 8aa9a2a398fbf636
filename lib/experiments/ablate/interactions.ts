/** What parts alone and in pairs show: which are enough but not needed, or needed but not enough, which count only together, and which stand in for each other. */

import type { Negation } from "../../data/pairs.ts";
import { isNamedShare, LEAST_SHARE, type ShareLine } from "../../study/effects/named_shares.ts";
import { type Node, nodeName, nodeText } from "../../tables/nodes.ts";
import type { TableCell } from "../../tables/table.ts";
import { estimateText, numberText } from "../../tables/text_table.ts";
import { namesText } from "../../tables/words.ts";
import { isAbout0, LARGE_SHARE, type OneSided, pairNames } from "./pairs.ts";

/** A line of the summary. */
type Line = ShareLine & Readonly<Record<string, TableCell>>;

/** What parts show at once that none of them shows alone. */
export interface Interaction {
  /** `together`: any two restore at once what none does alone. Of those without both of which d is lost, and not without one, `either` is enough, or the first `stands in`: it restores nothing alone. */
  readonly kind: "together" | "either" | "stands in";
  /** Their names. */
  readonly parts: readonly string[];
  /** On which side; `both` for shares of gamma, absent if it holds on each side, with the smaller share. */
  readonly negation: Negation | "both" | undefined;
  readonly share: number;
  readonly low: number;
  readonly high: number;
  /** The larger share of the two alone, or 0. */
  readonly alone: number;
}

const METHODS: readonly string[] = ["restore", "remove"] satisfies readonly OneSided[];

/** The lines over all rows by group: shares of gamma where it is certain, else those of d on each side. */
function groupsIn(rows: readonly object[]): Map<string, Line[]> {
  const lines = (rows as readonly Line[]).filter(({ segment, method, share }) =>
    segment === "all" && METHODS.includes(`${method}`) && share !== undefined
  );
  const groups = Map.groupBy(lines, ({ negation }) => `${negation}`);
  const both = groups.get("both");
  return both === undefined ? groups : new Map([["both", both]]);
}

function nameOf({ part, layer, head }: Line): string {
  return layer === undefined
    ? `${part}`
    : nodeName({ kind: part, layer, ...head !== undefined && { head } } as Node);
}

/** The pairs that are more than their parts, from the summary of `ablate`: both shares alone are about 0, and that of both is certainly above their sum by the least share that is named. */
export function interactionsIn(rows: readonly object[]): Interaction[] {
  const groups = groupsIn(rows);
  const found = [...groups].flatMap(([negation, lines]) => {
    const byName = new Map(lines.map((line) => [`${line["method"]} ${nameOf(line)}`, line]));
    const shareOf = (method: string, part: string) => byName.get(`${method} ${part}`)?.share ?? NaN;
    return lines.flatMap((line): Interaction[] => {
      const method = line["method"] as OneSided;
      const parts = pairNames(nameOf(line));
      const { share, simultaneous_low: low, simultaneous_high: high } = line;
      if (parts === undefined || low === undefined) return [];
      const alone = parts.map((part) => shareOf(method, part));
      const sum = alone.reduce((sum, share) => sum + Math.max(0, share), 0);
      const isMore = alone.every((share) => isAbout0(share, method)) &&
        low > LEAST_SHARE + sum;
      if (!isMore) return [];
      const rests = (part: string) => shareOf("restore", part) <= LEAST_SHARE;
      const isStandIn = method === "remove" && parts.some(rests) && !parts.every(rests);
      return [{
        kind: method === "restore" ? "together" : isStandIn ? "stands in" : "either",
        parts: isStandIn && !rests(parts[0]!) ? parts.toReversed() : parts,
        negation: negation as Interaction["negation"],
        ...{ share: share!, low, high: high! },
        alone: Math.max(0, ...alone),
      }];
    });
  });
  const byPair = Map.groupBy(found, ({ kind, parts }) => [kind, ...parts.toSorted()].join());
  return joined([...byPair.values()].map((same) => same.length > 1 ? leastOf(same) : same[0]!))
    .toSorted((a, b) => b.share - a.share);
}

/** The one with the smallest share, of all of their parts; on each side, if they are of several. */
function leastOf(all: readonly Interaction[]): Interaction {
  const least = all.reduce((a, b) => b.share < a.share ? b : a);
  const [{ negation }] = all as [Interaction];
  return {
    ...least,
    parts: [...new Set(all.flatMap(({ parts }) => parts))],
    negation: all.every((each) => each.negation === negation) ? negation : undefined,
    alone: Math.max(...all.map(({ alone }) => alone)),
  };
}

/** Joins pairs that count only together to sets of which any two do. */
function joined(pairs: readonly Interaction[]): Interaction[] {
  const [first, ...others] = pairs;
  if (first === undefined) return [];
  const own = [first];
  for (const { parts } of first.kind === "together" ? others : []) {
    const all = [...new Set([...own.flatMap(({ parts }) => parts), ...parts])];
    const among = pairs.filter((pair) =>
      pair.kind === "together" && pair.negation === first.negation &&
      pair.parts.every((part) => all.includes(part))
    );
    if (among.length === all.length * (all.length - 1) / 2) own.splice(0, own.length, ...among);
  }
  return [leastOf(own), ...joined(others.filter((pair) => !own.includes(pair)))];
}

/** The parts that certainly do much in one way and about nothing in the other, in every group, with both shares in the first. */
function oneWay(rows: readonly object[], large: OneSided) {
  const other = large === "restore" ? "remove" : "restore";
  const groups = [...groupsIn(rows).values()].map((lines) => {
    const sharesBy = (method: OneSided) =>
      new Map(
        lines.filter((line) => line["method"] === method).map((
          line,
        ) => [nameOf(line), line.share!]),
      );
    const others = sharesBy(other);
    return lines.filter((line) =>
      line["method"] === large && isNamedShare(line) && line.share! >= LARGE_SHARE &&
      isAbout0(others.get(nameOf(line)) ?? NaN, other)
    ).map((line) => (
      { name: nameOf(line), share: line.share!, other: others.get(nameOf(line))! }
    ));
  });
  const [first = [], ...rest] = groups;
  return first.filter(({ name }) => rest.every((group) => group.some((part) => part.name === name)))
    .toSorted((a, b) => b.share - a.share);
}

/** A part in a sentence. */
function spoken(name: string): string {
  return nodeText(name).replace("mlp", "MLP");
}

const MOST_TOLD = 3;

/** What parts and pairs show, a sentence each. */
export function interactionSentences(rows: readonly object[]): string[] {
  const all = interactionsIn(rows);
  const of = groupsIn(rows).has("both") ? "gamma" : "d";
  const alone = (large: OneSided, says: string, [does, other]: readonly [string, string]) => {
    const [first, ...more] = oneWay(rows, large);
    if (first === undefined) return [];
    const sizes = `${does} ${numberText(first.share, 2)} of ${of}, ${other} ${
      numberText(first.other, 2)
    }`;
    const names = [`${spoken(first.name)} (${sizes})`, ...more.map(({ name }) => spoken(name))];
    return [`${says}: ${namesText(names)}`];
  };
  return [
    ...alone("restore", "Sufficient, not necessary", ["restores", "takes away"]),
    ...alone("remove", "Necessary, not sufficient", ["takes away", "restores"]),
    ...all.slice(0, MOST_TOLD).map(interactionText),
    ...all.length <= MOST_TOLD ? [] : [
      `${all.length - MOST_TOLD} more pairs count only together or stand in for each other`,
    ],
  ];
}

/** What a pair shows. */
export function interactionText(
  { kind, parts, negation, share, low, high, alone }: Interaction,
): string {
  const names = parts.map(spoken);
  const [first, second] = names;
  const where = negation === "both" || negation === undefined
    ? ""
    : `, where the ${negation} is negated`;
  const size = `${estimateText(share, { low, high }, 2)} of ${negation === "both" ? "gamma" : "d"}`;
  const most = `at most ${numberText(alone, 2)}${where}`;
  if (kind === "together") {
    const all = namesText(names);
    return names.length === 2
      ? `${all} count only together: they restore ${size}, alone ${most}`
      : `Any two of ${all} count only together: they restore at least ${size}, one alone ${most}`;
  }
  const says = kind === "either" ? `or ${second} is enough` : `stands in for ${second}`;
  return `${first} ${says}: without both ${size} is lost, without one ${most}`;
}
