import { assertEquals, assertStringIncludes } from "@std/assert";
import { headRoles as typedHeadRoles } from "../../../lib/experiments/attend/maps.ts";
import { HEAD_ROLES } from "../../../lib/experiments/attend/head_roles.ts";
import { renderSvg } from "../../../lib/draw/render.ts";
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

Deno.test("headRoles() is drawn without a warning, its values in the cells", async () => {
  const svg = await renderSvg(SPEC);
  for (const text of [">.34</text>", ">−.01</text>", ">subject (first)</text>"]) {
    assertStringIncludes(svg, text);
  }
});

Deno.test("headRoles() shows the queries from the negator on, in the order of a sentence", () => {
  const roles = ["negator", "subject (first)", "full stop", "EOT"]; // the table has sot, too
  assertEquals(valueAt(SPEC, "concat.0.encoding.x.scale.domain"), roles);
  const reversed = headRoles(ROWS.toReversed(), OPTIONS);
  assertEquals(valueAt(reversed, "concat.0.encoding.x.scale.domain"), roles);
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

Deno.test("headRoles() names the largest differences of each side in its alt text", () => {
  assertStringIncludes(
    SPEC.description,
    "caption-negated (n = 9): largest for head 1 from full stop (.35), " +
      "head 1 from subject (first) (.25), head 2 from subject (first) (.23).",
  );
});

Deno.test("headRoles() draws a layer without rows as one that says so", async () => {
  const spec = headRoles(ROWS, { ...OPTIONS, layer: 3 });
  assertStringIncludes(await renderSvg(spec), "no rows to draw");
  assertStringIncludes(spec.description, "layer 3");
});

Deno.test("headRoles() has a colour scale that also covers the largest difference below 0", () => {
  const row = { negation: "foil", layer: 2, head: 1, role: "eot", n: 4 };
  const spec = headRoles([
    { ...row, attention_difference: 0.25 },
    { ...row, role: "negator", attention_difference: -0.5 },
  ], OPTIONS);
  assertEquals(valueAt(spec, "concat.0.layer.0.encoding.color.scale.domain"), [-0.5, 0.26]);
});
