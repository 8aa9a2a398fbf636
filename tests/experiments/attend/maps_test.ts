import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  headRoles as typedHeadRoles,
  selectivityMap as typedSelectivityMap,
} from "../../../lib/experiments/attend/findings.ts";
import { HEAD_ROLES, HEADS } from "../../../lib/experiments/attend/tables.ts";
import {
  assertSpec,
  committedRows,
  doubtOf,
  ofSomeColumns,
  SOURCES,
  valueAt,
} from "../../charts/fixtures.ts";

const selectivityMap = ofSomeColumns(typedSelectivityMap);

const OPTIONS = { sources: SOURCES };
const ROWS = committedRows(HEADS).map((row) => ({
  ...row,
  above_baseline_low: row.selectivity_low, // as if the exchanged sentences had 0
  above_baseline_high: row.selectivity_high,
}));
const SPEC = selectivityMap(ROWS, OPTIONS);

Deno.test("selectivityMap() makes the committed spec of the committed table", () => {
  assertSpec(SPEC, "selectivity_map");
});

Deno.test("selectivityMap() names the most selective heads of each side in its alt text", () => {
  assertStringIncludes(
    SPEC.description,
    "foil-negated (n = 12): most selective heads above the exchanged sentences, as layer.head: " +
      "2.1 (.34), 1.1 (.03).",
  );
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

const headRoles = ofSomeColumns(typedHeadRoles);

const ROLE_OPTIONS = { sources: SOURCES, layer: 2 };
const ROLE_ROWS = committedRows(HEAD_ROLES);
const ROLE_SPEC = headRoles(ROLE_ROWS, ROLE_OPTIONS);

Deno.test("headRoles() makes the committed spec of the committed table", () => {
  assertSpec(ROLE_SPEC, "head_roles");
});

Deno.test("headRoles() shows all queries where one before the negator attends to it, as without a causal mask", () => {
  const free = ROLE_ROWS.map((row) =>
    row.role === "sot" ? { ...row, attention_difference: 0.1 } : row
  );
  const roles = ["SOT", "negator", "subject (first)", "full stop", "EOT"];
  assertEquals(valueAt(headRoles(free, ROLE_OPTIONS), "concat.0.encoding.x.scale.domain"), roles);
});

Deno.test("headRoles() leaves other layers out of the cells and the colour scale", () => {
  assertEquals(valueAt(ROLE_SPEC, "concat.0.data.values.length"), 8); // 2 heads, 4 roles
  assertEquals(valueAt(ROLE_SPEC, "concat.0.layer.0.encoding.color.scale.domain"), [-0.04, 0.36]);
  const first = headRoles(ROLE_ROWS, { ...OPTIONS, layer: 1 });
  assertEquals(valueAt(first, "concat.0.encoding.y.scale.domain"), [1]);
  assertEquals(valueAt(first, "concat.0.layer.0.encoding.color.scale.domain"), [0, 0.9]);
});
