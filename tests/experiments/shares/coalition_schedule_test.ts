import { assertEquals } from "@std/assert";
import type { Role } from "../../../lib/data/roles.ts";
import {
  type CoalitionPair,
  coalitionRows,
  scheduleCoalitions,
} from "../../../lib/experiments/shares/coalition_schedule.ts";
import { coalitionsOf, isIn, playersOf } from "../../../lib/experiments/shares/players.ts";
import { scheduleSweep } from "../../../lib/experiments/sweep/fast/schedule.ts";
import { preparePairs } from "../../../lib/subject/prepare.ts";
import { pathOf, SMALL, studyPairs, withClip } from "../../studies.ts";

/** A pair with the negator at position 3, followed by the given tokens with their roles. */
function pairOf(later: readonly number[], roles = framed(later.length)): CoalitionPair {
  const before = [100, 101, 102];
  const players = playersOf({ roles: ["sot", "there", "is_are", ...roles], negator: 3 });
  return {
    negated: [...before, 1, ...later],
    affirmative: [...before, 2, ...later],
    ...{ negator: 3, players, coalitions: coalitionsOf(players) },
  };
}

function framed(later: number): Role[] {
  const further = new Array<Role>(later - 3).fill("subject_further");
  return ["negator", "subject_first", ...further, "full_stop", "eot"];
}

Deno.test("scheduleCoalitions() computes 2^k - 2 rows at a position up to which there are k players", () => {
  const counts = [
    { pair: pairOf([10, 11, 12]), rows: 2 + 6 + 14 },
    { pair: pairOf([10, 11, 12, 13]), rows: 2 + 6 + 14 + 30 },
    { pair: pairOf([10, 11, 12, 13, 14, 15]), rows: 2 + 6 + 6 + 6 + 14 + 30 },
    { pair: pairOf([10, 11, 12], ["negator", "after", "after", "eot"]), rows: 2 + 2 + 6 },
    { pair: pairOf([10, 11, 12], ["negator", "after", "negator", "eot"]), rows: 2 + 2 + 6 },
    { pair: pairOf([10], ["negator", "eot"]), rows: 2 },
  ];
  for (const { pair, rows } of counts) {
    const { base, starts, runs } = scheduleCoalitions([pair]);
    const later = pair.affirmative.length - 3;
    assertEquals([starts.length, coalitionRows(pair.players, later)], [rows, rows]);
    assertEquals(runs.length, 2 ** pair.players.roles.length - 2);
    assertEquals(base.length, 3 + 2 * later);
  }
  assertEquals(coalitionRows(pairOf([10, 11, 12]).players, 2), 2);
  assertEquals(coalitionRows(pairOf([10, 11, 12]).players, -3), 0);
});

Deno.test("scheduleCoalitions() starts a run with the negated run's values where its coalition is and the affirmative's elsewhere", () => {
  const pairs = [pairOf([10, 11, 12, 13]), pairOf([10, 11, 22]), pairOf([10, 11, 12, 13, 14])];
  const { base, starts, runs } = scheduleCoalitions(pairs);
  const tokensAt = (row: number) => {
    const { pair, sentence, position } =
      base[row < base.length ? row : starts[row - base.length]!]!;
    return pairs[pair]![sentence].slice(0, position + 1);
  };
  for (const { pair, coalition, rows } of runs) {
    const { negated, affirmative, players } = pairs[pair]!;
    const isPatched = rows.map((_, q) => q >= 3 && isIn(coalition, players.of[q - 3]!));
    rows.forEach((row, q) => {
      const place = `pair ${pair}, coalition ${coalition}, position ${q}`;
      assertEquals(tokensAt(row), (isPatched[q] ? negated : affirmative).slice(0, q + 1), place);
      const soFar = new Set(isPatched.slice(3, q + 1));
      assertEquals(row >= base.length, soFar.size === 2, place); // as soon as some are patched, and some not
    });
  }
});

Deno.test("scheduleCoalitions() gives two runs a row in common only where the same positions are patched", () => {
  const pairs = [pairOf([10, 11, 12, 13]), pairOf([10, 11, 12, 33])];
  const { base, runs } = scheduleCoalitions(pairs);
  const depends = new Map<number, string>();
  for (const { pair, coalition, rows } of runs) {
    const { players, affirmative } = pairs[pair]!;
    rows.forEach((row, q) => {
      if (row < base.length) return;
      const patched = players.of.slice(0, q - 2).map((player) => isIn(coalition, player));
      const key = `${patched} ${affirmative.slice(0, q + 1)}`;
      assertEquals(depends.get(row) ?? key, key);
      depends.set(row, key);
    });
  }
  assertEquals(new Set(depends.values()).size, depends.size); // and nothing is computed twice
  assertEquals(depends.size, 2 + 6 + 14 + 2 * 30);
});

Deno.test("scheduleCoalitions() distinguishes pairs by both sentences and by the negator's position", () => {
  const pair = pairOf([10, 11, 12, 13]);
  const later = pairOf([11, 12, 13]); // four positions from the negator on
  const others = [
    { ...pair, negated: pair.negated.with(3, 7) },
    { ...pair, affirmative: pair.affirmative.with(3, 7) },
    { ...later, negator: 4, negated: pair.affirmative.with(4, 7), affirmative: pair.affirmative },
  ];
  const rowsOf = (pairs: readonly CoalitionPair[]) => scheduleCoalitions(pairs).starts.length;
  for (const other of others) {
    assertEquals(rowsOf([pair, other]), rowsOf([pair]) + rowsOf([other]));
  }
});

Deno.test("scheduleCoalitions() computes each row of a set in one sequence, after those that it attends to", () => {
  const pairs = [pairOf([10, 11, 12]), pairOf([10, 11, 22, 23]), pairOf([10, 11, 12, 13, 14])];
  const { base, starts, sequences } = scheduleCoalitions(pairs);
  const rows = sequences.flatMap(({ rows, first }) => rows.slice(first));
  assertEquals(rows.map((row) => row - base.length), [...starts.keys()]);
});

Deno.test({
  name:
    "scheduleCoalitions() needs 2.5 times the rows of a trace for the pairs of VALSE (needs ../shared)",
  ignore: !SMALL.exists,
  fn: () =>
    withClip(SMALL, async ({ text }) => {
      const file = pathOf("../../shared/data/valse/rephrased.csv");
      const { distinct } = preparePairs(text, await studyPairs(SMALL, { file }), {
        protocol: "rephrased",
      });
      const pairs = distinct.map(({ negated, affirmative, negator, roles }): CoalitionPair => {
        const players = playersOf({ roles, negator });
        const ids = { negated: negated.ids, affirmative: affirmative.ids };
        return { ...ids, negator, players, coalitions: coalitionsOf(players) };
      });
      const rows = [scheduleSweep(pairs), scheduleCoalitions(pairs)].map(({ starts }) => starts);
      assertEquals(rows.map(({ length }) => length), [5744, 14400]);
    }),
});
