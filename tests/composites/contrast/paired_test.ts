import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  type PairableRun,
  PairedRows,
  ratioDifference,
  scoredRows,
} from "../../../lib/composites/contrast/paired.ts";
import { allSchemas } from "../../experiments/all_schemas.ts";
import { ATTRIBUTION } from "../../../lib/experiments/attribute/index.ts";
import { TRACE } from "../../../lib/experiments/trace/tables.ts";
import { ClusterBootstrap } from "../../../lib/stats/bootstrap.ts";
import { mcnemar, pairedShareDifference } from "../../../lib/stats/share.ts";
import { seededRandom } from "../../../lib/stats/random.ts";
import { SUMMARY } from "../../../lib/study/evaluate/summary.ts";
import { EVALUATE } from "../../../lib/study/rows/score_rows.ts";
import { type EstimateColumn, estimatesOf } from "../../../lib/tables/estimates.ts";
import type { AnyTable, TableSchema } from "../../../lib/tables/table.ts";
import { tableWith } from "../../runs/measured_runs.ts";

function columnOf(schema: TableSchema, name: string): EstimateColumn {
  return estimatesOf(schema).find((column) => column.name === name)!;
}

const ROWS = 400;

/** A run with a d for each row; two rows share a sentence pair. */
function run(
  d: readonly number[],
  { noun = "dog", tables = [] }: { readonly noun?: string; readonly tables?: AnyTable[] } = {},
): PairableRun {
  const rows = d.map((value, i) => {
    const pair = Math.floor(i / 2);
    return {
      ...{ id: `${i}`, image: `${i}.png`, negation: "foil" as const, d: value },
      ...{ caption: `there are ${noun} ${pair}`, foil: `there are no ${noun} ${pair}` },
      segment: value >= 1 ? "correct" as const : "ambiguous" as const,
    };
  });
  const all = [...tables, tableWith(EVALUATE, rows)];
  return {
    scored: scoredRows(rows, undefined),
    cluster: undefined,
    table: (name) => all.find((table) => table.name === name),
  };
}

const numbers = seededRandom(7);
const random = () => numbers.below(1e6) / 1e6;
const FIRST = Array.from({ length: ROWS }, () => 4 * random() - 1);
const CHANGES = Array.from({ length: ROWS }, () => random() - 0.25);
const SECOND = FIRST.map((d, i) => d + CHANGES[i]!);
const KEYS = { negation: "foil" };

function scoreDifference(
  paired: PairedRows,
  name: "accuracy" | "mean_d",
  line: Readonly<Record<string, string>> = KEYS,
  family?: ReturnType<PairedRows["family"]>,
) {
  return paired.difference(SUMMARY, columnOf(SUMMARY, name), line, family);
}

/** The sums of a value over the two rows of each pair. */
const pairSums = (values: readonly number[]) =>
  Array.from({ length: ROWS / 2 }, (_, i) => values[2 * i]! + values[2 * i + 1]!);

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

Deno.test("PairedRows gives the interval of the mean difference of the rows, over samples of sentence pairs", () => {
  const paired = new PairedRows(run(FIRST), run(SECOND), 0);
  const bounds = scoreDifference(paired, "mean_d")!;
  // closed form: the means of the 200 pairs are independent
  const pairs = pairSums(CHANGES).map((change) => change / 2);
  const centre = mean(pairs);
  const error = Math.sqrt(mean(pairs.map((x) => (x - centre) ** 2)) / pairs.length);
  assertAlmostEquals(bounds.low!, centre - 1.96 * error, 0.1 * error); // 2,000 samples
  assertAlmostEquals(bounds.high!, centre + 1.96 * error, 0.1 * error);
});

