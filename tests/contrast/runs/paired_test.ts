import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { PairedRows, ratioDifference, type RowsOfRun } from "../../../lib/contrast/runs/paired.ts";
import { ATTRIBUTION } from "../../../lib/experiments/attribute/index.ts";
import { ClusterBootstrap } from "../../../lib/stats/bootstrap.ts";
import { mcnemar, pairedShareDifference } from "../../../lib/stats/share.ts";
import { seededRandom } from "../../../lib/stats/random.ts";
import { SUMMARY } from "../../../lib/study/evaluate/summary.ts";
import { type CsvRow, readCsvRows } from "../../../lib/tables/csv.ts";
import { estimatesOf } from "../../../lib/tables/estimates.ts";

const [ACCURACY, MEAN_D] = ["accuracy", "mean_d"].map((name) =>
  estimatesOf(SUMMARY).find((column) => column.name === name)!
) as [ReturnType<typeof estimatesOf>[number], ReturnType<typeof estimatesOf>[number]];

const SHARE = estimatesOf(ATTRIBUTION.summary).find(({ name }) => name === "share")!;

const ROWS = 400;

/** evaluate.csv with a d for each row; two rows share a sentence pair. */
function run(d: readonly number[], { noun = "dog" } = {}): RowsOfRun {
  const lines = d.map((value, i) => {
    const pair = Math.floor(i / 2);
    return `${i},${i}.png,foil,there are ${noun} ${pair},there are no ${noun} ${pair},0,0,${value},${
      value >= 1 ? "correct" : "ambiguous"
    },5`;
  });
  const header = "id,image,negation,caption,foil,s_caption,s_foil,d,segment,tokens";
  const rows: CsvRow[] = readCsvRows([header, ...lines].join("\n"), "evaluate.csv");
  return { tables: new Map([["evaluate", rows]]), cluster: undefined };
}

const numbers = seededRandom(7);
const random = () => numbers.below(1e6) / 1e6;
const FIRST = Array.from({ length: ROWS }, () => 4 * random() - 1);
const CHANGES = Array.from({ length: ROWS }, () => random() - 0.25);
const SECOND = FIRST.map((d, i) => d + CHANGES[i]!);
const KEYS = { negation: "foil" };
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

Deno.test("PairedRows gives the interval of the mean difference of the rows, over samples of sentence pairs", () => {
  const paired = new PairedRows(run(FIRST), run(SECOND), 0);
  const bounds = paired.difference(MEAN_D, KEYS, [mean(FIRST), mean(SECOND)])!;
  // closed form: the means of the 200 pairs are independent
  const pairs = Array.from(
    { length: ROWS / 2 },
    (_, i) => (CHANGES[2 * i]! + CHANGES[2 * i + 1]!) / 2,
  );
  const centre = mean(pairs);
  const error = Math.sqrt(mean(pairs.map((x) => (x - centre) ** 2)) / pairs.length);
  assertAlmostEquals(bounds.low!, centre - 1.96 * error, 0.1 * error); // 2,000 samples
  assertAlmostEquals(bounds.high!, centre + 1.96 * error, 0.1 * error);
  const clusters = FIRST.map((_, i) => `${Math.floor(i / 2)}`.padStart(4, "0"));
  const { low, high } = new ClusterBootstrap(clusters, { seed: 0 }).mean(CHANGES);
  assert(
    Math.abs(bounds.low! - low!) < 0.1 * error && Math.abs(bounds.high! - high!) < 0.1 * error,
  );
});

