/** Pairs of parts that may be more than their parts: chosen by what each part does alone, both changed at once, and said in words. */

import { sumOf } from "../../stats/columns.ts";
import { runChanges } from "../../engine/changes/run_changes.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import type { Embeddings } from "../../study/embeddings.ts";
import { isNamedShare, LEAST_SHARE, type ShareLine } from "../../study/effects/named_shares.ts";
import { effectOnD, lostOfD, signOfD, sizeOfD } from "../../study/effects/noise.ts";
import type { Phase } from "../../study/experiment/experiment.ts";
import { oncePerPair } from "../../study/rows/once_per_group.ts";
import type { ScoredPair } from "../../study/rows/score_rows.ts";
import { allNodes, byPlace, type Node, nodeName, nodeText, readNode } from "../../tables/nodes.ts";
import { pairGroups, swappedRun } from "../nodes/pair_runs.ts";
import type { TableCell } from "../../tables/table.ts";
import { estimateText, numberText } from "../../tables/text_table.ts";
import { namesText } from "../../tables/words.ts";

/** Whether values of the negated sentence are put into the affirmative one, or the other way round. */
export type OneSided = "restore" | "remove";

/** What a part does alone, as shares of d by side. */
export type Alone = Readonly<Record<OneSided, readonly number[]>>;

/** A pair that was run. */
type RunPair = Readonly<Record<"part", string> & Record<"method", OneSided>>;

/** The pairs that were run, and how many there was no room for. */
export interface RunPairs {
  readonly pairs: readonly RunPair[];
  readonly leftOut: number;
}

/** Parts, by their places among `allNodes`, that change at once. */
interface Joint {
  readonly method: OneSided;
  readonly parts: readonly number[];
}

const MOST_CANDIDATES = 12;

/** The most runs of several parts for a pair of sentences. */
const MOST_JOINT = 200;

/** The most parts of a set that counts while none of them does alone. */
const MOST_HIDDEN = 3;

/** From this share on a part does much alone in one way, where it does about nothing in the other. */
const LARGE_SHARE = 0.1;

/** Whether a share is about 0; without what takes nothing away d may grow a little. */
function isAbout0(share: number, method: OneSided): boolean {
  return share <= LEAST_SHARE && share >= -(method === "remove" ? LARGE_SHARE : LEAST_SHARE);
}

/** The sides on which a part does much in one way and about nothing in the other. */
function sidesOf(part: Alone, large: OneSided): number[] {
  const small = large === "restore" ? "remove" : "restore";
  return [...part[large].keys()].filter((side) =>
    part[large][side]! >= LARGE_SHARE && isAbout0(part[small][side]!, small)
  );
}

/**
 * The pairs that can be more than their parts: of parts that are needed but not enough, and hidden ones, what they restore at once; of each
 * part that is enough but not needed with every other one that is not needed, what they take away. Pairs of two candidates come first.
 *
 * @param hidden The places of parts that count only with others in both ways.
 */
export function choosePairs(alone: readonly Alone[], hidden: readonly number[], most: number) {
  const places = [...alone.keys()];
  const are = (large: OneSided) => places.filter((part) => sidesOf(alone[part]!, large).length > 0);
  const sizeOf = (part: number) => Math.max(...alone[part]!.restore, ...alone[part]!.remove);
  const [enough, needed] = [are("restore"), are("remove")];
  const acting = [...new Set([...enough, ...needed])].sort((a, b) => sizeOf(b) - sizeOf(a));
  const candidates = [...acting, ...hidden].slice(0, MOST_CANDIDATES);
  const restoring = candidates.filter((part) => needed.includes(part) || hidden.includes(part));
  const removing = candidates.filter((part) => enough.includes(part));
  const pairOf = (method: OneSided, first: number) => (second: number): Joint => (
    { method, parts: [first, second].sort((a, b) => a - b) }
  );
  const removed = (seconds: readonly number[]) =>
    removing.flatMap((first, i) =>
      seconds.filter((second) =>
        second !== first && !removing.slice(0, i).includes(second) &&
        sidesOf(alone[first]!, "restore").some((side) =>
          isAbout0(alone[second]!.remove[side]!, "remove")
        )
      ).map(pairOf("remove", first))
    );
  const all = [
    ...restoring.flatMap((first, i) => restoring.slice(i + 1).map(pairOf("restore", first))),
    ...removed(candidates),
    ...removed(places.filter((part) => !candidates.includes(part))),
  ];
  return { joint: all.slice(0, most), leftOut: Math.max(0, all.length - most) };
}

type Falls = (parts: readonly number[]) => Promise<boolean>;

/**
 * The parts that do nothing alone, in either way, and without which together d falls: by bisection a smallest set of these, then one
 * without each of its parts, as two of three have.
 *
 * @param falls Whether d falls without some parts by more than without each of them.
 */
