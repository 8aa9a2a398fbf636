/** Which parts count only together, and which stand in for each other: pairs chosen by what each part does alone, run at once, and what they show. */

import { runChanges } from "../../engine/changes/run_changes.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import type { Embeddings } from "../../study/embeddings.ts";
import { LEAST_SHARE } from "../../study/effects/named_shares.ts";
import { effectOnD, lostOfD, signOfD, sizeOfD } from "../../study/effects/noise.ts";
import type { Phase } from "../../study/experiment/experiment.ts";
import { oncePerPair } from "../../study/rows/once_per_group.ts";
import type { ScoredPair } from "../../study/rows/score_rows.ts";
import { allNodes, nodeName } from "../../tables/nodes.ts";
import { pairGroups, swappedRun } from "../nodes/pair_runs.ts";

/** Whether values of the negated sentence are put into the affirmative one, or the other way round. */
export type OneSided = "restore" | "remove";

/** Shares of d by side, then by the place of a part among `allNodes`. */
type Shares = readonly (readonly number[])[];

/** What each part does alone. */
export type Alone = Readonly<Record<OneSided, Shares>>;

/** Parts that change at once. */
export interface Joint {
  readonly method: OneSided;
  readonly parts: readonly number[];
}

const MOST_CANDIDATES = 12;

/** The most runs of several parts for a pair of sentences. */
export const MOST_JOINT = 200;

/** The most parts of a set that counts while none of them does alone. */
const MOST_HIDDEN = 3;

/** From this share on a part does much alone in one way, where it does about nothing in the other. */
export const LARGE_SHARE = 0.1;

/** Whether a share is about 0; what takes nothing away may as well add to d where it is missing. */
export function isAbout0(share: number, method: OneSided): boolean {
  return share <= LEAST_SHARE && (method === "remove" || share >= -LEAST_SHARE);
}

/** The sides on which a part is enough alone, but not needed, as `restore`; as `remove` those on which it is needed, but not enough. */
function sidesOf(alone: Alone, large: OneSided, part: number): number[] {
  const other = large === "restore" ? "remove" : "restore";
  return [...alone[other].keys()].filter((side) =>
    alone[large][side]![part]! >= LARGE_SHARE && isAbout0(alone[other][side]![part]!, other)
  );
}

/**
 * The pairs that can be more than their parts: of parts that are needed but not enough, and hidden ones, what they restore at once; of each
 * part that is enough but not needed with every other one that is not needed, what they take away.
 *
 * @param hidden Parts that count only with others in both ways.
 */
export function choosePairs(alone: Alone, hidden: readonly number[]): Joint[] {
  const places = [...alone.restore[0]!.keys()];
  const are = (large: OneSided) => places.filter((part) => sidesOf(alone, large, part).length > 0);
  const sizeOf = (part: number) =>
    Math.max(...[...alone.restore, ...alone.remove].map((side) => side[part]!));
  const [enough, needed] = [are("restore"), are("remove")];
  const candidates = [
    ...[...new Set([...enough, ...needed])].toSorted((a, b) => sizeOf(b) - sizeOf(a)),
    ...hidden,
  ].slice(0, MOST_CANDIDATES);
  const restoring = candidates.filter((part) => needed.includes(part) || hidden.includes(part));
  const removing = candidates.filter((part) => enough.includes(part));
  const joint = [
    ...restoring.flatMap((first, i) =>
      restoring.slice(i + 1).map((second): Joint => ({ method: "restore", parts: [first, second] }))
    ),
    ...removing.flatMap((first, i) =>
      places.filter((second) =>
        second !== first && !removing.slice(0, i).includes(second) &&
        sidesOf(alone, "restore", first).some((side) =>
          isAbout0(alone.remove[side]![second]!, "remove")
        )
      ).map((second): Joint => ({ method: "remove", parts: [first, second] }))
    ),
  ];
  return joint.map(({ method, parts }) => ({ method, parts: parts.toSorted((a, b) => a - b) }));
}

