import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  holdingsOf,
  sharesFindings,
  sharesMap as typedSharesMap,
} from "../../../lib/experiments/shares/findings.ts";
import { SHARES_SUMMARY, type ShareSummaryRow } from "../../../lib/experiments/shares/tables.ts";
import { lines } from "./side_lines.ts";
import { findingText } from "../../../lib/study/experiment/finding.ts";
import {
  assertSpec,
  committedRows,
  ofSomeColumns,
  SOURCES,
  valueAt,
} from "../../charts/fixtures.ts";

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

const sharesMap = ofSomeColumns(typedSharesMap);

const OPTIONS = { sources: SOURCES };
const ROWS = committedRows(SHARES_SUMMARY).map((row) => (
  { ...row, simultaneous_low: row.share_low, simultaneous_high: row.share_high }
));
const SPEC = sharesMap(ROWS, OPTIONS);

Deno.test("sharesMap() makes the committed spec of the committed table", () => {
  assertSpec(SPEC, "shares_map");
});

Deno.test("sharesMap() shows 0 as no colour, negative shares in the other one, and no more than 1", () => {
  const scale = (spec: typeof SPEC) =>
    valueAt(spec, "concat.0.layer.0.encoding.color.scale") as { domain: number[] };
  assertEquals(scale(SPEC).domain, [-0.06, 1]);
  const known = ROWS.filter(({ share }) => share !== undefined);
  const extreme = sharesMap(known.map((row) => ({ ...row, share: 3 * row.share! })), OPTIONS);
  assertEquals(scale(extreme).domain, [-0.18, 1]);
});

Deno.test("sharesMap() marks a share whose interval includes 0 or is unknown, but none that the method fixes", () => {
  const marks = (panel: number) =>
    (valueAt(SPEC, `concat.${panel}.data.values`) as Record<string, unknown>[])
      .flatMap(({ layer, role, mark }) => mark === undefined ? [] : [`${layer} ${role}: ${mark}`]);
  assertEquals(marks(1), ["1 negator: beyond, no interval", "1 EOT: no interval"]);
  assertEquals(marks(0), ["1 EOT: own 95 % interval includes 0"]);
});

Deno.test("sharesMap() says in its alt text who holds d at which layers", () => {
  assertStringIncludes(
    SPEC.description,
    "foil-negated, all (n = 20): negator in layer 1 (.72), ",
  );
  const uncertain = ROWS.map((row) => ({ ...row, simultaneous_low: -1, simultaneous_high: 2 }));
  assertStringIncludes(sharesMap(uncertain, OPTIONS).description, "(n = 20): none for certain.");
});

Deno.test("holdingsOf() leaves out shares below 1/20, of either sign, and takes the largest of a sign", () => {
  const group = lines("eot", [-0.06, 0.049, -0.3, 0.06], { half: 0.001 });
  const held = holdingsOf(group, 5).map(({ layers, most }) => [layers, most.layer]);
  assertEquals(held, [[[4], 4], [[1, 3], 3]]);
});
