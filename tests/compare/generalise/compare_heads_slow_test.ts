import { assertAlmostEquals, assertEquals } from "@std/assert";
import {
  type AttendedSet,
  attendedSet,
  compareHeadSteps,
  type HeadTables,
} from "../../../lib/compare/generalise/compare_heads.ts";
import { compareHeads } from "../../../lib/compare/generalise/generalise.ts";
import { finish } from "../../../lib/stats/steps.ts";
import { Study } from "../../../lib/runs/study.ts";
import { assertRejectsCode, assertThrowsCode } from "../../error_codes.ts";
import { fixture, inFolder } from "../../scripts/task_process.ts";

interface GoldenRow {
  readonly negated: string;
  readonly twin: string;
  readonly negator: number;
  readonly largest: readonly number[];
  readonly mean: readonly number[];
  readonly swapped: readonly number[];
}

interface Golden {
  readonly heads: readonly (readonly [number, number])[];
  readonly data: readonly GoldenRow[];
  readonly elsewhere: readonly GoldenRow[];
  readonly rho: Readonly<Record<string, number>>;
}

/** From transformers' CLIPTextModel, numpy and scipy. */
const GOLDEN: Golden = JSON.parse(Deno.readTextFileSync(fixture("golden-tiny/sentences.json")));

/** Attention weights are at most 1, in float32, after three blocks whose sums have 16 to 64 terms. */
const TOLERANCE = 5e-6;

async function opened(folder: string, name: "data" | "elsewhere"): Promise<Study> {
  const data = `${folder}/${name}.txt`;
  await Deno.writeTextFile(data, GOLDEN[name].map(({ negated }) => `${negated}\n`).join(""));
  return await Study.open({ model: fixture("clip-tiny"), data, cache: false });
}

Deno.test("attend on sentences with a negator anywhere agrees with transformers, and rho with scipy", () =>
  inFolder(async (folder) => {
    await using data = await opened(folder, "data");
    await using elsewhere = await opened(folder, "elsewhere");
    const results = { data: await data.run("attend"), elsewhere: await elsewhere.run("attend") };
    for (const name of ["data", "elsewhere"] as const) {
      const { study, tables } = results[name];
      const pairs = study.sentencePairs.map(({ negated, affirmative, negator }) => [
        ...[negated.sentence, affirmative.sentence, negator],
      ]);
      const known = GOLDEN[name].map(({ negated, twin, negator }) => [negated, twin, negator]);
      assertEquals(pairs, known);
      const attention = [...tables.attention.rows];
      const expected = GOLDEN[name].flatMap(({ largest, mean, swapped }) =>
        largest.map((value, i) => ({ largest: value, mean: mean[i]!, swapped: swapped[i]! }))
      );
      assertEquals(attention.length, expected.length);
      for (const [i, { largest, swapped }] of expected.entries()) {
        assertAlmostEquals(attention[i]!.max_difference, largest, TOLERANCE);
        assertAlmostEquals(attention[i]!.swapped_difference!, swapped, TOLERANCE);
      }
    }
    const { tables } = await compareHeads(results.data, results.elsewhere);
    const heads = Map.groupBy(tables.heads, ({ set }) => set);
    const found = heads.get("sentences")!;
    assertEquals(found.map(({ layer, head }) => [layer, head] as const), GOLDEN.heads);
    for (const { of, rho, n } of acrossSets(tables)) {
      assertAlmostEquals(rho!, GOLDEN.rho[of]!, 1e-12);
      assertEquals(n, 6);
    }
    const own = results.elsewhere.tables.heads.rows; // attend's own intervals, with the same draws
    found.forEach(({ selectivity, selectivity_low, selectivity_high, above_baseline_low }, i) => {
      const row = own[i]!;
      assertEquals([row.selectivity, row.selectivity_low], [selectivity, selectivity_low]);
      assertEquals(row.selectivity_high, selectivity_high);
      assertEquals(row.above_baseline_low, above_baseline_low);
    });
  }));

/** What agreement.csv has of the data and the sentences elsewhere. */
function acrossSets({ agreement }: HeadTables) {
  return agreement.rows.filter(({ first, second }) => first === "data" && second === "sentences");
}

function compared(data: AttendedSet, elsewhere: AttendedSet, seed = 0): HeadTables {
  return finish(compareHeadSteps(data, elsewhere, { seed, random: [], model: "shapes" }));
}

/** Heads whose attention in each row is given. */
function setOf(heads: readonly (readonly number[])[], swapped?: readonly (number | undefined)[]) {
  const clusters = heads[0]!.map((_, row) => `pair ${row}`);
  const rows = clusters.map(() => "");
  const baseline = swapped ?? clusters.map(() => 0);
  return {
    ...{ clusters, by: "pair", groups: clusters, frameOf: rows, frames: [] },
    heads: heads.map((selectivity, i) => {
      const above_baseline = selectivity.map((value, row) =>
        baseline[row] === undefined ? undefined : value - baseline[row]
      );
      return { layer: 1, head: i + 1, values: { selectivity, baseline, above_baseline } };
    }),
  } satisfies AttendedSet;
}

