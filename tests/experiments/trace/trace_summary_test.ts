import {
  TRACE,
  type TracedScores,
  type TraceRow,
  traceSummarySteps,
} from "../../../lib/experiments/trace/tables.ts";
import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { traceFindings } from "../../../lib/experiments/trace/index.ts";
import { finish } from "../../../lib/stats/steps.ts";
import type { Role } from "../../../lib/data/align.ts";
import { type Segment, segmentOf, SEGMENTS } from "../../../lib/study/rows/score_rows.ts";
import { ClusterBootstrap } from "../../../lib/stats/bootstrap.ts";
type Tokens = readonly (readonly [Role, number | undefined])[];

/** A traced row: its d, and the effects of its tokens by role, for each layer, or for each head of each layer. */
interface Traced {
  readonly id: string;
  readonly d: number;
  readonly negation?: "caption" | "foil";
  readonly heads?: number;
  readonly layers: readonly Tokens[];
  readonly noise?: readonly Tokens[];
}

function traceOf(traced: readonly Traced[], cluster = (id: string) => id): readonly TraceRow[] {
  const segments = SEGMENTS.filter((segment) => traced.some(({ d }) => segmentOf(d) === segment));
  const numbers = (layers: readonly Tokens[]) => layers.flat().map(([, effect]) => effect ?? null);
  const rows = traced.map(({ id, d, negation = "foil", heads = 1, layers, noise }) => ({
    scores: { id, negation, segment: segmentOf(d), d, image: "", caption: id, foil: id },
    traced: {
      ...{ roles: layers[0]!.map(([role]) => role), heads },
      effects: { denoise: numbers(layers), ...noise && { noise: numbers(noise) } },
    },
    cluster: cluster(id),
  }));
  const site = traced.some(({ heads = 1 }) => heads > 1) ? "z" : "resid";
  return finish(traceSummarySteps(rows, { site, seed: 0, segments })).rows;
}

function find(rows: readonly TraceRow[], role: Role): TraceRow {
  const found = rows.filter((row) => row.role === role);
  assertEquals(found.length, 1, role);
  return found[0]!;
}

/** Three rows with 2, 1 and no further tokens; every mean is worked out below. */
const HAND: readonly Traced[] = [
  {
    id: "two",
    d: 2,
    layers: [[
      ...[["negator", 2], ["subject_first", 0.5]] as const,
      ...[["subject_further", 1.5], ["subject_further", 0.5], ["eot", 0]] as const,
    ]],
  },
  {
    id: "one",
    d: 5,
    layers: [[
      ...[["negator", 2.5], ["subject_first", -1]] as const,
      ...[["subject_further", 3], ["eot", 0]] as const,
    ]],
  },
  {
    id: "none",
    d: 1,
    layers: [[["negator", 0.9], ["subject_first", 0.25], ["eot", 0]]],
  },
];

Deno.test("traceSummarySteps() averages over rows, over tokens only further ones, and gives the ratio of means beside the mean of ratios", () => {
  const found = traceOf(HAND).map(({ role, n }) => `${role} ${n}`);
  assertEquals(found, ["negator 3", "subject_first 3", "subject_further 3", "eot 3"]);
  for (
    const [role, cte, ratio] of [
      ["negator", (2 / 2 + 2.5 / 5 + 0.9 / 1) / 3, 5.4 / 8],
      ["subject_first", (0.5 / 2 - 1 / 5 + 0.25 / 1) / 3, -0.25 / 8],
      // k_r x (row mean): 2 x .5 and 1 x .6 over 3 tokens; the sum of d* over that of k_r x d_r
      ["subject_further", (2 * 0.5 + 1 * 0.6) / 3, (1.5 + 0.5 + 3) / (2 * 2 + 1 * 5)],
      ["eot", 0, 0],
    ] as const
  ) {
    assertAlmostEquals(find(traceOf(HAND), role).cte!, cte, 1e-15);
    assertAlmostEquals(find(traceOf(HAND), role).ratio_of_means!, ratio, 1e-15);
  }
});