Deno.test("PairedRows pairs accuracies, and gives [0, 0] where no row differs by more than rounding", () => {
  const paired = new PairedRows(run(FIRST), run(SECOND), 0);
  const { low, high, discordance } = scoreDifference(paired, "accuracy")!;
  const hits = [FIRST, SECOND].map((d) => d.map((value) => value > 0));
  const clusters = FIRST.map((_, row) => `${Math.floor(row / 2)}`);
  const expected = pairedShareDifference(hits[0]!, hits[1]!, { clusters });
  assertEquals([low, high], [expected.low, expected.high]);
  const { onlyFirst, onlySecond, pValue } = mcnemar(hits[0]!, hits[1]!, clusters);
  assert(onlyFirst > 0 && onlySecond > onlyFirst);
  const expectedCounts = { only_first: onlyFirst, only_second: onlySecond, p_value: pValue };
  assertEquals(discordance, expectedCounts);
  const near = FIRST.map((d) => d + 5e-5);
  const same = new PairedRows(run(FIRST), run(near), 0);
  assertEquals(scoreDifference(same, "mean_d"), { low: 0, high: 0, isNone: true });
});

/** A run of both sides, of each pair two rows a side, so that the weights of forms are equal, with effects of an MLP. */
function bothSides(d: readonly number[], effects: readonly number[]): PairableRun {
  const rows = d.map((value, i) => {
    const [negation, pair] = [i % 2 === 0 ? "foil" as const : "caption" as const, i >> 2];
    const sentences = [`there are dogs ${pair}`, `there are no dogs ${pair}`] as const;
    const [caption, foil] = negation === "foil" ? sentences : sentences.toReversed();
    const cells = { id: `${i}`, image: "a.png", negation, caption: caption!, foil: foil! };
    return { ...cells, d: value, segment: "correct" as const };
  });
  const ofMlp = rows.map(({ id, negation, segment }, i) => (
    { ...{ id, negation, segment }, part: "mlp", layer: 2, effect: effects[i]! }
  ));
  const tables = [tableWith(EVALUATE, rows), tableWith(ATTRIBUTION.schema, ofMlp)];
  return {
    scored: scoredRows(rows, undefined),
    cluster: undefined,
    table: (name) => tables.find((table) => table.name === name),
  };
}

Deno.test("PairedRows gives gamma and alpha, and effects on them, the difference of the rows that the run matched", () => {
  const sumOf = (d: readonly number[], sign: number) =>
    mean(d.map((x, i) => i % 2 === 0 ? x : sign * x)) / 2;
  const effects = FIRST.map((d, i) => 0.5 * d + Math.sin(i));
  const paired = new PairedRows(bothSides(FIRST, effects), bothSides(SECOND, SECOND), 0);
  const line = { negation: "both", part: "mlp", layer: 2 };
  const ofEffects = SECOND.map((d, i) => d - effects[i]!);
  for (
    const [schema, name, sign, [first, changes]] of [
      [SUMMARY, "gamma", 1, [FIRST, CHANGES]],
      [SUMMARY, "alpha", -1, [FIRST, CHANGES]],
      [ATTRIBUTION.summary, "mean_effect", 1, [effects, ofEffects]],
      [ATTRIBUTION.summary, "alpha", -1, [effects, ofEffects]],
    ] as const
  ) {
    const differenceOf = (value: number) =>
      paired.difference(schema, columnOf(schema, name), { ...line, [name]: value });
    const found = differenceOf(sumOf(first, sign))!;
    const pairs = Array.from(
      { length: ROWS / 4 },
      (_, k) => sumOf(changes.slice(4 * k, 4 * k + 4), sign),
    );
    const centre = mean(pairs);
    const error = Math.sqrt(mean(pairs.map((x) => (x - centre) ** 2)) / pairs.length);
    assertAlmostEquals(found.low!, centre - 1.98 * error, 0.15 * error); // t with 99 degrees of freedom, 2,000 samples
    assertAlmostEquals(found.high!, centre + 1.98 * error, 0.15 * error);
    assertEquals(differenceOf(9), undefined);
  }
  const ofOthers = { ...bothSides(SECOND, SECOND), table: () => undefined };
  for (const second of [{ ...bothSides(SECOND, SECOND), cluster: "noun" as const }, ofOthers]) {
    const unlike = new PairedRows(bothSides(FIRST, effects), second, 0);
    const cells = { ...line, mean_effect: sumOf(effects, 1) };
    const column = columnOf(ATTRIBUTION.summary, "mean_effect");
    assertEquals(unlike.difference(ATTRIBUTION.summary, column, cells), undefined);
  }
  const share = sumOf(effects, 1) / sumOf(FIRST, 1); // and 1 in the second run, in each sample
  const { low, high } = paired.difference(
    ATTRIBUTION.summary,
    columnOf(ATTRIBUTION.summary, "share"),
    {
      ...{ ...line, share },
    },
  )!;
  assert(low! < 1 - share && 1 - share < high! && high! - low! < 0.5);
});