const ROWS = [...Array(12).keys()];
const spread = (mean: number, by: number) =>
  ROWS.map((row) => mean + by * Math.sin(row * mean * 97));

Deno.test("compareHeadSteps() gives rho with the range of samples that shows how sure the order of heads is", () => {
  const sure = setOf([spread(0.1, 0.01), spread(0.3, 0.01), spread(0.5, 0.01), spread(0.7, 0.01)]);
  const [first] = acrossSets(compared(sure, sure));
  assertEquals([first!.rho, first!.rho_low, first!.rho_high], [1, 1, 1]);

  const turned = setOf([0.7, 0.5, 0.3, 0.1].map((mean) => spread(mean, 0.01)));
  const [opposite] = acrossSets(compared(sure, turned));
  assertEquals([opposite!.rho, opposite!.rho_low, opposite!.rho_high], [-1, -1, -1]);

  const unsure = setOf([spread(0.3, 0.3), spread(0.31, 0.3), spread(0.32, 0.3), spread(0.33, 0.3)]);
  for (const pair of [[sure, unsure], [unsure, sure]] as const) { // the rows of both sets are drawn
    const [{ rho, rho_low: low, rho_high: high } = undefined!] = acrossSets(compared(...pair));
    assertEquals([low! < rho! || rho === -1, high! - low! > 0.5], [true, true]);
  }
});

Deno.test("compareHeadSteps() leaves empty what few rows, few heads or rounding cannot tell", () => {
  const few = setOf([[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]]);
  const [row] = acrossSets(compared(few, few));
  assertAlmostEquals(row!.rho!, 1, 1e-12);
  assertEquals([row!.rho_low, row!.rho_high], [undefined, undefined]);

  const two = setOf([spread(0.1, 0.01), spread(0.3, 0.01)]);
  assertEquals(acrossSets(compared(two, two))[0]!.rho, undefined);
  const noise = setOf([1e-8, 3e-7, 2e-7].map((value) => ROWS.map(() => value)));
  assertEquals(acrossSets(compared(noise, noise))[0]!.rho, undefined);

  const heads = [spread(0.1, 0.01), spread(0.3, 0.01), spread(0.5, 0.01)];
  const twinless = setOf(heads, ROWS.map(() => undefined));
  const made = compared(twinless, twinless);
  assertEquals(acrossSets(made).map(({ n }) => n), [3, 0, 0]);
  assertEquals(acrossSets(made).map(({ rho }) => rho === undefined), [false, true, true]);
  const { baseline, above_baseline_low } = made.heads[0]!;
  assertEquals([baseline, above_baseline_low], [undefined, undefined]);
});

Deno.test("compareHeadSteps() and compareHeads() refuse the heads of different models", async () => {
  const [two, three] = [setOf([[1], [2]]), setOf([[1], [2], [3]])];
  const heads = "they are not the same: 2 in one, 3 in the other; expected two results of one";
  assertThrowsCode(() => compared(two, three), "not-comparable", heads);
  const choice = { data: "shapes-sentences", limit: 3, cache: false } as const;
  await using own = await Study.open(choice);
  await using random = await Study.open({ ...choice, randomWeights: 1 });
  const comparing = async () => compareHeads(await own.run("attend"), await random.run("attend"));
  await assertRejectsCode(comparing, "not-comparable: they are not of the same model files");
});

Deno.test("compareHeads() refuses results whose intervals keep different rows together, and takes equal ones", async () => {
  const choice = { data: "shapes-sentences", limit: 3, cache: false } as const;
  await using standard = await Study.open(choice);
  await using pair = await Study.open({ ...choice, cluster: "pair" });
  await using noun = await Study.open({ ...choice, cluster: "noun" });
  const result = await standard.run("attend");
  const comparing = async () => compareHeads(result, await noun.run("attend"));
  const said = "intervals of one keep together the rows of a pair, of the other those of a noun";
  await assertRejectsCode(comparing, "not-comparable", said);
  const { tables } = await compareHeads(result, await pair.run("attend"));
  assertEquals(acrossSets(tables)[0]!.rho, 1); // the same sentences
});

Deno.test("attendedSet() sorts attention.csv by head, and knows rows that are of no pair", () => {
  const pair = { id: "a", image: "", negation: "foil", caption: "A b.", foil: "No b." } as const;
  const row = (id: string, head: number, max_difference: number) => (
    { id, layer: 1, head, max_difference, swapped_difference: head === 1 ? undefined : 0.5 }
  );
  const rows = [row("a", 1, 0.1), row("a", 2, 0.2), row("b", 1, 0.3), row("b", 2, 0.4)];
  const set = attendedSet(rows, [pair, { ...pair, id: "b" }])!;
  assertEquals([set.clusters, set.by], [Array(2).fill("No b.\nA b."), "pair"]);
  assertEquals(set.heads.map(({ head, values }) => [head, values.selectivity, values.baseline]), [
    [1, [0.1, 0.3], [undefined, undefined]],
    [2, [0.2, 0.4], [0.5, 0.5]],
  ]);
  assertEquals(attendedSet(rows, [pair]), undefined);
});