Deno.test("PairedRows pairs accuracies, and gives [0, 0] where no row differs by more than rounding", () => {
  const share = (d: readonly number[]) => mean(d.map((value) => value > 0 ? 1 : 0));
  const paired = new PairedRows(run(FIRST), run(SECOND), 0);
  const { low, high, discordance } = paired.difference(ACCURACY, KEYS, [
    share(FIRST),
    share(SECOND),
  ])!;
  const hits = [FIRST, SECOND].map((d) => d.map((value) => value > 0));
  const clusters = FIRST.map((_, row) => `${Math.floor(row / 2)}`);
  const expected = pairedShareDifference(hits[0]!, hits[1]!, { clusters });
  assertEquals([low, high], [expected.low, expected.high]);
  const { onlyFirst, onlySecond, pValue } = mcnemar(hits[0]!, hits[1]!, clusters);
  assert(onlyFirst > 0 && onlySecond > onlyFirst);
  assertEquals(discordance, {
    only_first: onlyFirst,
    only_second: onlySecond,
    p_value: pValue,
  });
  const near = FIRST.map((d) => d + 5e-5);
  const same = new PairedRows(run(FIRST), run(near), 0);
  assertEquals(same.difference(MEAN_D, KEYS, [mean(FIRST), mean(near)]), {
    low: 0,
    high: 0,
    isNone: true,
  });
});

Deno.test("PairedRows counts ties within the noise of S as one half, so that a model of ties alone equals one at chance", () => {
  const ties = FIRST.map((_, i) => 1e-4 * (i % 3 - 1));
  const chance = FIRST.map((_, i) => i % 4 < 2 ? 2 : -2);
  const paired = new PairedRows(run(ties), run(chance), 0);
  const { low, high, discordance } = paired.difference(ACCURACY, KEYS, [0.5, 0.5])!;
  assert(low! < 0 && high! > 0);
  assertEquals([discordance!.only_first, discordance!.only_second], [ROWS / 2, ROWS / 2]);
  assert(discordance!.p_value > 0.9);
});

Deno.test("PairedRows pairs nothing where rows, sentences, clusters or groups are others, or the mean is not that of the rows", () => {
  const values = [mean(FIRST), mean(SECOND)] as const;
  const boundsOf = (second: RowsOfRun, keys: Readonly<Record<string, string>> = KEYS) =>
    new PairedRows(run(FIRST), second, 0).difference(MEAN_D, keys, values);
  assertEquals(boundsOf(run(SECOND.slice(1))), undefined);
  assertEquals(boundsOf(run(SECOND, { noun: "cat" })), undefined);
  assertEquals(boundsOf({ ...run(SECOND), cluster: "noun" }), undefined);
  assertEquals(boundsOf(run(SECOND), { negation: "foil", segment: "correct" }), undefined);
  assertEquals(boundsOf(run(SECOND), { negation: "caption" }), undefined);
  const other = new PairedRows(run(FIRST), run(SECOND), 0);
  assertEquals(other.difference(MEAN_D, KEYS, [values[0], values[1] + 0.01]), undefined);
});

/** evaluate.csv, and attribution.csv with the effects of one MLP. */
function attributed(d: readonly number[], effects: readonly number[]): RowsOfRun {
  const lines = effects.map((effect, i) => `${i},foil,correct,mlp,2,,${effect}`);
  const header = "id,negation,segment,part,layer,head,effect";
  const rows = readCsvRows([header, ...lines].join("\n"), "attribution.csv");
  const { tables, cluster } = run(d);
  return { tables: new Map([...tables, ["attribution", rows]]), cluster };
}

const MLP = { negation: "foil", segment: "all", part: "mlp", layer: "2", head: "" };
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
  const { low, high } = paired.difference(SHARE, MLP, [one.share, other.share])!;
  // closed form: the delta method, with the deviations of the 200 pairs of rows
  const deviations = other.influence.map((value, i) => value - one.influence[i]!);
  const error = Math.sqrt(
    sum(
      Array.from(
        { length: ROWS / 2 },
        (_, i) => (deviations[2 * i]! + deviations[2 * i + 1]!) ** 2,
      ),
    ),
  );
  const difference = other.share - one.share;
  assertAlmostEquals(low!, difference - 1.96 * error, 0.15 * error); // 2,000 samples of a ratio
  assertAlmostEquals(high!, difference + 1.96 * error, 0.15 * error);
  const alone = Math.sqrt(sum([...one.influence, ...other.influence].map((value) => value ** 2)));
  assert(high! - low! < 0.8 * 2 * 1.96 * alone); // narrower than that of independent runs
});

