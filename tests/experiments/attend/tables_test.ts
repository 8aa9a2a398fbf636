import { attentionTables } from "../finished.ts";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { Negation } from "../../../lib/data/pairs.ts";
import type { Role } from "../../../lib/data/align.ts";
import type { HeadDifferences } from "../../../lib/experiments/attend/attend.ts";
import {
  type AttendedRow,
  type HeadRow,
  mostSelectiveLayer,
} from "../../../lib/experiments/attend/tables.ts";

const SEED = { seed: 0 };

/** A sentence pair with two heads: the difference of each head at every token, and the tokens' roles. */
interface Attended {
  readonly key: string;
  readonly roles: readonly Role[];
  /** The differences of head 1.1, then of head 3.2. */
  readonly byQuery: readonly [readonly number[], readonly number[]];
  readonly largest: readonly [number, number];
  /** The largest with the sentences exchanged, of both heads; undefined if the negator has no twin. */
  readonly swapped?: number;
}

function rowOf(
  id: string,
  { key, roles, byQuery, largest, swapped }: Attended,
  { d, negation = "foil" }: { readonly d?: number; readonly negation?: Negation } = {},
): AttendedRow {
  const heads = [[1, 1], [3, 2]].map(([layer, head], i): HeadDifferences => (
    {
      ...{ layer: layer!, head: head!, byQuery: byQuery[i]!, largest: largest[i]!, swapped },
    }
  ));
  return { id, negation, d, cluster: key, roles, heads };
}

const SHORT: readonly Role[] = ["negator", "subject_first", "full_stop", "eot"];
const LONG: readonly Role[] = [
  ...["negator", "subject_first", "subject_further"] as const,
  ...["subject_further", "full_stop", "eot"] as const,
];

const P: Attended = {
  ...{ key: "p", roles: LONG, largest: [0.5, 0.25], swapped: 0.125 },
  byQuery: [[1, 0.125, -0.5, -0.25, 0.5, 0], [-1, 0.25, 0.125, 0.25, 0, -0.5]],
};
const Q: Attended = {
  ...{ key: "q", roles: SHORT, largest: [0.25, 0.5], swapped: 0.5 },
  byQuery: [[0.5, -0.125, 0.25, 0], [0, 0.5, 0.25, -0.25]],
};
const R: Attended = {
  ...{ key: "r", roles: SHORT, largest: [0, 0] },
  byQuery: [[0.25, 0, -0.25, -1], [0, 0, 0, -0.25]],
};

/** Two rows of one sentence pair among four, and two rows of the other side. */
const ROWS: readonly AttendedRow[] = [
  rowOf("c", R, { d: -3 }),
  rowOf("x", Q, { d: 1, negation: "caption" }),
  rowOf("a", P, { d: 4 }),
  rowOf("a again", P, { d: 2 }),
  rowOf("b", Q, { d: 1 }),
  rowOf("y", R, { d: 1, negation: "caption" }),
];

const { attention, heads, headRoles } = attentionTables(ROWS, SEED);

Deno.test("attentionTables() gives each row and head its largest difference, in the order of the rows", () => {
  assertEquals(
    attention.rows.slice(0, 6).map((row) =>
      `${row.id} ${row.negation} ${row.layer}.${row.head} ${row.max_difference} ${row.swapped_difference}`
    ),
    [
      ...["c foil 1.1 0 undefined", "c foil 3.2 0 undefined"],
      ...["x caption 1.1 0.25 0.5", "x caption 3.2 0.5 0.5"],
      ...["a foil 1.1 0.5 0.125", "a foil 3.2 0.25 0.125"],
    ],
  );
});