/** Rows without the frame, with 2 and 1 tokens before the negator, and 1 and 3 after it. */
const UNFRAMED: readonly Traced[] = [
  {
    id: "two",
    negation: "caption",
    d: 2,
    layers: [[
      ...[["before", 2], ["before", 1], ["negator", 1]] as const, // CTE 1 and .5: .75
      ...[["after", -1], ["eot", 2]] as const, // -.5
    ]],
  },
  {
    id: "one",
    negation: "caption",
    d: 4,
    layers: [[
      ...[["before", 1], ["negator", 2]] as const, // .25
      ...[["after", 1], ["after", 2], ["after", 6], ["eot", 4]] as const, // .25, .5, 1.5: .75
    ]],
  },
];

Deno.test("traceSummarySteps() draws sentence pairs for an interval and counts their rows equally whatever their tokens", () => {
  // Twelve pairs: in six the mean CTE of both rows is .75, in the others .25. If tokens counted equally, it would be other values.
  const [two, one] = UNFRAMED as [Traced, Traced];
  const pairs = [two, one, two, one, two, one, two, one, two, one, two, one].flatMap((row, i) =>
    ["a", "b"].map((copy) => ({ ...row, id: `${i} ${copy}` }))
  );
  const before = find(traceOf(pairs, (id) => id.split(" ")[0]!), "before");
  assertAlmostEquals(before.cte!, 0.5, 1e-15);
  // The number of drawn pairs of .75 is binomial: at most one in 13 of 4096 samples, at most two in 79. The bounds are at 1.1 % of the
  // samples (Student's t with 11 degrees of freedom), so that they are at 2 and 10 of 12.
  assertAlmostEquals(before.cte_low!, 0.25 + 0.5 * 2 / 12, 1e-9);
  assertAlmostEquals(before.cte_high!, 0.25 + 0.5 * 10 / 12, 1e-9);
});

Deno.test("traceSummarySteps() gives no interval if few pairs have most of the weight, however many rows there are", () => {
  const further = (id: string, ...effects: readonly number[]): Traced => ({
    ...{ id, d: 4 },
    layers: [[
      ["negator", effects[0] ?? 1],
      ...effects.map((effect) => ["subject_further", effect] as const),
    ]],
  });
  // 14 rows of which 5 have further tokens, then 12.
  const traced = (n: number) =>
    Array.from({ length: 14 }, (_, i) => i < n ? further(`${i}`, i, i + 2) : further(`${i}`));
  const five = traceOf(traced(5));
  assertAlmostEquals(find(five, "subject_further").cte!, 3 / 4, 1e-15);
  const { cte_low, ratio_low, effect_low, simultaneous_low } = find(five, "subject_further");
  assertEquals([cte_low, ratio_low, effect_low, simultaneous_low], new Array(4).fill(undefined));
  assert(find(five, "negator").cte_low !== undefined);
  assert(find(traceOf(traced(12)), "subject_further").cte_low! < 6.5 / 4);
});

/** 40 rows in 13 pairs whose d are about 2, and whose effects are waves. */
const WAVES = Array.from({ length: 40 }, (_, i): Traced => ({
  id: `${i}`,
  d: 2 + Math.cos(i),
  layers: [[["negator", Math.sin(i)], ["eot", Math.sin(3 * i)]]],
}));
const pairOfWave = (id: string) => `pair ${Number(id) % 13}`;

