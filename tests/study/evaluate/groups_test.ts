import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { Pair } from "../../../lib/data/pairs.ts";
import { finish } from "../../../lib/stats/steps.ts";
import { clusterOf, frameOfRow, framesOf } from "../../../lib/study/clusters.ts";
import { groupSteps, groupTables, hasGroups } from "../../../lib/study/evaluate/groups.ts";
import type { EvaluateRow } from "../../../lib/study/rows/score_rows.ts";

/** Rows whose sentences are all different, with d = 1, -1, 1, -1 … in the first frame and 2, 2, 2, -2, 2, 2 … in the other. */
const ROWS = Array.from({ length: 40 }, (_, i) => {
  const isFirst = i < 20;
  const pair: Pair = {
    id: `${i}`,
    image: `${i}.png`,
    negation: "foil",
    caption: `There is a thing${i}.`,
    foil: `There is no thing${i}.`,
    frame: isFirst ? "there is X" : "X is there",
    scope: i % 4 === 0 ? "other" : "none",
    noun: `noun${i % 3}`,
    ...isFirst && { negatorWord: "no" },
  };
  const d = isFirst ? (i % 2 === 0 ? 1 : -1) : i % 4 === 3 ? -2 : 2;
  const scores: EvaluateRow = {
    ...{ id: pair.id, image: pair.image, negation: pair.negation, caption: pair.caption },
    ...{ foil: pair.foil, s_caption: d, s_foil: 0, d, segment: "ambiguous", tokens: 6 },
  };
  return { pair, scores };
});
const PAIRS = ROWS.map(({ pair }) => pair);
const TABLE = finish(groupSteps(PAIRS, ROWS.map(({ scores }) => scores), { seed: 0 }));

Deno.test("groupSteps() gives accuracy and mean d of each frame, negator and scope, in the order of the data", () => {
  assertEquals(
    TABLE.rows.filter(({ estimate }) => estimate === "accuracy")
      .map(({ column, group, n, value }) => [column, group, n, value]),
    [
      ["frame", "there is X", 20, 0.5],
      ["frame", "X is there", 20, 0.75],
      ["negator", "no", 20, 0.5], // rows without a negator are in no group
      ["scope", "other", 10, 1],
      ["scope", "none", 30, 0.5],
      ["frame x negator x scope", "there is X | no | other", 5, 1],
      ["frame x negator x scope", "there is X | no | none", 15, 1 / 3],
    ],
  );
  const means = [0, 1, 0, 1.5, 1 / 6, 1, -1 / 3];
  TABLE.rows.filter(({ estimate }) => estimate === "mean_d")
    .forEach(({ value }, i) => assertAlmostEquals(value!, means[i]!, 1e-12));
});

Deno.test("groupSteps() gives Wilson's interval where each row is a cluster of its own", () => {
  const [{ low, high }] = TABLE.rows as [typeof TABLE.rows[0]];
  assertEquals(low! < 0.5 && high! > 0.5, true);
  assertAlmostEquals(low! + high!, 1, 1e-9); // it is symmetric at .5
});

Deno.test("groupTables() shows the columns with more than one group", () => {
  assertEquals(groupTables(TABLE.rows)!.map(({ title, lines }) => [title, lines.length]), [
    ["Accuracy and mean d by frame", 2],
    ["Accuracy and mean d by scope", 2],
  ]);
});

Deno.test("hasGroups() is false of data without these columns", () => {
  const plain = PAIRS.map(({ id, image, negation, caption, foil, noun }) => (
    { id, image, negation, caption, foil, noun: noun! }
  ));
  assertEquals([hasGroups(PAIRS), hasGroups(plain), hasGroups([])], [true, false, false]);
});

Deno.test("frames and nouns of the data come before those that are found in the sentence", () => {
  assertEquals(framesOf(PAIRS), ["X is there", "there is X"]);
  const { frame: _, noun: __, ...plain } = PAIRS[0]!;
  assertEquals([frameOfRow(plain), clusterOf(plain, "noun")], ["there is no …", "thing0"]);
  assertEquals([frameOfRow(PAIRS[0]!), clusterOf(PAIRS[0]!, "noun")], ["there is X", "noun0"]);
});
