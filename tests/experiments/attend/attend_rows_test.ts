import { assertEquals, assertNotEquals } from "@std/assert";
import { attendRows } from "../../../lib/experiments/attend/attend.ts";
import type { TextTower } from "../../../lib/model/text/text_tower.ts";
import { preparePairs } from "../../../lib/study/rows/prepare.ts";
import type { AlignedRow } from "../../../lib/study/rows/score_rows.ts";
import { keptIn } from "../../study/kept_map.ts";
import { SIGLIP_TINY, studyPairs, TINY, withClip } from "../../studies.ts";
import { attendPairs } from "../measured_rows.ts";

async function withRows(
  use: (text: TextTower, rows: readonly AlignedRow[]) => Promise<void>,
  study = TINY,
): Promise<void> {
  const pairs = await studyPairs(study);
  await withClip(study, async ({ text }) => {
    const { distinct, indexOfRow } = preparePairs(text, pairs, { protocol: "rephrased" });
    await use(text, pairs.map((pair, i) => ({ pair, aligned: distinct[indexOfRow[i]!]! })));
  });
}

/** What JSON keeps of the heads, in the order of the rows. */
async function headsOf(
  text: TextTower,
  rows: readonly AlignedRow[],
  options: Parameters<typeof attendRows>[2],
): Promise<unknown> {
  const heads = await attendRows(text, rows, options);
  return rows.map(({ aligned }) =>
    heads.get(aligned)!.map((head) => ({ ...head, byQuery: Array.from(head.byQuery) }))
  );
}

Deno.test("attendRows() gives each sentence pair what attendPairs() gives it", () =>
  withRows(async (text, rows) => {
    const pairs = [...new Set(rows.map(({ aligned }) => aligned))];
    const heads = await attendPairs(text, pairs);
    const plain = heads.map((own) =>
      own.map((head) => ({ ...head, byQuery: Array.from(head.byQuery) }))
    );
    assertEquals(await attendRows(text, rows), new Map(pairs.map((pair, i) => [pair, plain[i]!])));
  }));

Deno.test("attendRows() goes on with the rows that are kept and gives the same bits", () =>
  withRows(async (text, rows) => {
    const kept = new Map<string, readonly number[]>();
    const told: string[] = [];
    const options = {
      kept: keptIn(kept),
      progress: (done: number, total: number) => void told.push(`${done}/${total}`),
    };
    const whole = await headsOf(text, rows, options);
    assertEquals([kept.size, told], [rows.length, ["6/6"]]); // 6 sentence pairs of 8 rows
    const [first, , , fourth, , sixth] = rows.map(({ pair }) => pair.id); // of three sentence pairs
    kept.delete(fourth!);
    kept.set(sixth!, [1]); // of another size: not to be trusted
    assertEquals(await headsOf(text, rows, options), whole);
    assertEquals(kept.size, rows.length);
    kept.set(first!, kept.get(first!)!.map((x) => x + 1)); // what is kept is not read again
    told.length = 0;
    assertNotEquals(await headsOf(text, rows, options), whole);
    assertEquals(told, []);
  }));

Deno.test("attendRows() goes on with kept rows of SigLIP, whose queries before the negator count", () =>
  withRows(async (text, rows) => {
    const options = { kept: keptIn(new Map()) };
    const whole = await headsOf(text, rows, options);
    const told: string[] = [];
    const progress = () => void told.push("a pair was read again");
    assertEquals(await headsOf(text, rows, { ...options, progress }), whole);
    assertEquals(told, []);
  }, SIGLIP_TINY));
