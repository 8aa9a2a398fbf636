import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { Negation } from "../../../lib/data/pairs.ts";
import type { Role } from "../../../lib/data/roles.ts";
import { sharesSteps } from "../../../lib/experiments/shares/tables.ts";
import { ClusterBootstrap } from "../../../lib/stats/intervals/bootstrap.ts";
import { seededRandom } from "../../../lib/stats/random.ts";
import { finish } from "../../../lib/stats/steps.ts";
import { segmentOf } from "../../../lib/study/rows/score_rows.ts";
import { tableToCsv } from "../../../lib/tables/csv.ts";

const FRAME: readonly Role[] = ["negator", "subject_first", "full_stop", "eot"];
const LONG: readonly Role[] = FRAME.toSpliced(2, 0, "subject_further");

/** A row of three layers whose middle layer is shared as given. */
function row(
  i: number,
  between: readonly number[],
  { negation = "foil" as Negation, roles = FRAME } = {},
) {
  const d = between.reduce((sum, x) => sum + x, 0);
  const sentences = { caption: `There are some cats${i}.`, foil: `There are no cats${i}.` };
  const only = (owner: number) => roles.map((_, role) => role === owner ? d : 0);
  return {
    scores: {
      ...{ id: `${i}`, image: "a.png", negation, ...sentences, tokens: 7 },
      ...{ s_caption: d, s_foil: 0, d, segment: segmentOf(d) },
    },
    measured: { roles, shares: [only(0), [...between], only(roles.length - 1)].flat() },
  };
}

function tables(rows: readonly ReturnType<typeof row>[]) {
  return finish(sharesSteps(rows, { seed: 3 }));
}

const random = seededRandom(5);
const MIXED = Array.from({ length: 40 }, (_, i) => {
  const roles = i % 3 === 0 ? LONG : FRAME;
  return row(i, roles.map(() => random.below(200) / 100 - 0.3), {
    negation: i % 2 === 0 ? "foil" : "caption",
    roles,
  });
});

Deno.test("shares.csv has a line for each row, layer and role, in this order", () => {
  const { shares } = tables([row(1, [3, 2, 0.5, -0.5]), row(2, [1, 2, 3, 4, 5], { roles: LONG })]);
  const csv = tableToCsv(shares).split("\r\n");
  assertEquals(csv[0], "id,negation,segment,layer,role,share");
  assertEquals(csv.slice(1, 13), [
    ...["1,foil,correct,0,negator,5", "1,foil,correct,0,subject_first,0"],
    ...["1,foil,correct,0,full_stop,0", "1,foil,correct,0,eot,0"],
    ...["1,foil,correct,1,negator,3", "1,foil,correct,1,subject_first,2"],
    ...["1,foil,correct,1,full_stop,0.5", "1,foil,correct,1,eot,-0.5"],
    ...["1,foil,correct,2,negator,0", "1,foil,correct,2,subject_first,0"],
    ...["1,foil,correct,2,full_stop,0", "1,foil,correct,2,eot,5"],
  ]);
  assertEquals(csv[13 + 5 + 2], "2,foil,correct,1,subject_further,3");
  assertEquals(csv.length, 1 + 12 + 15 + 1);
});

Deno.test("shares_summary.csv divides the sums over all rows, with the rows that have the role as n", () => {
  const { summary } = tables([row(1, [3, 2, 0, 1]), row(2, [1, 1, 4, 1, 1], { roles: LONG })]);
  const lines = summary.rows.filter(({ segment, layer }) => segment === "all" && layer === 1);
  assertEquals(lines.map(({ role, n, share }) => [role, n, share]), [
    ["negator", 2, 4 / 14],
    ["subject_first", 2, 3 / 14],
    ["subject_further", 1, 4 / 14],
    ["full_stop", 2, 1 / 14],
    ["eot", 2, 2 / 14],
  ]);
  assertEquals(
    tableToCsv(summary).split("\r\n")[0],
    "negation,segment,layer,role,n,mean_effect,low,high,share,share_low,share_high,simultaneous_low,simultaneous_high",
  );
});

Deno.test("the shares of each group and layer sum to 1, whichever rows have a role", () => {
  const { summary } = tables(MIXED);
  const columns = Map.groupBy(
    summary.rows.filter(({ share }) => share !== undefined),
    ({ negation, segment, layer }) => `${negation} ${segment} ${layer}`,
  );
  assert(columns.size >= 6);
  for (const [column, own] of columns) {
    assertAlmostEquals(own.reduce((sum, { share }) => sum + share!, 0), 1, 1e-12, column);
  }
});

Deno.test("an interval of a share is that of the ratio of sums, which resamples sentence pairs", () => {
  const rows = MIXED.filter(({ scores }) => scores.negation === "caption");
  const { summary } = tables(rows);
  const keys = rows.map(({ scores: { caption, foil } }) => `${caption}\n${foil}`);
  const shares = rows.map(({ measured: { roles, shares } }) =>
    shares[roles.length + roles.indexOf("subject_further")] ?? 0
  );
  const further = rows.map((own, i) => own.measured.roles === LONG ? shares[i]! : 0);
  const expected = new ClusterBootstrap(keys, { seed: 3 }).ratio(
    further.map((effect, i) => Math.sign(rows[i]!.scores.d) * effect),
    rows.map(({ scores: { d } }) => Math.abs(d)),
  );
  const found = summary.rows.find(({ segment, layer, role }) =>
    segment === "all" && layer === 1 && role === "subject_further"
  )!;
  assertAlmostEquals(found.share!, expected.estimate!, 1e-12);
  assertAlmostEquals(found.share_low!, expected.low!, 1e-12);
  assertAlmostEquals(found.share_high!, expected.high!, 1e-12);
  assert(found.share_low! < found.share! && found.share! < found.share_high!);
});

Deno.test("shares_summary.csv takes shares within the rounding error of S for 0, and no others", () => {
  const rows = (tiny: number) => Array.from({ length: 12 }, (_, i) => row(i, [3, tiny, 0, 1]));
  const share = (tiny: number) =>
    tables(rows(tiny)).summary.rows.find(({ layer, role, segment }) =>
      segment === "all" && layer === 1 && role === "subject_first"
    )!;
  assertEquals([share(9e-5).share, share(9e-5).share_low, share(9e-5).share_high], [0, 0, 0]);
  assert(share(1.1e-4).share_low! > 0);
});