Deno.test("traceSummarySteps() gives the mean effect in logits and the ratio of means with intervals over pairs", () => {
  const negator = find(
    traceOf(WAVES, pairOfWave).filter(({ segment }) => segment === "correct"),
    "negator",
  );
  const own = WAVES.filter(({ d }) => d >= 1);
  const effects = own.map(({ layers }) => layers[0]![0]![1]!);
  const bootstrap = new ClusterBootstrap(own.map(({ id }) => pairOfWave(id)), { seed: 0 });
  const mean = bootstrap.mean(effects);
  assertEquals([negator.mean_effect, negator.effect_low, negator.effect_high], Object.values(mean));
  const ratio = bootstrap.ratio(effects, own.map(({ d }) => d));
  const found = [negator.ratio_of_means, negator.ratio_low, negator.ratio_high];
  found.forEach((value, i) => assertAlmostEquals(value!, Object.values(ratio)[i]!, 1e-12));
  const ctes = bootstrap.mean(effects.map((effect, row) => effect / own[row]!.d));
  const cte = [negator.cte, negator.cte_low, negator.cte_high];
  cte.forEach((value, i) => assertAlmostEquals(value!, Object.values(ctes)[i]!, 1e-12));
});

Deno.test("traceSummarySteps() has no ratio of means where the mean d may be 0", () => {
  const rows = (shift: number) =>
    Array.from({ length: 20 }, (_, i): Traced => ({
      ...{ id: `${i}`, d: shift + (i % 2 === 0 ? 0.4 : -0.4) },
      layers: [[["eot", 0.2 + i / 100]]],
    }));
  const unclear = find(traceOf(rows(0.05)), "eot");
  const { ratio_of_means, ratio_low, ratio_high } = unclear;
  assertEquals([ratio_of_means, ratio_low, ratio_high], new Array(3).fill(undefined));
  assertAlmostEquals(unclear.mean_effect!, 0.295, 1e-12);
  const clear = find(traceOf(rows(0.5)), "eot");
  assertAlmostEquals(clear.ratio_of_means!, 0.295 / 0.5, 1e-12);
  assert(clear.ratio_low! < 0.59 && clear.ratio_high! > 0.59);
  // Four rows are too few for an interval: there d of both signs leaves it empty, and d of one sign does not.
  assertEquals(find(traceOf(rows(0.05).slice(0, 4)), "eot").ratio_of_means, undefined);
  const few = find(traceOf(rows(0.5).slice(0, 4)), "eot");
  assertAlmostEquals(few.ratio_of_means!, 0.215 / 0.5, 1e-12);
  assertEquals(few.ratio_low, undefined);
});

Deno.test("traceSummarySteps() counts effects that are all within rounding as 0, of each token and not of their sum", () => {
  const rows = (effect: number) =>
    Array.from({ length: 12 }, (_, i): Traced => {
      const further = ["subject_further", effect] as const;
      return {
        ...{ id: `${i}`, d: 2 },
        layers: [[["eot", -effect * (1 - i / 100)], further, further, further]],
      };
    });
  const zero = traceOf(rows(9e-5));
  for (const role of ["eot", "subject_further"] as const) {
    const { cte, cte_high, mean_effect, effect_high } = find(zero, role);
    assertEquals([cte, cte_high, mean_effect, effect_high], [0, 0, 0, 0], role);
  }
  const seen = traceOf(rows(1.1e-4));
  assert(find(seen, "eot").effect_high! < 0 && find(seen, "eot").cte_high! < 0);
  assertAlmostEquals(find(seen, "subject_further").mean_effect!, 1.1e-4, 1e-15);
  assertAlmostEquals(find(seen, "subject_further").cte!, 1.1e-4 / 2, 1e-15);
});

Deno.test("traceSummarySteps() has a row for exactly the roles of the group, without an effect where no token has a counterpart", () => {
  const unframed: Traced = {
    id: "unframed",
    d: 3,
    layers: [[["before", 1], ["inserted", undefined], ["after", 1]]],
  };
  const rows = traceOf([unframed]);
  assertEquals(
    rows.map(({ role, n, cte, ratio_of_means }) => `${role} ${n} ${cte} ${ratio_of_means}`),
    [`before 1 ${1 / 3} ${1 / 3}`, "inserted 1 undefined undefined", `after 1 ${1 / 3} ${1 / 3}`],
  );
  const mixed = traceOf([unframed, ...HAND]);
  assertEquals([find(mixed, "negator").n, find(mixed, "before").n], [3, 1]);
});

