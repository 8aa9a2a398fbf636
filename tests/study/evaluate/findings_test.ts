import { assertEquals } from "@std/assert";
import { scoreFindings } from "../../../lib/study/evaluate/findings.ts";
import { findingText } from "../../../lib/study/experiment/finding.ts";
import { someRows } from "../../experiments/some_rows.ts";

/** The text for a terminal. */
function scoreText(rows: readonly object[]): string {
  return findingText(scoreFindings(someRows(rows)));
}

Deno.test("scoreFindings() shows accuracy with its interval and the segments of each side", () => {
  const side = {
    correct: 2,
    ambiguous: 1,
    incorrect: 0,
    mean_d: 1.25,
    mean_d_low: -0.5,
    mean_d_high: 3,
  };
  const text = scoreText([
    { negation: "caption", n: 3, accuracy: 2 / 3, accuracy_low: 0.25, accuracy_high: 1, ...side },
    {
      ...{ negation: "foil", n: 1, accuracy: 0, accuracy_low: undefined, accuracy_high: undefined },
      ...{ ...side, correct: 0, mean_d: -0.5, mean_d_low: undefined, mean_d_high: undefined },
    },
  ]);
  assertEquals(
    text,
    [
      "Accuracy and mean d",
      "negated  n  accuracy  95 % interval   mean d  its interval",
      "caption  3     0.667  0.250 to 1.000   1.250  -0.500 to 3.000",
      "foil     1     0.000                  -0.500",
      "",
      "Rows by segment",
      "negated  correct  ambiguous  incorrect",
      "caption        2          1          0",
      "foil           0          1          0",
      "",
    ].join("\n"),
  );
});

Deno.test("scoreFindings() counts the ties where there are any, and tells over what gamma and alpha are", () => {
  const side = { n: 2, accuracy: 0.5, correct: 0, ambiguous: 2, incorrect: 0, mean_d: 0 };
  const both = { negation: "both", n: 4, gamma: 1, alpha: -0.5, rows_matched: 3 };
  const right = { quantity: "sentences_right", value: 0.5, low: 0.25, high: 0.75 } as const;
  const tablesOf = (matched: number) =>
    scoreFindings(
      someRows([{ negation: "foil", ...side, ties: 1 }, { ...both, rows_matched: matched }]),
      [right],
      2,
    ).tables!;
  const [, segments, understood] = tablesOf(3);
  assertEquals(segments!.lines, [
    { negated: "foil", correct: 0, ambiguous: 2, incorrect: 0, ties: 1 },
  ]);
  assertEquals(understood!.lines.map((line) => Object.values(line)), [
    ["understanding (gamma)", "3 matched rows", 1, ""],
    ["bias (alpha)", "3 matched rows", -0.5, ""],
    ["right in both pictures", "2 blocks", 0.5, "0.250 to 0.750"],
  ]);
  assertEquals(tablesOf(0)[2]!.lines[0]!["over"], "4 rows, unmatched");
});
