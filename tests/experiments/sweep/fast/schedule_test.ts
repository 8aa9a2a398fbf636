import { assert, assertEquals } from "@std/assert";
import { preparePairs } from "../../../../lib/subject/prepare.ts";
import {
  rowsOfPair,
  type SchedulePair,
  scheduleSweep,
  type SweepSchedule,
} from "../../../../lib/experiments/sweep/fast/schedule.ts";
import { pathOf, SMALL, studyPairs, withClip } from "../../../studies.ts";

/** A pair of T tokens with the negator at position 3, followed by the given tokens. */
function pairOf(later: readonly number[], { negator = 3 } = {}): SchedulePair {
  const before = Array.from({ length: negator }, (_, i) => 100 + i);
  return {
    negated: [...before, 1, ...later],
    affirmative: [...before, 2, ...later],
    negator,
  };
}

function tokens(count: number, first = 10): number[] {
  return Array.from({ length: count }, (_, i) => first + i);
}

/** Rows of a set that a sequence computes. */
function computed({ base, sequences }: SweepSchedule): number[] {
  return sequences.flatMap(({ rows, first }) => rows.slice(first)).map((row) => row - base.length);
}

Deno.test("scheduleSweep() computes (T - 4) + (T - 4)(T - 3) / 2 rows a set for one pair of T tokens", () => {
  for (let length = 6; length <= 40; length++) {
    const pair = pairOf(tokens(length - 4));
    const { base, starts, runs } = scheduleSweep([pair]);
    const expected = (length - 4) + (length - 4) * (length - 3) / 2;
    assertEquals(starts.length, expected);
    assertEquals(rowsOfPair({ length, negator: 3 }), expected);
    assertEquals(base.length, length + length - 3); // the negated run is the affirmative one before position 3
    assertEquals(runs.length, length - 3);
  }
  assertEquals(scheduleSweep([pairOf(tokens(6))]).starts.length, 27);
});

Deno.test("scheduleSweep() numbers rows without gaps and computes each in one sequence", () => {
  const pairs = [pairOf(tokens(3)), pairOf([10, 11, 30, 31]), pairOf(tokens(9), { negator: 5 })];
  const schedule = scheduleSweep(pairs);
  assertEquals(computed(schedule), [...schedule.starts.keys()]);
  const base = schedule.baseSequences.flatMap(({ rows, first }) => rows.slice(first));
  assertEquals(base, [...schedule.base.keys()]);
});

Deno.test("scheduleSweep() lets a patched run attend to the affirmative run before the patch and to itself from there on", () => {
  const pairs = [pairOf(tokens(4)), pairOf([10, 20, 21])];
  const { base, starts, runs } = scheduleSweep(pairs);
  const tokenAt = (row: number) => {
    const { pair, sentence, position } = base[row]!;
    return { position, ids: pairs[pair]![sentence].slice(0, position + 1) };
  };
  for (const { pair, position, rows } of runs) {
    const { affirmative, negated } = pairs[pair]!;
    rows.forEach((row, q) => {
      const own = row >= base.length;
      assertEquals(
        own,
        q >= position && q !== 3,
        `position ${q} of the run patched at ${position}`,
      );
      const from = own ? tokenAt(starts[row - base.length]!) : tokenAt(row);
      const expected = q === position ? negated : affirmative;
      assertEquals(from, { position: q, ids: expected.slice(0, q + 1) });
    });
  }
});

Deno.test("scheduleSweep() shares the rows of pairs up to where their tokens differ", () => {
  const [a, b] = [pairOf([10, 11, 12, 13]), pairOf([10, 11, 22, 23])];
  const { base, starts } = scheduleSweep([a, b]);
  const alone = rowsOfPair({ length: a.affirmative.length, negator: 3 });
  assertEquals(starts.length, 2 * alone - 5); // p = 3 and 4 at position 4; p = 3, 4, 5 at position 5
  assertEquals(base.length, 2 * (8 + 5) - 6 - 3); // affirmative up to 5, negated from 3 to 5
});

Deno.test("scheduleSweep() distinguishes pairs by their negators and the negators' positions", () => {
  const pair = pairOf(tokens(4));
  const others = [
    { ...pair, negated: pair.negated.with(3, 7) },
    { ...pair, affirmative: pair.affirmative.with(3, 7) },
    { ...pair, negator: 4, negated: pair.affirmative.with(4, 1) },
  ];
  for (const other of others) {
    const { starts } = scheduleSweep([pair, other]);
    const sizes = [pair, other].map(({ affirmative: { length }, negator }) =>
      rowsOfPair({ length, negator })
    );
    assertEquals(starts.length, sizes[0]! + sizes[1]!);
  }
});

Deno.test("scheduleSweep() computes nothing more for a repeated pair", () => {
  const pair = pairOf(tokens(4));
  const once = scheduleSweep([pair]);
  const twice = scheduleSweep([pair, pair]);
  assertEquals(twice.starts, once.starts);
  assertEquals(twice.sequences, once.sequences);
  assertEquals(
    twice.runs.slice(once.runs.length).map(({ rows }) => rows),
    once.runs.map(({ rows }) => rows),
  );
});

Deno.test({
  name: "scheduleSweep() finds 2, 160, 236 and 253 distinct beginnings in VALSE (needs ../shared)",
  ignore: !SMALL.exists,
  fn: () =>
    withClip(SMALL, async ({ text }) => {
      const file = pathOf("../../shared/data/valse/rephrased.csv");
      const pairs = await studyPairs(SMALL, { file });
      assertEquals(new Set(pairs.map(({ caption, foil }) => `${caption}\n${foil}`)).size, 297);
      const { distinct } = preparePairs(text, pairs, { protocol: "rephrased" });
      const schedule = scheduleSweep(distinct.map(({ negated, affirmative, negator }) => ({
        ...{ negated: negated.ids, affirmative: affirmative.ids, negator },
      })));
      const { base, starts } = schedule;
      const negated = base.filter(({ sentence }) => sentence === "negated");
      const beginnings = [[3, 2], [4, 160], [5, 236], [6, 253]] as const;
      for (const [position, expected] of beginnings) {
        assertEquals(negated.filter((row) => row.position === position).length, expected);
        if (position === 3) continue; // in a set, no run has a row of its own there
        const rows = starts.filter((row) => base[row]!.position === position);
        assertEquals(rows.length, (position - 2) * expected); // patched at 3 and up to this position
      }
      assert(distinct.every(({ negator }) => negator === 3));
    }),
});
