import { assertEquals } from "@std/assert";
import {
  auditFindings,
  correlationFindings,
  sizeFindings,
} from "../../../lib/experiments/correlate/findings.ts";

Deno.test("correlationFindings() shows r of each side and feature with its interval and q", () => {
  const text = correlationFindings([
    {
      negation: "foil",
      feature: "tokens",
      n: 4,
      r: -0.25,
      r_low: -0.5,
      r_high: 0.125,
      q_value: 0.75,
    },
    {
      ...{ negation: "caption", feature: "subject_size", n: 0, r: undefined },
      ...{ r_low: undefined, r_high: undefined, q_value: undefined },
    },
  ]);
  assertEquals(
    text,
    [
      "Correlation with d",
      "negated  feature  n       r  95 % interval        q",
      "foil     tokens   4  -0.250  -0.500 to 0.125  0.750",
      "",
    ].join("\n"),
  );
});

Deno.test("sizeFindings() shows the accuracy above each size that some subject exceeds", () => {
  assertEquals(
    sizeFindings([
      { threshold: 0, n: 9, accuracy: 1, low: 0.7, high: 1 },
      { threshold: 0.05, n: 2, accuracy: 0.5, low: undefined, high: undefined },
      { threshold: 0.1, n: 0, accuracy: undefined, low: undefined, high: undefined },
    ]),
    [
      "Accuracy on foil-negated rows by the size of the subject",
      "subject_size above  n  accuracy  95 % interval",
      "0                   9     1.000  0.700 to 1.000",
      "0.05                2     0.500",
      "",
    ].join("\n"),
  );
  assertEquals(sizeFindings([]), "");
});

Deno.test("auditFindings() shows for each side how each r changes without its most repeated sentence pair", () => {
  const audit = (negation: string, feature: string, r: number | undefined, without?: number) => ({
    ...{ negation, feature, n: 9, distinct_pairs: 5, largest_block: "No cat.", block_n: 3 },
    ...{ r, r_without_block: without },
  });
  assertEquals(
    auditFindings([
      audit("foil", "tokens", -0.25, 0.5),
      audit("foil", "subject_size", 0.125),
      { ...audit("caption", "tokens", undefined, undefined), n: 2, distinct_pairs: 1 },
    ]),
    [
      "Repeated sentences",
      '  foil-negated: 5 distinct sentence pairs in 9 rows; without the 3 rows "No',
      '    cat." r of tokens -0.250 becomes 0.500, subject_size 0.125 becomes none',
      '  caption-negated: 1 distinct sentence pairs in 2 rows; without the 3 rows "No',
      '    cat." r of tokens none becomes none',
      "",
    ].join("\n"),
  );
});
