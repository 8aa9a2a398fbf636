import { assertEquals } from "@std/assert";
import { headRoles as typedHeadRoles } from "../../../lib/experiments/attend/maps.ts";
import { HEAD_ROLES } from "../../../lib/experiments/attend/tables.ts";
import {
  assertSpec,
  committedRows,
  ofSomeColumns,
  SOURCES,
  valueAt,
} from "../../charts/fixtures.ts";

const headRoles = ofSomeColumns(typedHeadRoles);

const OPTIONS = { sources: SOURCES, layer: 2 };
const ROWS = committedRows(HEAD_ROLES);
const SPEC = headRoles(ROWS, OPTIONS);

Deno.test("headRoles() makes the committed spec of the committed table", () => {
  assertSpec(SPEC, "head_roles");
});

Deno.test("headRoles() shows all queries where one before the negator attends to it, as without a causal mask", () => {
  const free = ROWS.map((row) => row.role === "sot" ? { ...row, attention_difference: 0.1 } : row);
  const roles = ["SOT", "negator", "subject (first)", "full stop", "EOT"];
  assertEquals(valueAt(headRoles(free, OPTIONS), "concat.0.encoding.x.scale.domain"), roles);
});

Deno.test("headRoles() leaves other layers out of the cells and the colour scale", () => {
  assertEquals(valueAt(SPEC, "concat.0.data.values.length"), 8); // 2 heads, 4 roles
  assertEquals(valueAt(SPEC, "concat.0.layer.0.encoding.color.scale.domain"), [-0.04, 0.36]);
  const first = headRoles(ROWS, { ...OPTIONS, layer: 1 });
  assertEquals(valueAt(first, "concat.0.encoding.y.scale.domain"), [1]);
  assertEquals(valueAt(first, "concat.0.layer.0.encoding.color.scale.domain"), [0, 0.9]);
});