export async function hiddenParts(alone: readonly Alone[], falls: Falls): Promise<number[]> {
  const quiet = [...alone.keys()].filter((part) =>
    Object.values(alone[part]!).flat().every((share) => Math.abs(share) <= LEAST_SHARE)
  );
  const first = await smallestSet(quiet, falls);
  const found = new Set(first);
  for (const part of first) {
    const others = quiet.filter((other) => other !== part);
    (await smallestSet(others, falls)).forEach((other) => found.add(other));
  }
  return [...found].sort((a, b) => a - b);
}

/** Parts without which d falls, and none of which can be left out; none if all together do nothing, or if so many are needed. */
async function smallestSet(parts: readonly number[], falls: Falls): Promise<number[]> {
  if (!await falls(parts)) return [];
  const found: number[] = [];
  while (!await falls(found)) {
    if (found.length === MOST_HIDDEN) return [];
    let [low, high] = [0, parts.length]; // with the first `high` of them d falls, with the first `low` it does not
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (await falls([...found, ...parts.slice(0, middle)])) high = middle;
      else low = middle;
    }
    found.push(parts[high - 1]!);
  }
  return found;
}

const AND = " + ";

/** The names of the parts of a pair; undefined for a part of its own. */
function pairNames(part: string): string[] | undefined {
  const names = part.split(AND);
  return names.length < 2 ? undefined : names;
}

/**
 * Chooses pairs of parts and changes both at once. Returns them, how many there was no room for, and for each row what each does to d.
 *
 * @param effectOf What a part, by its place, does alone to d of a row.
 */
export async function measurePairs(
  text: TextTower,
  rows: readonly ScoredPair[],
  { images, keptOf, progress, effectOf }: Pick<Phase, "keptOf" | "progress"> & {
    readonly images: Embeddings;
    readonly effectOf: (row: number, method: OneSided, part: number) => number;
  },
): Promise<RunPairs & { readonly effects: readonly number[][] }> {
  const nodes = allNodes(text.tower.shape);
  const sides = [...Map.groupBy(rows.keys(), (row) => rows[row]!.scores.negation).values()];
  const sharesOf = (effectOf: (row: number) => number) =>
    sides.map((side) => {
      const sum = (of: (d: number, row: number) => number) =>
        sumOf(side.map((row) => of(rows[row]!.scores.d, row)));
      return sum((d, row) => signOfD(d) * effectOf(row)) / sum(sizeOfD) || 0;
    });
  const alone = nodes.map((_, part): Alone => ({
    restore: sharesOf((row) => effectOf(row, "restore", part)),
    remove: sharesOf((row) => effectOf(row, "remove", part)),
  }));
  let ran = 0;
  const run = async (sets: readonly Joint[]) => {
    const runs = sets.map(({ method, parts }) =>
      swappedRun(
        method === "restore" ? "affirmative" : "negated",
        parts.map((part) => nodes[part]!),
      )
    );
    const scores = await oncePerPair(rows, {
      ...{ text, images, kept: keptOf(`pairs ${ran}`), progress },
      sizeOf: () => runs.length,
      run: (pairs) => runChanges(text, pairGroups(pairs, () => runs)),
    });
    ran += runs.length;
    return rows.map((row, i) =>
      sets.map(({ method }, place) =>
        (method === "restore" ? effectOnD : lostOfD)(row.scores, scores[i]![place]!)
      )
    );
  };
  const hidden = await hiddenParts(alone, async (parts) => {
    if (parts.length < 2) return false;
    const effects = await run([{ method: "remove", parts }]);
    const known = (side: number) =>
      sumOf(parts.map((part) => Math.abs(alone[part]!.remove[side]!)));
    return sharesOf((row) => effects[row]![0]!)
      .some((share, side) => share > LEAST_SHARE + known(side));
  });
  const { joint, leftOut } = choosePairs(alone, hidden, MOST_JOINT - ran);
  const pairs = joint.map(({ method, parts }): RunPair => (
    { method, part: parts.map((part) => nodeName(nodes[part]!)).join(AND) }
  ));
  return { pairs, leftOut, effects: joint.length === 0 ? rows.map(() => []) : await run(joint) };
}

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

/** The lines of heads, MLPs and pairs over all rows: shares of gamma where it is certain, else those of d on each side. */
function groupsIn(rows: readonly object[]): { readonly of: string; readonly groups: Shown[] } {
  const lines = (rows as readonly Line[]).filter(({ segment, method, part, share }) =>
    segment === "all" && (method === "restore" || method === "remove") && share !== undefined &&
    part !== "attn" && part !== "block"
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
    const parts = pairNames(nameOf(line));
    if (parts === undefined) return undefined;
    const { share, simultaneous_low: low, simultaneous_high: high } = line;
    const lines = parts.map((part) => shown.get(`${method} ${part}`));
    const each = lines.map((line) => line?.share ?? NaN);
    const [alone = NaN] = each.toSorted((a, b) => Math.abs(b) - Math.abs(a));
    const sum = sumOf(each.map((share) => Math.max(0, share)));
    const isMore = lines.every((line) => isSmall(line, method)) &&
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
