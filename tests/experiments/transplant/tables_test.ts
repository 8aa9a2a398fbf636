import { assertAlmostEquals, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { assertPlainSentences } from "../../study/plain_sentences.ts";
import { transplantFindings } from "../../../lib/experiments/transplant/findings.ts";
import type { Scores } from "../../../lib/experiments/transplant/measure.ts";
import {
  type TransplantedRow,
  transplantSteps,
  type TransplantSummaryRow,
} from "../../../lib/experiments/transplant/tables.ts";
import { finish } from "../../../lib/stats/steps.ts";

/** A row whose d is given for every run: that of a model of two blocks, and of the stacks from 0. */
function rowOf(
  i: number,
  { d, first, last, towers }: Readonly<Record<"first" | "last" | "towers", readonly number[]>> & {
    readonly d: number;
  },
): TransplantedRow {
  const scores = (all: readonly number[]) => all.map((d): Scores => [d, 0]);
  return {
    scores: { id: `${i}`, negation: "foil", d, s_caption: d, s_foil: 0 } as never,
    measured: {
      first: scores(first),
      last: scores(last),
      towers: scores(towers),
      ...{ values: [[], [], []], roles: [[], []], parts: [], heads: 1, names: ["old", "tuned"] },
    },
    cluster: `${i}`,
  };
}

const tablesOf = (rows: readonly TransplantedRow[]) =>
  finish(transplantSteps(rows, { seed: 0, sets: [] }));

const ofAll = ({ summary }: ReturnType<typeof tablesOf>, kind: string) =>
  summary.rows.filter((row) => row.negation === "all" && row.kind === kind);

Deno.test("the share of a layer is what it adds in both orders, each block's with its own", () => {
  // Of a change of 10 the layers add 1, 2, 3, 4 from below, and 2, 5, 2, 1 from above.
  const row = { d: 0, first: [1, 3, 6, 10], last: [1, 3, 8, 10], towers: [] };
  const tables = tablesOf([rowOf(0, row)]);
  const all = ofAll(tables, "layer");
  assertEquals(all.map(({ number }) => number), [0, 1, 2, 3]);
  assertEquals(tables.summary.rows.some(({ negation }) => negation === "caption"), false);
  [[0.1, 0.2], [0.2, 0.5], [0.3, 0.2], [0.4, 0.1]].forEach(([first, last], layer) => {
    assertAlmostEquals(all[layer]!.first!, first!, 1e-12);
    assertAlmostEquals(all[layer]!.last!, last!, 1e-12);
    assertAlmostEquals(all[layer]!.share!, (first! + last!) / 2, 1e-12);
  });
  const [accuracy] = transplantFindings(tables).sentences!;
  assertStringIncludes(
    accuracy!,
    "With the text tower of tuned accuracy is 1.00, with that of old",
  );
});

Deno.test("of rows of both sides, what is transplanted changes gamma and alpha by the weighted quarters of both sides' changes, and the share right in both pictures", () => {
  const rows = Array.from({ length: 40 }, (_, i): TransplantedRow => {
    const pair = i >> 1;
    const negation = i % 2 === 0 ? "foil" : "caption";
    const sign = negation === "foil" ? 1 : -1;
    /** d of a foil-negated row is 2 gamma + 2 alpha, of a caption-negated one 2 gamma - 2 alpha. */
    const d = (gamma: number, alpha: number) => 2 * gamma + sign * 2 * alpha;
    const [A, B] = [d(pair % 4 / 4 - .125, 0), d(pair % 4 / 4 + .375, -.5)];
    const made = rowOf(i, {
      d: A,
      first: [A, d(pair % 4 / 4 - .125, -.5), B, B],
      last: [A, A, A, B],
      towers: [],
    });
    const sentences = [`There is no dog ${pair}.`, `There is a dog ${pair}.`];
    const [caption, foil] = sign === 1 ? sentences.toReversed() : sentences;
    return { ...made, scores: { ...made.scores, negation, caption: caption!, foil: foil! } };
  });
  const tables = tablesOf(rows);
  const [own, other] = ofAll(tables, "tower") as [TransplantSummaryRow, TransplantSummaryRow];
  assertEquals([own.both_right_change_low, own.both_right_change_high], [0, 0]); // it is itself
  assertEquals(Math.sign(other.both_right_change_low! * other.both_right_change_high!), -1);
  assertAlmostEquals(other.gamma_change!, .5, 1e-12);
  assertAlmostEquals(other.alpha_change!, -.5, 1e-12);
  assertAlmostEquals(other.alpha_change_high!, -.5, 1e-12); // of each pair
  // gamma > |alpha|: of A all pairs but each fourth, of B those with gamma above .5
  assertEquals([other.both_right, other.both_right_change], [.75, 0]);
  const layers = ofAll(tables, "layer");
  [[.25, -.25], [0, -.25], [.25, 0], [0, 0]].forEach(([gamma, alpha], layer) => {
    assertAlmostEquals(layers[layer]!.gamma_change!, gamma!, 1e-12, `${layer}`);
    assertAlmostEquals(layers[layer]!.alpha_change!, alpha!, 1e-12, `${layer}`);
  });
  const { sentences } = transplantFindings(tables);
  assertPlainSentences(sentences!);
  assertStringIncludes(
    sentences!.join("\n"),
    "On matched rows it changes understanding (gamma) by 0.50 (0.50 to 0.50) and bias (alpha) by -0.50 (-0.50 to -0.50) logits\n",
  );
  for (const { negation, gamma_change } of tables.summary.rows) {
    if (negation !== "all") assertEquals(gamma_change, undefined);
  }
});

Deno.test("two by two towers: accuracy of each choice beside that of the model's own, and which model is better", () => {
  /** Of 40 rows A has 10 right, and each other choice of towers so many more. */
  const ofRows = (byText: number, byImage: number, both: number) =>
    Array.from({ length: 40 }, (_, i) => {
      const d = (right: number) => i < 10 + right ? 1 : -1;
      const first = [...new Array(3).fill(d(0)), d(byText) + 0.5];
      return rowOf(i, { d: d(0), first, last: first, towers: [d(byImage), d(both)] });
    });
  const tables = tablesOf(ofRows(20, 1, 22));
  const all = ofAll(tables, "tower");
  const cells = ({ set, made_of, accuracy, change }: TransplantSummaryRow) =>
    [set, made_of, accuracy, change] as const;
  assertEquals([all[0]!.change_low, all[0]!.change_high], [0, 0]); // it is itself
  assertEquals(all.map(cells), [
    ["AA", "old", 0.25, 0],
    ["AB", "old", 0.275, 0.025],
    ["BA", "tuned", 0.75, 0.5],
    ["BB", "tuned", 0.8, 0.55],
  ]);
  assertEquals(
    transplantFindings(tables).tables![0]!.lines.map(({ text, image }) => `${text} ${image}`),
    ["old old", "old tuned", "tuned old", "tuned tuned"],
  );
  const said = (...more: Parameters<typeof ofRows>) =>
    transplantFindings(tablesOf(ofRows(...more))).sentences!.join(". ");
  assertMatch(
    said(20, 1, 22),
    /tuned is better than old: accuracy 0.80 against 0.25, a difference of 0.55 \(.*Its text tower alone changes accuracy by 0.50 \(.*its image tower alone by 0.03 \(/,
  );
  assertStringIncludes(said(20, -10, -10), "tuned is worse than old: accuracy 0.00");
  assertStringIncludes(said(2, 1, 1), "tuned and old cannot be told apart: accuracy 0.28");
});

Deno.test("the values of a role's tokens are put in one by one, each in the sentences that have it, and those of a set together", () => {
  const first: Scores[] = [[3, 1], [3, 1], [3, 1], [6, 1]]; // B adds 3 to d
  const values: Scores[][] = [0, 1, 2].map((layer) => [
    ...[[3, 1], [4.5, 0.7], [6, 1], [4.5, 1 - 0.75 * layer]] as Scores[],
  ]);
  const roles = [
    ["sot", "negator", "subject_further", "subject_further"],
    ["sot", "subject_further", "eot", "pooled"],
  ] as const;
  const base = rowOf(0, { d: 2, first: [], last: [], towers: [] });
  const scores = { ...base.scores, s_caption: 3, s_foil: 1 };
  const measured = { ...base.measured, first, last: first, values, roles };
  const rows = [
    { ...base, scores, measured: { ...measured, parts: [[4, 1] as Scores] } },
    { ...base, scores, measured: { ...measured, roles: [["sot"], ["sot"]], parts: [[3, 1]] } },
  ] as unknown as TransplantedRow[];
  const sets = [{ name: "own", nodes: [{ kind: "mlp", layer: 1 }] }] as const;
  const tables = finish(transplantSteps(rows, { seed: 0, sets: sets as never }));
  const all = ofAll(tables, "value").filter(({ number }) => number !== 1)
    .map(({ number, set, n, share }) => [number, set, n, Math.round(1e9 * share!) / 1e9]);
  const further = ((3 + 1.5) / 2 + 0.3) / 3;
  const expected = [0, 2].flatMap((layer) =>
    [
      ...[["sot", 2, 0], ["negator", 1, 0.5 / 2], ["subject_further", 1, further / 2]],
      ...[["eot", 1, 0], ["pooled", 1, layer / 8]],
    ].map((cells) => [layer, ...cells])
  );
  const sorted = (lines: readonly (readonly unknown[])[]) =>
    lines.map((line) => line.join()).sort();
  assertEquals(sorted(all), sorted(expected));
  const [part] = ofAll(tables, "part");
  assertEquals([part!.set, part!.made_of, part!.accuracy], ["own", "mlp 1", 1]);
  assertAlmostEquals(part!.share!, 1 / 3 / 2, 1e-12);
  const runs = [...tables.transplant.rows].filter(({ kind }) => kind === "value");
  assertEquals(runs.length, 2 * 3 * 4);
});

Deno.test("transplantFindings() names tested layers beside one without an interval", () => {
  const row = { d: 0, first: [-1, -3, -6, -10], last: [-1, -3, -8, -10], towers: [] };
  const { summary, ...tables } = tablesOf(Array.from({ length: 40 }, (_, i) => rowOf(i, row)));
  const none = { simultaneous_low: undefined, simultaneous_high: undefined };
  const rows = summary.rows.map((row) => row.number === 0 ? { ...row, ...none } : row);
  const { sentences } = transplantFindings({ ...tables, summary: { ...summary, rows } });
  const places = "block 1 (0.35, 0.35 to 0.35), block 2 and the final norm and the projection";
  assertStringIncludes(sentences!.join("\n"), `What it changes in d sits most in ${places}`);
});

Deno.test("transplantSteps() counts a tie as one half in accuracies", () => {
  const ds = [[0, 1, 1], [5e-5, 0, 1], [-1, -1, -1], [1, 1, 0]] as const; // of A, with B's embeddings, of B
  const rows = ds.map(([d, between, ofB], i) => {
    const stack = [between, between, between, ofB];
    return rowOf(i, { d, first: stack, last: stack, towers: [] });
  });
  const all = ofAll(tablesOf(rows), "first");
  assertEquals(all.at(0)!.accuracy, (1 / 2 + 1 / 2 + 0 + 1) / 4);
  assertEquals(all.at(-1)!.accuracy, (1 + 1 + 0 + 1 / 2) / 4);
});
