import { assertEquals } from "@std/assert";
import { headMap as typedHeadMap } from "../../../lib/experiments/trace/chart.ts";
import { TRACE } from "../../../lib/experiments/trace/trace_summary.ts";
import {
  assertSpec,
  committedRows,
  ofSomeColumns,
  SOURCES,
  titleAt,
  valueAt,
} from "../../charts/fixtures.ts";

const headMap = ofSomeColumns(typedHeadMap);

const OPTIONS = { sources: SOURCES };
const ROWS = committedRows(TRACE, "trace_z");
const SPEC = headMap(ROWS, OPTIONS);

Deno.test("headMap() makes the committed spec of the committed table", () => {
  assertSpec(SPEC, "head_map");
});

Deno.test("headMap() leaves out roles without an effect at any head", () => {
  assertEquals(valueAt(SPEC, "concat.0.facet.row.sort"), ["negator", "EOT"]); // sot is 0 throughout
});

Deno.test("headMap() uses absolute effects for the colours and for the roles that it shows", () => {
  const cell = (role: string, cte: number, head = 1) => (
    { negation: "foil", segment: "correct", layer: 1, head, role, n: 4, cte }
  );
  const spec = headMap([
    ...[cell("negator", -0.75), cell("eot", 0.25)],
    ...[cell("full_stop", -0.0075), cell("sot", 0.007), cell("sot", -0.007, 2)], // a hundredth of .75, and less
  ], OPTIONS);
  assertEquals(valueAt(spec, "concat.0.spec.layer.0.encoding.color.scale.domain"), [-0.76, 0.26]); // in steps of .02
  assertEquals(valueAt(spec, "concat.0.facet.row.sort"), ["negator", "full stop", "EOT"]);
});

Deno.test("headMap() has two groups in a row, each with the maps of both directions beside each other", () => {
  const rows = committedRows(TRACE, "trace_z");
  const both = ["denoise", "noise"].flatMap((direction) =>
    rows.map((row) => ({ ...row, direction }))
  );
  const spec = headMap(both, OPTIONS);
  assertEquals(
    [valueAt(spec, "columns"), valueAt(headMap(rows, OPTIONS), "columns")],
    [
      4,
      2,
    ],
  );
  const titles = [0, 1].map((panel) => String(titleAt(spec, `concat.${panel}.title.text`)));
  assertEquals(titles.map((title) => title.split(", ").at(-1)), ["denoise", "noise"]);
});