Deno.test("PairedRows counts ties within the noise of S as one half, so that a model of ties alone equals one at chance", () => {
  const ties = FIRST.map((_, i) => 1e-4 * (i % 3 - 1));
  const chance = FIRST.map((_, i) => i % 4 < 2 ? 2 : -2);
  const paired = new PairedRows(run(ties), run(chance), 0);
  const { low, high, discordance } = scoreDifference(paired, "accuracy")!;
  assert(low! < 0 && high! > 0);
  assertEquals([discordance!.only_first, discordance!.only_second], [ROWS / 2, ROWS / 2]);
  assert(discordance!.p_value > 0.9);
});

Deno.test("PairedRows pairs nothing where rows, clusters or groups are others", () => {
  const boundsOf = (second: PairableRun, keys?: Readonly<Record<string, string>>) =>
    scoreDifference(new PairedRows(run(FIRST), second, 0), "mean_d", keys);
  assertEquals(boundsOf({ ...run(SECOND), cluster: "noun" }), undefined);
  assertEquals(boundsOf(run(SECOND), { negation: "foil", segment: "correct" }), undefined);
  assertEquals(boundsOf(run(SECOND), { negation: "caption" }), undefined);
});

/** A run with the effects of one MLP, or of one of each layer. */
function attributed(d: readonly number[], ...layers: readonly (readonly number[])[]): PairableRun {
  const rows = layers.flatMap((effects, i) =>
    effects.map((effect, row) => (
      { id: `${row}`, part: "mlp", layer: i + 2, head: undefined, role: undefined, effect }
    ))
  );
  return run(d, { tables: [tableWith(ATTRIBUTION.schema, rows)] });
}

Deno.test("PairedRows pairs nothing where one run alone has the rows of a line", () => {
  const [has, lacks] = [attributed(FIRST, CHANGES), attributed(SECOND)];
  assertEquals(shareDifference(new PairedRows(has, lacks, 0)), undefined);
  assertEquals(shareDifference(new PairedRows(lacks, has, 0)), undefined);
});

