import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  headFindings,
  headRoles as typedHeadRoles,
  selectivityMap as typedSelectivityMap,
} from "../../../lib/experiments/attend/index.ts";
import { HEAD_ROLES, HEADS } from "../../../lib/experiments/attend/tables.ts";
import { findingText } from "../../../lib/study/experiment/finding.ts";
import {
  assertSpec,
  committedRows,
  doubtOf,
  ofSomeColumns,
  SOURCES,
  valueAt,
} from "../../charts/fixtures.ts";
import { someRows } from "../some_rows.ts";

/** Heads of a side, 1.1, 1.2 and so on, by how far their selectivity of .5 is above its baseline. */
function headsOf(negation: string, differences: readonly number[]) {
  return differences.map((difference, i) => ({
    ...{ negation, layer: 1, head: i + 1, n: 12, n_baseline: 9, selectivity: 0.5 },
    above_baseline: difference,
    above_baseline_low: difference, // shorter: not what decides
    above_baseline_high: difference,
    ...{ simultaneous_low: difference - 0.1, simultaneous_high: difference + 0.1 * (i + 1) },
    ...{ correlation_with_d: 0.5, q_value: 0.125 },
  }));
}

/** Senders of 1.1 and of 1.2, which is not among the heads that look more. */
const LOOKS = [
  ["query", "embedding", 0.5, 0.75],
  ["key", "1.3", 0.75, 0.25],
  ["key", "scale", 1e-4, 0],
  ["key", "embedding", -0.05, 0.25],
  ["key", "rest", -1.4e-7, 0],
].flatMap(([at, sender, share, reach]) =>
  [1, 2].map((head) => (
    {
      ...{ layer: 1, head, at, sender, share },
      share_low: Number(share) - Number(reach),
      share_high: Number(share) + Number(reach),
    }
  ))
);

Deno.test("headFindings() names heads that attend more to the negator, why they look, and rows that have only one word", () => {
  assertEquals(
    findingText(headFindings(
      someRows([
        ...headsOf("foil", [0.25, -0.5, 0.05]), // 1.3: interval from -.05
        ...headsOf("caption", [0.05, 0]).map((row) => ({ ...row, n_baseline: 12 })),
      ]),
      someRows(LOOKS),
    )),
    [
      "Where the foil is negated, the negator gets more attention than the word in its",
      "  place from head 1.1 (difference 0.25, 0.15 to 0.35).",
      "Where the caption is negated, no head is named: none certain of 0.05 or more; by",
      "  simultaneous 95 % intervals shares up to 0.15 are possible.",
      "Head 1.1 looks at the negator, not the other word, because of head 1.3 at the",
      "  word: 75 % (50 to 100) of the difference in its attention score.",
      "In 1.1, the word's own embedding takes 5 % of it back.",
      "",
      "Attention to the negator minus that to the word in its place",
      "negated  head  difference  simultaneous    selectivity      r      q",
      "foil     1.1        0.250  0.150 to 0.350        0.500  0.500  0.125",
      "",
      "Why these heads look: largest parts of the difference in their attention scores",
      "head  sender                                  share  interval",
      "1.1   head 1.3 at the word                    0.750  0.500 to 1.000",
      "1.1   the embedding at the token that looks   0.500  -0.250 to 1.250",
      "1.1   the word's own embedding               -0.050  -0.300 to 0.200",
      "1.1   the layer norm's scale at the word     1.0e-4  1.0e-4 to 1.0e-4",
      "",
      "foil-negated: 3 of 12 rows have no word in its place and are not compared",
      "Heads count from 1: 1.1 is L0H0 in TransformerLens, blocks.0 head 0",
      "",
    ].join("\n"),
  );
});

Deno.test("headFindings() gives a reason only if it is certainly one, of a difference that is certainly above 0", () => {
  const heads = someRows(headsOf("foil", [0.25]));
  const sender = { layer: 1, head: 1, at: "key", sender: "embedding" };
  const unknown =
    "Why head 1.1 looks is not said: its scores are not certainly higher at the negator";
  const cases: readonly (readonly [object, string[]])[] = [
    [{ share: 0.5, share_low: 0.01, share_high: 1 }, ["50 % (1 to 100)"]],
    [{ share: 0.75, share_low: 0, share_high: 1 }, []],
    [{ share: 0.75, share_low: -0.1, share_high: 1 }, []],
    [{ share: 0.75 }, []],
    [{}, [unknown]],
  ];
  for (const [own, said] of cases) {
    const { sentences = [], notes = [], tables } = headFindings(
      heads,
      someRows([{ ...sender, ...own }]),
    );
    const found = [...sentences, ...notes].filter((text) => /because of|Why/.test(text));
    assertEquals(found.map((text) => text.match(/50 % \(.*?\)|^Why.*/)?.[0]), said);
    assertEquals(tables!.at(-1)!.lines.length, said[0] === unknown ? 0 : 1);
  }
  const notes = (differences: readonly number[]) =>
    headFindings(someRows(headsOf("foil", differences))).notes!.length;
  assertEquals([notes([0.25]), notes([0.25, 0.5]), notes([0.05])], [3, 3, 1]); // no looks are known
});

const selectivityMap = ofSomeColumns(typedSelectivityMap);
const OPTIONS = { sources: SOURCES };

Deno.test("selectivityMap() makes the committed spec of the committed table", () => {
  const rows = committedRows(HEADS).map((row) => ({
    ...row,
    above_baseline_low: row.selectivity_low, // as if the exchanged sentences had 0
    above_baseline_high: row.selectivity_high,
  }));
  assertSpec(selectivityMap(rows, OPTIONS), "selectivity_map");
});

Deno.test("selectivityMap() marks heads that are not above the exchanged sentences, and says so in its caption", () => {
  const row = { negation: "foil", layer: 1, n: 40, selectivity_low: 0.1, selectivity_high: 0.3 };
  const spec = selectivityMap([
    { ...row, head: 1, selectivity: 0.25, above_baseline_low: 0.2, above_baseline_high: 0.3 },
    { ...row, head: 2, selectivity: 0.18, above_baseline_low: -0.1, above_baseline_high: -0.02 },
  ], OPTIONS);
  const cells = valueAt(spec, "concat.0.data.values") as Record<string, unknown>[];
  assertEquals(cells.map(doubtOf), [undefined, "not above exchanged sentences"]);
  assertStringIncludes(
    String(valueAt(spec, "usermeta.negscope.caption")),
    "Marks in corners: a selectivity that is not above that of the exchanged sentences (95 % interval of the difference, bootstrap over sentence pairs).",
  );
});

Deno.test("headRoles() draws one layer, with the queries before the negator where one of them attends to it", () => {
  const headRoles = ofSomeColumns(typedHeadRoles);
  const rows = committedRows(HEAD_ROLES);
  const second = { ...OPTIONS, layer: 2 };
  assertSpec(headRoles(rows, second), "head_roles");
  const free = rows.map((row) => row.role === "sot" ? { ...row, attention_difference: 0.1 } : row); // no causal mask
  assertEquals(
    valueAt(headRoles(free, second), "concat.0.encoding.x.scale.domain"),
    ["SOT", "negator", "subject (first)", "full stop", "EOT"],
  );
  const first = headRoles(rows, { ...OPTIONS, layer: 1 });
  assertEquals(valueAt(first, "concat.0.encoding.y.scale.domain"), [1]);
  assertEquals(valueAt(first, "concat.0.layer.0.encoding.color.scale.domain"), [0, 0.9]);
});
