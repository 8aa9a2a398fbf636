import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { PairedRows, type RowsOfRun } from "../../../lib/compare/two_runs/paired.ts";
import { ATTRIBUTION_SUMMARY } from "../../../lib/experiments/attribute/tables.ts";
import { ClusterBootstrap } from "../../../lib/stats/intervals/bootstrap.ts";
import { seededRandom } from "../../../lib/stats/random.ts";
import { SUMMARY } from "../../../lib/study/evaluate/summary.ts";
import { type CsvRow, readCsvRows } from "../../../lib/tables/csv_row.ts";
import { estimatesOf } from "../../../lib/tables/estimates.ts";

const [ACCURACY, MEAN_D] = ["accuracy", "mean_d"].map((name) =>
  estimatesOf(SUMMARY).find((column) => column.name === name)!
) as [ReturnType<typeof estimatesOf>[number], ReturnType<typeof estimatesOf>[number]];

const SHARE = estimatesOf(ATTRIBUTION_SUMMARY).find(({ name }) => name === "share")!;

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
  const bounds = paired.interval(MEAN_D, KEYS, [mean(FIRST), mean(SECOND)])!;
  // closed form: the means of the 200 pairs are independent
  const pairs = Array.from(
    { length: ROWS / 2 },
    (_, i) => (CHANGES[2 * i]! + CHANGES[2 * i + 1]!) / 2,
  );
  const centre = mean(pairs);
  const error = Math.sqrt(mean(pairs.map((x) => (x - centre) ** 2)) / pairs.length);
  assertAlmostEquals(bounds.low, centre - 1.96 * error, 0.1 * error); // 2,000 samples
  assertAlmostEquals(bounds.high, centre + 1.96 * error, 0.1 * error);
  const clusters = FIRST.map((_, i) => `${Math.floor(i / 2)}`.padStart(4, "0"));
  const { low, high } = new ClusterBootstrap(clusters, { seed: 0 }).mean(CHANGES);
  assert(Math.abs(bounds.low - low!) < 0.1 * error && Math.abs(bounds.high - high!) < 0.1 * error);
});

Deno.test("PairedRows pairs accuracies, and gives [0, 0] where no row differs by more than rounding", () => {
  const share = (d: readonly number[]) => mean(d.map((value) => value > 0 ? 1 : 0));
  const paired = new PairedRows(run(FIRST), run(SECOND), 0);
  const { low, high } = paired.interval(ACCURACY, KEYS, [share(FIRST), share(SECOND)])!;
  const difference = share(SECOND) - share(FIRST);
  assert(low < difference && difference < high && high - low < 0.12);
  const near = FIRST.map((d) => d + 5e-5);
  const same = new PairedRows(run(FIRST), run(near), 0);
  assertEquals(same.interval(MEAN_D, KEYS, [mean(FIRST), mean(near)]), { low: 0, high: 0 });
});

Deno.test("PairedRows pairs nothing where rows, sentences, clusters or groups are others, or the mean is not that of the rows", () => {
  const values = [mean(FIRST), mean(SECOND)] as const;
  const boundsOf = (second: RowsOfRun, keys: Readonly<Record<string, string>> = KEYS) =>
    new PairedRows(run(FIRST), second, 0).interval(MEAN_D, keys, values);
  assertEquals(boundsOf(run(SECOND.slice(1))), undefined);
  assertEquals(boundsOf(run(SECOND, { noun: "cat" })), undefined);
  assertEquals(boundsOf({ ...run(SECOND), cluster: "noun" }), undefined);
  assertEquals(boundsOf(run(SECOND), { negation: "foil", segment: "correct" }), undefined);
  assertEquals(boundsOf(run(SECOND), { negation: "caption" }), undefined);
  const other = new PairedRows(run(FIRST), run(SECOND), 0);
  assertEquals(other.interval(MEAN_D, KEYS, [values[0], values[1] + 0.01]), undefined);
});

/** evaluate.csv, and attribution.csv with the effects of one MLP. */
function attributed(d: readonly number[], effects: readonly number[]): RowsOfRun {
  const lines = effects.map((effect, i) => `${i},foil,correct,mlp,2,,${effect}`);
  const header = "id,negation,segment,component,layer,head,effect";
  const rows = readCsvRows([header, ...lines].join("\n"), "attribution.csv");
  const { tables, cluster } = run(d);
  return { tables: new Map([...tables, ["attribution", rows]]), cluster };
}

const MLP = { negation: "foil", segment: "all", component: "mlp", layer: "2", head: "" };
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
  const { low, high } = paired.interval(SHARE, MLP, [one.share, other.share])!;
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
  assertAlmostEquals(low, difference - 1.96 * error, 0.15 * error); // 2,000 samples of a ratio
  assertAlmostEquals(high, difference + 1.96 * error, 0.15 * error);
  const alone = Math.sqrt(sum([...one.influence, ...other.influence].map((value) => value ** 2)));
  assert(high - low < 0.8 * 2 * 1.96 * alone); // narrower than that of independent runs
});

Deno.test("PairedRows pairs no share that the rows do not give, and gives [0, 0] where no row differs by more than rounding", () => {
  const effects = FIRST.map((d) => 0.4 * d + random() - 0.5);
  const near = effects.map((effect) => effect + 5e-5);
  const shares = [shareOf(FIRST, effects).share, shareOf(FIRST, near).share] as const;
  const paired = new PairedRows(attributed(FIRST, effects), attributed(FIRST, near), 0);
  assertEquals(paired.interval(SHARE, MLP, shares), { low: 0, high: 0 });
  assertEquals(paired.interval(SHARE, MLP, [shares[0], shares[1] + 1e-6]), undefined);
  assertEquals(paired.interval(SHARE, { ...MLP, layer: "3" }, shares), undefined);
  const idle = effects.map(() => 5e-5); // counts as 0
  const still = new PairedRows(attributed(FIRST, effects), attributed(FIRST, idle), 0);
  assert(still.interval(SHARE, MLP, [shares[0], 0]) !== undefined);
});