/**
 * The parts that do nothing alone, in either way, and without which together d falls: by bisection a smallest set of these, then one
 * without each of its parts, as two of three have.
 *
 * @param falls Whether d falls without some parts by more than without each of them.
 */
export async function hiddenParts(
  { restore, remove }: Alone,
  falls: (parts: readonly number[]) => Promise<boolean>,
): Promise<number[]> {
  const quiet = [...restore[0]!.keys()].filter((part) =>
    [...restore, ...remove].every((side) => Math.abs(side[part]!) <= LEAST_SHARE)
  );
  const first = await smallestSet(quiet, falls);
  const found = new Set(first);
  for (const part of first) {
    const others = await smallestSet(quiet.filter((other) => other !== part), falls);
    for (const other of others) found.add(other);
  }
  return [...found].sort((a, b) => a - b);
}

/** Parts without which d falls, and none of which can be left out; none if all together do nothing, or if so many are needed. */
async function smallestSet(
  parts: readonly number[],
  falls: (parts: readonly number[]) => Promise<boolean>,
): Promise<number[]> {
  if (!await falls(parts)) return [];
  const found: number[] = [];
  let left = parts;
  while (!await falls(found)) {
    if (found.length === MOST_HIDDEN) return [];
    let [low, high] = [0, left.length]; // with the first `high` of those left d falls, with the first `low` it does not
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (await falls([...found, ...left.slice(0, middle)])) high = middle;
      else low = middle;
    }
    found.push(left[high - 1]!);
    left = left.slice(0, high - 1);
  }
  return found;
}

/** The pairs that were run. */
export interface MeasuredPairs {
  readonly pairs: readonly { readonly method: OneSided; readonly part: string }[];
  /** For each row what each pair does to d at once. */
  readonly effects: readonly (readonly number[])[];
}

const AND = " + ";

/** The names of the parts of a pair; undefined for a part of its own. */
export function pairNames(part: string): string[] | undefined {
  const names = part.split(AND);
  return names.length < 2 ? undefined : names;
}

/**
 * Chooses pairs of parts and changes both at once.
 *
 * @param effectOf The effect on d of a row of a part alone, by its place.
 */
export async function measurePairs(
  text: TextTower,
  rows: readonly ScoredPair[],
  { images, keptOf, progress, effectOf }: Pick<Phase, "keptOf" | "progress"> & {
    readonly images: Embeddings;
    readonly effectOf: (row: number, method: OneSided, part: number) => number;
  },
): Promise<MeasuredPairs> {
  const nodes = allNodes(text.tower.shape);
  const sides = [...Map.groupBy(rows.keys(), (row) => rows[row]!.scores.negation).values()];
  const sharesBy = (effectOf: (row: number) => number) =>
    sides.map((side) => {
      const d = side.map((row) => rows[row]!.scores.d);
      const sum = side.reduce((sum, row, i) => sum + signOfD(d[i]!) * effectOf(row), 0);
      return sum / d.reduce((sum, each) => sum + sizeOfD(each), 0) || 0;
    });
  const aloneBy = (method: OneSided): Shares => {
    const byPart = nodes.map((_, part) => sharesBy((row) => effectOf(row, method, part)));
    return sides.map((_, side) => byPart.map((shares) => shares[side]!));
  };
  const alone: Alone = { restore: aloneBy("restore"), remove: aloneBy("remove") };
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
    return sharesBy((row) => effects[row]![0]!).some((share, side) =>
      share > LEAST_SHARE +
          parts.reduce((sum, part) => sum + Math.abs(alone.remove[side]![part]!), 0)
    );
  });
  const joint = choosePairs(alone, hidden).slice(0, MOST_JOINT - ran);
  return {
    pairs: joint.map(({ method, parts }) => (
      { method, part: parts.map((part) => nodeName(nodes[part]!)).join(AND) }
    )),
    effects: joint.length === 0 ? rows.map(() => []) : await run(joint),
  };
}