Deno.test("traceSummarySteps() leaves rows with d = 0 out only of the mean of ratios", () => {
  const rows: Traced[] = [
    { id: "even", d: 0, layers: [[["eot", 0.25]]] },
    { id: "odd", d: 0.5, layers: [[["eot", 0.125]]] },
  ];
  const eot = find(traceOf(rows), "eot");
  assertEquals([eot.n, eot.cte, eot.ratio_of_means], [2, 0.25, 0.75]);
  const alone = find(traceOf(rows.slice(0, 1)), "eot");
  assertEquals([alone.n, alone.cte, alone.ratio_of_means], [1, undefined, undefined]);
});

Deno.test("traceSummarySteps() lists foil before caption, then segments, layers, heads and roles", () => {
  const cells: Pick<Traced, "heads" | "layers"> = {
    heads: 2,
    layers: new Array(4).fill([["negator", 1], ["eot", 1]]),
  };
  const rows = traceOf([
    { id: "a", d: -2, negation: "caption", ...cells },
    { id: "b", d: 0.5, ...cells },
    { id: "c", d: 2, ...cells },
    { id: "d", d: 2, negation: "caption", ...cells },
  ]).filter(({ segment }) => segment !== "all");
  const groups = rows.map(({ negation, segment }) => `${negation} ${segment}`);
  assertEquals([...new Set(groups)], [
    ...["foil correct", "foil ambiguous"],
    ...["caption correct", "caption incorrect"],
  ]);
  assertEquals(rows.slice(0, 8).map(({ layer, head, role }) => `${layer} ${head} ${role}`), [
    ...["1 1 negator", "1 1 eot", "1 2 negator", "1 2 eot"],
    ...["2 1 negator", "2 1 eot", "2 2 negator", "2 2 eot"],
  ]);
  assertEquals(new Set(rows.map(({ site }) => site)), new Set(["z"]));
});

Deno.test("traceSummarySteps() has the effects on gamma and alpha of each role, where all segments are traced, of rows that have it", () => {
  const rows = Array.from({ length: 44 }, (_, i): TracedScores => {
    const [pair, sign] = [i >> 1, i % 2 === 0 ? 1 : -1];
    const gamma = 1 + pair % 3;
    const of = (part: number, alpha: number) => 2 * part * gamma + sign * 2 * alpha;
    const hasSubject = pair < 20;
    const sentences = [`There is no dog ${pair}.`, `There is a dog ${pair}.`];
    const [caption, foil] = sign === 1 ? sentences.toReversed() : sentences;
    return {
      scores: {
        ...{ id: `${i}`, image: "", caption: caption!, foil: foil!, d: of(1, -.5) },
        ...{ negation: sign === 1 ? "foil" : "caption", segment: "correct" },
      },
      traced: {
        ...{ heads: 1, roles: ["negator", hasSubject ? "subject_first" : "eot", "eot"] },
        effects: { denoise: [of(.5, -1), of(.25, 0), of(hasSubject ? 1 : 1.75, 0)] }, // of two tokens the mean is 1
      },
      cluster: `${pair}`,
    };
  });
  const means = (segments: readonly Segment[]) =>
    finish(traceSummarySteps(rows, { site: "resid", seed: 0, segments })).rows
      .filter(({ negation }) => negation === "both");
  const found = means(SEGMENTS);
  assertEquals(found.map(({ role, n, layer }) => [role, n, layer]), [
    ...[["negator", 44, 0], ["subject_first", 40, 0], ["eot", 44, 0]],
  ]);
  const known = [["negator", .5, -1], ["subject_first", .25, 0], ["eot", 1, 0]] as const;
  for (const [role, share, alpha] of known) {
    const own = found.find((row) => row.role === role)!;
    for (const value of [own.ratio_of_means, own.ratio_low, own.simultaneous_high]) {
      assertAlmostEquals(value!, share, 1e-12, role); // alike in all pairs
    }
    for (const value of [own.alpha, own.alpha_high, own.alpha_simultaneous_low]) {
      assertAlmostEquals(value!, alpha, 1e-12, role);
    }
    assertEquals(own.cte, undefined);
  }
  assertEquals(means(["correct", "incorrect"]), []);
  const inTwo = [1, 2].flatMap((layer) => found.map((row) => ({ ...row, layer })));
  const { sentences } = traceFindings(inTwo);
  assertStringIncludes(
    sentences![0]!,
    "Understanding (gamma) passes most through the end token (share of gamma up to 1.00, 1.00 to",
  );
});