Deno.test("PairedRows pairs no share that the rows do not give, and gives [0, 0] where no row differs by more than rounding", () => {
  const effects = FIRST.map((d) => 0.4 * d + random() - 0.5);
  const near = effects.map((effect) => effect + 5e-5);
  const shares = [shareOf(FIRST, effects).share, shareOf(FIRST, near).share] as const;
  const paired = new PairedRows(attributed(FIRST, effects), attributed(FIRST, near), 0);
  assertEquals(paired.difference(SHARE, MLP, shares), { low: 0, high: 0, isNone: true });
  assertEquals(paired.difference(SHARE, MLP, [shares[0], shares[1] + 1e-6]), undefined);
  assertEquals(paired.difference(SHARE, { ...MLP, layer: "3" }, shares), undefined);
  const idle = effects.map(() => 5e-5); // counts as 0
  const still = new PairedRows(attributed(FIRST, effects), attributed(FIRST, idle), 0);
  assert(still.difference(SHARE, MLP, [shares[0], 0]) !== undefined);
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

/** attribution.csv of parts whose effects in a row are d and noise, each part's noise its own. */
function parted(parts: number, noise: number, seed: number): RowsOfRun {
  const numbers = seededRandom(seed);
  const d = FIRST.map(() => 1);
  const lines = Array.from(
    { length: parts },
    (_, part) =>
      d.map((_, i) => `${i},foil,correct,mlp,${part},,${1 + noise * (numbers.below(1e6) / 1e6)}`),
  ).flat();
  const header = "id,negation,segment,part,layer,head,effect";
  const rows = readCsvRows([header, ...lines].join("\n"), "attribution.csv");
  const { tables, cluster } = run(d);
  return { tables: new Map([...tables, ["attribution", rows]]), cluster };
}

Deno.test("PairedRows widens the intervals of a family to what its largest deviation needs, and not those of one difference alone", () => {
  const PARTS = 20;
  const runs = [parted(PARTS, 1, 3), parted(PARTS, 1, 4)] as const;
  const paired = new PairedRows(...runs, 0);
  const share = ({ tables }: RowsOfRun, part: number) =>
    mean(
      tables.get("attribution")!.filter((row) => row.text("layer") === `${part}`)
        .map((row) => row.number("effect")!),
    );
  const found = (parts: number) => {
    const family = paired.family();
    return Array.from({ length: parts }, (_, part) => {
      const values = [share(runs[0], part), share(runs[1], part)] as const;
      return paired.difference(SHARE, { ...MLP, layer: `${part}` }, values, family)!;
    }).map((cell) => ({ ...cell, ...cell.simultaneous!() }));
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

Deno.test("PairedRows lets a difference of few rows join a family of all rows", () => {
  const paired = new PairedRows(run(FIRST), run(SECOND), 0);
  const family = paired.family();
  const of = (segment: string) => {
    const isOf = (d: number) => (d >= 1) === (segment === "correct");
    const both = [FIRST, SECOND].map((d) => mean(d.filter((_, i) => isOf(FIRST[i]!))));
    return paired.difference(MEAN_D, { ...KEYS, segment }, both as [number, number], family);
  };
  assertEquals(of("correct"), undefined); // the second run has other rows there
  const same = new PairedRows(run(FIRST), run(FIRST.map((d) => d >= 1 ? d + 1 : d - 1)), 0);
  const ofSame = same.family();
  const correct = FIRST.filter((d) => d >= 1);
  const values = [mean(correct), mean(correct) + 1] as const;
  const { simultaneous, low } = same.difference(
    MEAN_D,
    { ...KEYS, segment: "correct" },
    values,
    ofSame,
  )!;
  assertAlmostEquals(low!, 1, 1e-12); // all rows differ by the same
  assertAlmostEquals(simultaneous!().low!, 1, 1e-12);
});