Deno.test("attentionTables() takes plain means over all rows of a side, and compares with the exchanged sentences where the negator has a twin", () => {
  const columns = ["negation", "n", "selectivity", "n_baseline", "above_baseline"] as const;
  assertEquals(
    heads.rows.map((row) => columns.map((column) => row[column])),
    [ // not .25, the mean over the three pairs; c has no twin
      ["foil", 4, (0.5 + 0.5 + 0.25 + 0) / 4, 3, (0.375 + 0.375 - 0.25) / 3],
      ["foil", 4, (0.25 + 0.25 + 0.5 + 0) / 4, 3, (0.125 + 0.125 + 0) / 3],
      ["caption", 2, (0.25 + 0) / 2, 1, -0.25],
      ["caption", 2, (0.5 + 0) / 2, 1, 0],
    ],
  );
  const [row] = attentionTables([rowOf("c", R), rowOf("d", R)], SEED).heads.rows;
  assertEquals([row!.n_baseline, row!.above_baseline, row!.above_baseline_low], [
    ...[0, undefined, undefined],
  ]);
});

Deno.test("attentionTables() correlates nothing with a head whose differences vary only by rounding", () => {
  const nearly = (pair: Attended, i: number): Attended => (
    { ...pair, largest: [1 - i * 3e-7, pair.largest[1]] }
  );
  const rows = [P, Q, R].map((pair, i) => rowOf(pair.key, nearly(pair, i), { d: i * i }));
  const [idle, other] = attentionTables(rows, SEED).heads.rows;
  assertEquals([idle!.correlation_with_d, idle!.p_value, idle!.q_value], [
    ...[undefined, undefined, undefined],
  ]);
  assertEquals(other!.q_value, other!.p_value); // one test, not two
});

Deno.test("attentionTables() correlates each head's differences with d over the rows of a side", () => {
  // d less its mean is 3, 1, 0, -4 for a, a again, b, c: the sum of squares is 26.
  // Head 1.1: .5, .5, .25, 0 have the sum of squares .171875 about their mean, head 3.2: .25, .25, .5, 0 have .125.
  assertAlmostEquals(heads.rows[0]!.correlation_with_d!, 2 / Math.sqrt(0.171875 * 26), 1e-12);
  assertAlmostEquals(heads.rows[1]!.correlation_with_d!, 1 / Math.sqrt(0.125 * 26), 1e-12);
  assertEquals(heads.rows[2]!.correlation_with_d, undefined); // two rows
});

Deno.test("attentionTables() tests heads by signs of sentence pairs, and adjusts over the heads of a side", () => {
  // Twelve pairs, six like P and six like Q, with two rows each: of the 4096 vectors of signs, only the original and its opposite
  // keep each kind together. The heads' differences are mirror images.
  const rows = [P, P, P, P, P, P, Q, Q, Q, Q, Q, Q].flatMap((pair, i) =>
    [i / 10, -i / 10].map((own, copy) =>
      rowOf(`${i} ${copy}`, { ...pair, key: `${i}` }, { d: 8 * pair.largest[0] + own })
    )
  );
  const [first, second] = attentionTables(rows, SEED).heads.rows;
  assertEquals([first!.p_value, second!.p_value], [2 / 4096, 2 / 4096]);
  assertEquals([first!.q_value, second!.q_value], [2 / 4096, 2 / 4096]); // equal p-values of two tests
  assertEquals([heads.rows[0]!.p_value, heads.rows[0]!.q_value], [undefined, undefined]); // three pairs
  const [row] = attentionTables(ROWS.map((own) => ({ ...own, d: undefined })), SEED).heads.rows; // without images
  assertEquals([row!.selectivity, row!.correlation_with_d, row!.p_value], [
    ...[0.3125, undefined, undefined],
  ]);
});