/** A row with other effects in either direction. */
function bothWays(id: string, d: number, scale: number): Traced {
  const of = (eot: number) => new Array<Tokens>(2).fill([["negator", scale], ["eot", eot]]);
  return { id, d, layers: of(0), noise: of(-2 * scale) };
}

Deno.test("traceSummarySteps() averages each direction alone, and puts directions between segments and layers", () => {
  const rows = [bothWays("a", 2, 1), bothWays("b", 4, 1), bothWays("c", -2, 1)];
  const found = traceOf(rows).filter(({ role }) => role === "eot");
  assertEquals(
    found.map(({ segment, direction, layer, n, cte }) =>
      `${segment} ${direction} ${layer} ${n} ${cte}`
    ),
    [
      ...["correct denoise 0 2 0", "correct denoise 1 2 0"],
      ...["correct noise 0 2 -0.75", "correct noise 1 2 -0.75"],
      ...["correct difference 0 2 0.75", "correct difference 1 2 0.75"],
      ...["incorrect denoise 0 1 0", "incorrect denoise 1 1 0"],
      ...["incorrect noise 0 1 1", "incorrect noise 1 1 1"],
      ...["incorrect difference 0 1 -1", "incorrect difference 1 1 -1"],
    ],
  );
});

/** A correct, an ambiguous and an incorrect row with 1, 2 and no further tokens. */
const SIDE: readonly Traced[] = [
  { id: "a", d: 4, layers: [[["negator", 1], ["subject_further", 2]]] },
  {
    id: "b",
    d: 0.5,
    layers: [[["negator", 0.7], ["subject_further", 0.1], ["subject_further", 0.3]]],
  },
  { id: "c", d: -2, layers: [[["negator", -0.8]]] },
];

Deno.test("traceSummarySteps() averages over all rows of a side if every segment is traced", () => {
  const all = traceOf(SIDE).filter(({ segment }) => segment === "all");
  assertEquals(all.map(({ role, n }) => [role, n]), [["negator", 3], ["subject_further", 3]]);
  const [negator, further] = all as [TraceRow, TraceRow];
  assertAlmostEquals(negator.mean_effect!, (1 + 0.7 - 0.8) / 3, 1e-15);
  assertAlmostEquals(further.mean_effect!, (2 + 0.1 + 0.3) / 3, 1e-15);
  const { cte, cte_low, simultaneous_high } = negator;
  assertEquals([cte, cte_low, simultaneous_high], new Array(3).fill(undefined));
  assertEquals(negator.ratio_of_means, undefined, "d is positive in some rows, negative in others");
});

Deno.test("TRACE says how often the interval of a mean of heavy-tailed ratios held in simulations", async () => {
  const url = new URL("../../../docs/figures/simulations.csv", import.meta.url);
  const held = (await Deno.readTextFile(url)).split("\n").filter((line) =>
    line.includes('"mean CTE, kurtosis 34')
  ).flatMap((line) => [...line.matchAll(/,(0\.\d+)/g)].map(([, share]) => Number(share)));
  const said = TRACE.columns.cte.definition.match(/(\.\d{3}) to (\.\d{3}) of samples/)!;
  assertEquals(said.slice(1).map(Number), [Math.min(...held), Math.max(...held)]);
});
