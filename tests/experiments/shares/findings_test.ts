import { assertEquals, assertStringIncludes } from "@std/assert";
import { sharesFindings } from "../../../lib/experiments/shares/findings.ts";
import type { ShareSummaryRow } from "../../../lib/experiments/shares/tables.ts";
import { lines } from "./side_lines.ts";
import { findingText } from "../../../lib/study/experiment/finding.ts";

/** The text for a terminal. */
function sharesText(rows: readonly ShareSummaryRow[]): string {
  return findingText(sharesFindings(rows));
}

const SIDE = [
  ...lines("negator", [0.9, 0.5, 0.1, 0.02]),
  ...lines("subject_further", [0.06, 0.35, 0.2, 0.08], { n: 12 }),
  ...lines("eot", [0.04, 0.15, 0.7, -0.15]),
];

Deno.test("sharesFindings() names the layers at which a role holds a part of d, what it takes away, and its largest share", () => {
  const other = lines("negator", [0.3, 0.3, 0.02, 0.3], { negation: "caption", n: 9 });
  assertEquals(
    sharesText([...SIDE, ...other]),
    [
      "Where the foil is negated, d passes through negator in layers 1-3 (0.90, 0.86 to",
      "  0.94), subject (further) in layers 1-4 (0.35, 0.31 to 0.39), EOT in layers 2-3",
      "  (0.70, 0.66 to 0.74) and EOT in layer 4 (-0.15, -0.19 to -0.11), by its",
      "  largest share in any layer (they do not add up).",
      "Where the caption is negated, d passes through negator in layers 1-2, 4 (0.30,",
      "  0.26 to 0.34).",
      "",
      "Who holds d at which layers",
      "negated  role               layers  at  share  simultaneous    rows",
      "foil     negator            1-3      1   0.90  0.86 to 0.94    20",
      "foil     subject (further)  1-4      2   0.35  0.31 to 0.39    12/20",
      "foil     EOT                2-3      3   0.70  0.66 to 0.74    20",
      "foil     EOT                4        4  -0.15  -0.19 to -0.11  20",
      "caption  negator            1-2, 4   1   0.30  0.26 to 0.34    9",
      "",
    ].join("\n"),
  );
});

Deno.test("sharesFindings() names nothing that chance may explain, nor what the method fixes, and says what is possible", () => {
  const text = (rows: readonly ShareSummaryRow[]) => sharesText(rows).replaceAll("\n  ", " ");
  assertEquals(
    text([
      ...lines("negator", [0.5, 0.5, 0.5, 0.5], { half: 0.6 }),
      ...lines("eot", [0.04, 0.04, 0.04, 0.04], { half: 0.005, negation: "caption" }),
    ]),
    "Where the foil is negated, no role is named: none certain of 0.05 or more; by simultaneous 95 % intervals shares up to 1.10 are possible.\n" +
      "Where the caption is negated, no role is named: none of 0.05 or more, 4 smaller; by simultaneous 95 % intervals no share is beyond 0.05.\n",
  );
  const side = lines("negator", [0.9, 0.9, 0.9, 0.9], { half: undefined });
  assertEquals(text(side), "Where the foil is negated, no role is named: not tested.\n");
  const none = side.map((row) => ({ ...row, share: undefined }));
  assertStringIncludes(text(none), "no share of d, since d is no more than the rounding error");
});
