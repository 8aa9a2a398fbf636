import { assertEquals, assertStringIncludes } from "@std/assert";
import { SHARES_SUMMARY } from "../../../lib/experiments/shares/tables.ts";
import { sharesMap as typedSharesMap } from "../../../lib/experiments/shares/findings.ts";
import {
  assertSpec,
  committedRows,
  ofSomeColumns,
  SOURCES,
  valueAt,
} from "../../charts/fixtures.ts";

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
