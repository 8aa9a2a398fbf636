/** Pairs of parts that may be more than their parts: chosen by what each part does alone, and both changed at once. */

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
export const LARGE_SHARE = 0.1;

/** Whether a share is about 0; without what takes nothing away d may grow a little. */
export function isAbout0(share: number, method: OneSided): boolean {
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
export function pairNames(part: string): string[] | undefined {
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
        side.reduce((sum, row) => sum + of(rows[row]!.scores.d, row), 0);
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
      parts.reduce((sum, part) => sum + Math.abs(alone[part]!.remove[side]!), 0);
    return sharesOf((row) => effects[row]![0]!)
      .some((share, side) => share > LEAST_SHARE + known(side));
  });
  const { joint, leftOut } = choosePairs(alone, hidden, MOST_JOINT - ran);
  const pairs = joint.map(({ method, parts }): RunPair => (
    { method, part: parts.map((part) => nodeName(nodes[part]!)).join(AND) }
  ));
  return { pairs, leftOut, effects: joint.length === 0 ? rows.map(() => []) : await run(joint) };
}
