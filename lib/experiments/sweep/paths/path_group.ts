/** Runs a group of pairs with all paths into some receivers: senders block by block, receivers one after the other. */

import type { RowTower } from "../../../engine/rows/row_tower.ts";
import { PATH_PARTS } from "./path_edges.ts";
import type { PathSchedule } from "./path_schedule.ts";
import { SecondRuns } from "./second_runs.ts";
import { type UnchangedBlock, unchangedBlocks } from "./unchanged_blocks.ts";

/** What a group of pairs asks of the blocks. */
export interface PathWork {
  /** The base rows' residual stream before the first block, [rows, width]. */
  readonly x: Float32Array;
  readonly schedule: Omit<PathSchedule, "base">;
  /** The heads at which paths end, both numbers from 0, in the order block, head. */
  readonly receivers: readonly { readonly block: number; readonly head: number }[];
  /** The place of each path's result, [sender, receiver, part]; see `edgePlaces`. */
  readonly places: Int32Array;
}

type Floats = Float32Array<ArrayBuffer>;

/** The most rows of second runs that go through the blocks together, unless those of one sender are more. */
const ROWS_AT_ONCE = 8192;

/**
 * Runs a group.
 *
 * @param tower The tower, row by row.
 * @param work The group.
 * @returns Residual stream after the last block at the end token of each second run, [path, pair, width], with the paths in their
 * places.
 */
export async function runPaths(tower: RowTower, work: PathWork): Promise<Floats> {
  const { heads, width } = tower.shape;
  const { schedule: { rows, ends }, receivers, places } = work;
  const last = receivers.at(-1)!.block;
  const base = await unchangedBlocks(tower, work);
  const size = ends.length * width; // of one second run in all pairs
  const paths = places.reduce((most, place) => Math.max(most, place + 1), 0);
  const after = new Float32Array(paths * size);
  let senders = embeddingSent(work, base[0]!, width);
  let count = 1;
  for (let block = 0; block <= last; block++) {
    const ofBlock = [...receivers.entries()].filter(([, receiver]) => receiver.block === block);
    if (ofBlock.length > 0) {
      const perPass = Math.max(1, Math.floor(ROWS_AT_ONCE / (rows.length * PATH_PARTS.length)));
      const second = new SecondRuns(tower, { base, schedule: work.schedule, block });
      for (let first = 0; first < count; first += perPass) {
        const own = Math.min(perPass, count - first);
        const sent = senders.subarray(
          first * rows.length * width,
          (first + own) * rows.length * width,
        );
        const values = await projected(tower, block, sent);
        for (const [receiver, { head }] of ofBlock) {
          const made = await second.run({ values, senders: own, head });
          for (let run = 0; run < own * PATH_PARTS.length; run++) {
            const sender = first + Math.floor(run / PATH_PARTS.length);
            const ofReceiver = sender * receivers.length + receiver;
            const place = places[ofReceiver * PATH_PARTS.length + run % PATH_PARTS.length]!;
            after.set(made.subarray(run * size, (run + 1) * size), place * size);
          }
        }
      }
    }
    if (block === last) break;
    senders = await sentThrough(tower, {
      block,
      senders,
      base: base[block]!,
      schedule: work.schedule,
    });
    count += heads;
  }
  return after;
}

/** The rows of the embedding as a sender: the negated one's vector at the negator. */
function embeddingSent(
  { schedule: { rows } }: PathWork,
  { x }: UnchangedBlock,
  width: number,
): Floats {
  const sent = new Float32Array(rows.length * width);
  rows.forEach(({ own, other, isNegator }, i) => {
    const start = (isNegator ? other : own) * width;
    sent.set(x.subarray(start, start + width), i * width);
  });
  return sent;
}

/** Takes the rows of all senders through a block, whose own heads become senders. */
async function sentThrough(
  tower: RowTower,
  { block, senders, base: { x, z }, schedule: { rows } }: {
    readonly block: number;
    readonly senders: Floats;
    readonly base: UnchangedBlock;
    readonly schedule: Pick<PathSchedule, "rows">;
  },
): Promise<Floats> {
  const { heads, width } = tower.shape;
  const headWidth = width / heads;
  const size = rows.length * width;
  const before = new Float32Array(senders.length + heads * size);
  const fixed = new Float32Array(before.length);
  before.set(senders);
  const [ownX, ownZ] = [x, z].map((values) => {
    const gathered = new Float32Array(size);
    rows.forEach(({ own }, i) =>
      gathered.set(values.subarray(own * width, (own + 1) * width), i * width)
    );
    return gathered;
  });
  for (let at = 0; at < before.length; at += size) {
    fixed.set(ownZ!, at);
    if (at >= senders.length) before.set(ownX!, at);
  }
  for (let head = 0; head < heads; head++) {
    const from = senders.length + head * size;
    rows.forEach(({ other }, i) => {
      const start = other * width + head * headWidth;
      fixed.set(z.subarray(start, start + headWidth), from + i * width + head * headWidth);
    });
  }
  const after = new Float32Array(before.length);
  await tower.complete(block, before, fixed, after);
  return after;
}

/** Queries, keys and values of some senders' rows. */
async function projected(tower: RowTower, block: number, x: Floats) {
  const [q, k, v] = PATH_PARTS.map(() => new Float32Array(x.length));
  const values = { q: q!, k: k!, v: v! };
  await tower.project(block, x, values);
  return values;
}