Deno.test("attentionTables() averages over all rows of a side by role of the query, 0 for a row without the role", () => {
  const of = (negation: Negation, layer: number) =>
    headRoles.rows.filter((row) => row.negation === negation && row.layer === layer)
      .map(({ head, role, n, attention_difference }) =>
        `${head} ${role} ${n} ${attention_difference}`
      );
  // p counts twice; of its two further tokens the larger counts, below 0 too: q and r have none and count as 0.
  assertEquals(of("foil", 1), [
    `1 negator 4 ${(1 + 1 + 0.5 + 0.25) / 4}`,
    `1 subject_first 4 ${(0.125 + 0.125 - 0.125 + 0) / 4}`,
    `1 subject_further 4 ${(-0.25 - 0.25 + 0 + 0) / 4}`,
    `1 full_stop 4 ${(0.5 + 0.5 + 0.25 - 0.25) / 4}`,
    `1 eot 4 ${(0 + 0 + 0 - 1) / 4}`,
  ]);
  assertEquals(of("foil", 3)[2], `2 subject_further 4 ${(0.25 + 0.25 + 0 + 0) / 4}`);
  assertEquals(of("caption", 3), [ // no row of the side has further tokens
    `2 negator 2 0`,
    `2 subject_first 2 ${(0.5 + 0) / 2}`,
    `2 full_stop 2 ${(0.25 + 0) / 2}`,
    `2 eot 2 ${(-0.25 - 0.25) / 2}`,
  ]);
});

Deno.test("attentionTables() divides the parts of a look by the differences that they add up to, over both sides, without rows that lack a token", () => {
  const looks = [
    [3, 0, 0, -1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0], // 4
    [],
    [1, 0, 0, 0, 0, 0, 0, -3, 0, 0, 0, 0, 0, 0], // -2
  ];
  const rows = looks.map((parts, i) => (
    {
      ...rowOf(`${i}`, Q, { negation: i === 0 ? "foil" : "caption" }),
      looks: [{ layer: 2, head: 1, parts }, { layer: 2, head: 2, parts: [1] }],
    }
  ));
  const table = attentionTables([rowOf("no first pair", P), ...rows], SEED).looks.rows;
  assertEquals(
    table.filter(({ share }) => share !== 0)
      .map(({ layer, head, at, sender, n, share }) => [`${layer}.${head}`, at, sender, n, share]),
    [
      ["2.1", "key", "embedding", 2, 4 / 2],
      ["2.1", "key", "1.2", 2, -1 / 2],
      ["2.1", "query", "embedding", 2, -1 / 2],
      ["2.2", "key", "embedding", 3, 1],
    ],
  );
  assertEquals(table.length, 2 * 14);
});

Deno.test("attentionTables() gives no shares of a difference that is not certainly above 0", () => {
  const cases: readonly (readonly [totals: readonly number[], isGiven: boolean])[] = [
    [[2], true], // too few for an interval
    [[-2], false],
    [[2, 1], true],
    [[-2, -1], false],
    [[10, -9], false], // a mean of .5 that may as well be below 0
  ];
  for (const [totals, isGiven] of cases) {
    const rows = Array.from({ length: totals.length === 1 ? 1 : 40 }, (_, i) => ({
      ...rowOf(`${i}`, { ...Q, key: `${i}` }),
      looks: [{ layer: 1, head: 1, parts: [totals[i % 2]!, 0, 0, 0, 0, 0, 0, 0] }],
    }));
    const shares = attentionTables(rows, SEED).looks.rows.map(({ share }) => share);
    assertEquals(shares, Array(8).fill(undefined).map((_, i) => isGiven ? Number(i === 0) : _));
  }
});

Deno.test("mostSelectiveLayer() is the layer of the head with the largest selectivity, on whichever side", () => {
  const row = (layer: number, selectivity: number | undefined): HeadRow => ({
    ...heads.rows[0]!,
    ...{ layer, selectivity },
  });
  assertEquals(mostSelectiveLayer([row(1, 0.25), row(2, 0.5), row(3, 0.375)]), 2);
  assertEquals(mostSelectiveLayer([row(4, 0.5), row(2, undefined), row(3, -0.75)]), 4);
  assertEquals(mostSelectiveLayer([row(1, -0.5), row(2, undefined), row(3, 0.125)]), 3);
  assertEquals(mostSelectiveLayer(heads.rows), 1); // .3125 of head 1.1, foil-negated, against .25 at the most
});