function shareDifference(
  paired: PairedRows,
  layer = 2,
  family?: ReturnType<PairedRows["family"]>,
) {
  const line = { negation: "foil", segment: "all", part: "mlp", layer };
  const column = columnOf(ATTRIBUTION.summary, "share");
  return paired.difference(ATTRIBUTION.summary, column, line, family);
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

/** The share of d of effects, and what each row adds to its deviation, as a linear function of the rows. */
function shareOf(d: readonly number[], effects: readonly number[]) {
  const total = sum(d.map(Math.abs));
  const share = sum(effects.map((effect, i) => Math.sign(d[i]!) * effect)) / total;
  const influence = effects.map((effect, i) =>
    (Math.sign(d[i]!) * effect - share * Math.abs(d[i]!)) / total
  );
  return { share, influence };
}

Deno.test("PairedRows gives the interval of the difference of two shares of d, each with the signs of its own d", () => {
  const effects = FIRST.map((d) => 0.4 * d + random() - 0.5);
  const others = SECOND.map((d, i) => 0.5 * d + (effects[i]! - 0.4 * FIRST[i]!) + random() / 10);
  const [one, other] = [shareOf(FIRST, effects), shareOf(SECOND, others)];
  const paired = new PairedRows(attributed(FIRST, effects), attributed(SECOND, others), 0);
  const { low, high } = shareDifference(paired)!;
  // closed form: the delta method, with the deviations of the 200 pairs of rows
  const deviations = other.influence.map((value, i) => value - one.influence[i]!);
  const error = Math.sqrt(sum(pairSums(deviations).map((deviation) => deviation ** 2)));
  const difference = other.share - one.share;
  assertAlmostEquals(low!, difference - 1.96 * error, 0.15 * error); // 2,000 samples of a ratio
  assertAlmostEquals(high!, difference + 1.96 * error, 0.15 * error);
  const alone = Math.sqrt(sum([...one.influence, ...other.influence].map((value) => value ** 2)));
  assert(high! - low! < 0.8 * 2 * 1.96 * alone); // narrower than that of independent runs
});

Deno.test("PairedRows counts each token of a role whose table says so, and otherwise a row's mean", () => {
  const tokens = (role: "eot" | "subject_further", first: number) =>
    FIRST.flatMap((_, row) =>
      Array.from({ length: row % 2 === 0 ? 3 : 1 }, (_, token) => (
        {
          ...{ id: `${row}`, site: "resid" as const, direction: "denoise" as const, layer: 1 },
          ...{ role, cte: row % 2 === 0 ? first + token : 0 },
        }
      ))
    );
  const traced = (first: number) => {
    const rows = [...tokens("eot", first), ...tokens("subject_further", first)];
    return run(FIRST, { tables: [tableWith(allSchemas().get("effects")!, rows)] });
  };
  const paired = new PairedRows(traced(0), traced(1), 0);
  const bounds = (role: string) => {
    const line = { ...KEYS, site: "resid", direction: "denoise", layer: 1, role };
    const { low, high } = paired.difference(TRACE, columnOf(TRACE, "cte"), line)!;
    return (low! + high!) / 2;
  };
  // of each pair of rows three tokens differ by 1, and one by 0; all clusters are alike
  assertAlmostEquals(bounds("subject_further"), 3 / 4, 1e-12);
  assertAlmostEquals(bounds("eot"), 1 / 2, 1e-12);
});

Deno.test("ratioDifference() is as wide as the ratio with the fewer effective clusters asks for, whichever comes first", () => {
  const clusters = Array.from({ length: 60 }, (_, row) => `${row}`.padStart(2, "0"));
  using bootstrap = new ClusterBootstrap(clusters, { seed: 0 });
  const parts = clusters.map(() => random());
  const even = { parts, weights: clusters.map(() => 1) };
  const few = { parts, weights: clusters.map((_, row) => row < 4 ? 100 : 0.01) };
  assert(ratioDifference(bootstrap, even, even).low !== undefined);
  // four clusters are fewer than an interval needs
  assertEquals(ratioDifference(bootstrap, even, few).low, undefined);
  assertEquals(ratioDifference(bootstrap, few, even).low, undefined);
});

/** A run of parts whose effects in a row are d and noise, each part's noise its own. */
function parted(parts: number, noise: number, seed: number): PairableRun {
  const numbers = seededRandom(seed);
  const d = FIRST.map(() => 1);
  const effect = () => d.map(() => 1 + noise * (numbers.below(1e6) / 1e6));
  return attributed(d, ...Array.from({ length: parts }, effect));
}

Deno.test("PairedRows widens the intervals of a family to what its largest deviation needs, and not those of one difference alone", () => {
  const PARTS = 20;
  const runs = [parted(PARTS, 1, 3), parted(PARTS, 1, 4)] as const;
  const paired = new PairedRows(...runs, 0);
  const found = (parts: number) => {
    const family = paired.family();
    const layers = Array.from({ length: parts }, (_, part) => part + 2);
    return layers.map((layer) => shareDifference(paired, layer, family)!)
      .map((cell) => ({ ...cell, ...cell.simultaneous!() }));
  };
  const width = ({ low, high }: { low: number | undefined; high: number | undefined }) =>
    high! - low!;
  // uniform noise of both runs, over 200 pairs of rows with one weight: 2 x 1 / 12 a row
  const error = Math.sqrt(2 / 12 / ROWS);
  const [alone] = found(1);
  assertAlmostEquals(width(alone!) / (2 * 1.96 * error), 1, 0.15); // 2,000 samples of 200 pairs
  const widths = found(PARTS).map((cell) => width(cell) / (2 * error));
  // Sidak's bound for 20 independent cells: the normal quantile of (1 + .95 ** (1 / 20)) / 2
  assertAlmostEquals(mean(widths) / 3.016, 1, 0.08);
});

Deno.test("PairedRows gives a family of one difference about the bounds that it has alone, of shares and of gamma", () => {
  const effects = [FIRST, SECOND].map((d, i) => d.map((x) => (0.4 + i / 4) * x + random() - 0.5));
  const both = [FIRST, SECOND].map((d, i) => bothSides(d, effects[i]!));
  const [ofSides, ofOne] = [
    new PairedRows(both[0]!, both[1]!, 0),
    new PairedRows(attributed(FIRST, effects[0]!), attributed(SECOND, effects[1]!), 0),
  ];
  const line = { part: "mlp", layer: 2, negation: "both" };
  const sumOf = (d: readonly number[]) => mean(d) / 2;
  const gamma = columnOf(SUMMARY, "gamma");
  const share = columnOf(ATTRIBUTION.summary, "share");
  for (
    const found of [
      shareDifference(ofOne, 2, ofOne.family()),
      ofSides.difference(SUMMARY, gamma, { ...line, gamma: sumOf(FIRST) }, ofSides.family()),
      ofSides.difference(
        ATTRIBUTION.summary,
        share,
        { ...line, share: sumOf(effects[0]!) / sumOf(FIRST) },
        ofSides.family(),
      ),
    ]
  ) {
    const { low, high, simultaneous } = found!;
    const own = simultaneous!();
    const width = high! - low!;
    // other samples of 2,000 than its own, and a ratio in the first order alone
    assertAlmostEquals(own.low!, low!, 0.1 * width);
    assertAlmostEquals(own.high!, high!, 0.1 * width);
  }
});

Deno.test("PairedRows takes attention that differs by less than a logit's rounding for other attention", () => {
  const attended = (difference: number) => {
    const rows = FIRST.map((_, i) => (
      { id: `${i}`, layer: 1, head: 2, max_difference: difference + i % 2 / 1e6 }
    ));
    return run(FIRST, { tables: [tableWith(allSchemas().get("attention")!, rows)] });
  };
  const paired = new PairedRows(attended(0), attended(5e-5), 0);
  const heads = allSchemas().get("heads")!;
  const line = { negation: "foil", layer: 1, head: 2 };
  const { isNone, low, high } = paired.difference(heads, columnOf(heads, "selectivity"), line)!;
  assertEquals(isNone, false);
  for (const bound of [low!, high!]) assertAlmostEquals(bound, 5e-5, 1e-12);
});

Deno.test("PairedRows lets a difference of few rows join a family of all rows", () => {
  const paired = new PairedRows(run(FIRST), run(SECOND), 0);
  const family = paired.family();
  const correct = { ...KEYS, segment: "correct" };
  assertEquals(scoreDifference(paired, "mean_d", correct, family), undefined); // the second run has other rows there
  const same = new PairedRows(run(FIRST), run(FIRST.map((d) => d >= 1 ? d + 1 : d - 1)), 0);
  const { simultaneous, low } = scoreDifference(same, "mean_d", correct, same.family())!;
  assertAlmostEquals(low!, 1, 1e-12); // all rows differ by the same
  assertAlmostEquals(simultaneous!().low!, 1, 1e-12);
});
