import {
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertStringIncludes,
} from "@std/assert";
import {
  spreadOverRoles,
  traceMap as typedTraceMap,
} from "../../../lib/experiments/trace/chart.ts";
import { TRACE, type TraceRow } from "../../../lib/experiments/trace/tables.ts";
import {
  assertSpec,
  committedRows,
  doubtOf,
  ofSomeColumns,
  SOURCES,
  titleAt,
  valueAt,
} from "../../charts/fixtures.ts";

const traceMap = ofSomeColumns(typedTraceMap);

const OPTIONS = { sources: SOURCES };
const ROWS = committedRows(TRACE);
const SPEC = traceMap(ROWS, OPTIONS);

function cell(role: string, cte: number | undefined, layer = 0): TraceRow {
  const of = { negation: "foil", segment: "correct", site: "resid", direction: "denoise" };
  return { ...of, layer, role, n: 4, cte } as unknown as TraceRow;
}

Deno.test("traceMap() makes the committed spec of the committed table", () => {
  assertSpec(SPEC, "trace_map");
});

Deno.test("traceMap() draws ambiguous rows only where no others are traced", () => {
  const certain = ["correct", "incorrect"];
  const rows = [
    ...certain.flatMap((segment) => [
      { ...cell("negator", 1), segment },
      { ...cell("eot", 0.25, 1), segment },
    ]),
  ];
  const near0 = [cell("negator", 1), cell("eot", -40, 1)].map((row) => (
    { ...row, segment: "ambiguous" }
  ));
  const charts = (drawn: readonly object[]) => traceMap(drawn as never, OPTIONS);
  assertEquals(charts([...rows, ...near0]), charts(rows));
  const ofBoth = { ...near0[0], segment: "all", cte: undefined }; // of a row in all segments
  assertEquals(charts([...near0, ofBoth]), charts(near0));
  assertNotEquals(charts(near0), charts([]));
});

Deno.test("traceMap() names the position that is pooled where sentences are padded", () => {
  const rows = [cell("negator", 1), cell("pad", 0.2, 1), cell("pooled", 1, 2)];
  const spec = traceMap(rows, OPTIONS);
  assertStringIncludes(
    String(titleAt(spec, "title.subtitle")),
    "bars: population standard deviation (SD) over the roles from the negator to the pooled position",
  );
  assertEquals(valueAt(spec, "concat.0.vconcat.0.encoding.y.scale.domain"), [
    ...["negator", "padding", "pooled"],
  ]);
});

Deno.test("traceMap() has one panel per group, the sides of a segment one after the other as in the paper, with n in its title", () => {
  const groups = ["foil", "caption"].flatMap((negation) =>
    ["correct", "incorrect"].map((segment) => ({
      ...cell("eot", 1),
      negation,
      segment,
    }))
  );
  const titles = [0, 1, 2, 3].map((panel) =>
    valueAt(traceMap(groups, OPTIONS), `concat.${panel}.title.text`)
  );
  assertEquals(titles, [
    ...["foil-negated, correct (n = 4)", "caption-negated, correct (n = 4)"],
    ...["foil-negated, incorrect (n = 4)", "caption-negated, incorrect (n = 4)"],
  ]);
});

Deno.test("traceMap() has the maps of both directions beside each other, and says what each is", () => {
  const rows = ["noise", "denoise"].flatMap((direction) =>
    ["foil", "caption"].map((negation) => (
      { ...cell("eot", direction === "noise" ? 0.5 : 1), negation, direction }
    ))
  );
  const spec = traceMap(rows, OPTIONS);
  assertEquals(valueAt(spec, "concat.0.vconcat.0.data.values.0.cte"), 1);
  assertEquals([0, 1, 2, 3, 4].map((panel) => valueAt(spec, `concat.${panel}.title.text`)), [
    ...["foil-negated, correct (n = 4), denoise", "foil-negated, correct (n = 4), noise"],
    ...["caption-negated, correct (n = 4), denoise", "caption-negated, correct (n = 4), noise"],
    undefined,
  ]);
  assertStringIncludes(
    String(titleAt(spec, "title.subtitle")),
    "causal tracing effect (CTE), denoise and noise, of the residual stream",
  );
  assertStringIncludes(
    String(valueAt(spec, "usermeta.negscope.caption")),
    "denoise, the share of the score difference d that returns when one activation of the negated sentence is put into the affirmative one; noise, the share of the score difference d that is lost when one activation of the affirmative sentence is put into the negated one.",
  );
  assertStringIncludes(
    String(valueAt(spec, "description")),
    "caption-negated, correct (n = 4), noise: ",
  );
});

Deno.test("traceMap() puts ticks at the ends and the middle of the spread's axis, where they say what they show", () => {
  const axis = (largest: number) => {
    const spec = traceMap([cell("negator", 2 * largest), cell("eot", 0)], OPTIONS); // the SD is half of it
    const y = "concat.0.vconcat.1.encoding.y";
    return [valueAt(spec, `${y}.scale.domain`), valueAt(spec, `${y}.axis.values`)];
  };
  assertEquals(axis(0.44), [[0, 0.6], [0, 0.3, 0.6]]);
  assertEquals(axis(0.4), [[0, 0.4], [0, 0.2, 0.4]]);
  assertEquals(axis(0.0083), [[0, 0.01], [0, 0.005, 0.01]]);
});

Deno.test("traceMap() doubts a 0 that the method does not fix, leaves out roles before the negator at 0, and names in its caption what intervals keep together", () => {
  const zero = { cte_low: 0, cte_high: 0 };
  const rows = [{ ...cell("full_stop", 0, 1), ...zero }, { ...cell("before", 0, 1), ...zero }];
  const others = [cell("full_stop", 0.5, 2), cell("eot", 1, 2)];
  const spec = traceMap([...rows, ...others], { ...OPTIONS, clusters: "subject nouns" });
  const cells = valueAt(spec, "concat.0.vconcat.0.data.values") as Record<string, unknown>[];
  const shown = cells.map(({ role, ...cell }) => [role, doubtOf(cell)]);
  assertEquals(shown[0], ["full stop", "own 95 % interval includes 0"]);
  assertEquals(shown.map(([role]) => role), ["full stop", "full stop", "EOT"]);
  assertStringIncludes(
    String(valueAt(spec, "usermeta.negscope.caption")),
    "a 95 % interval of the cell alone (bootstrap over subject nouns) that includes 0; too few distinct subject nouns",
  );
});

Deno.test("traceMap() has a map of heads for each role with an effect at site z, both directions beside each other", () => {
  const rows = committedRows(TRACE, "trace_z");
  const spec = traceMap(rows, OPTIONS);
  assertSpec(spec, "head_map");
  assertEquals(valueAt(spec, "concat.0.facet.row.sort"), ["negator", "EOT"]); // sot is 0 throughout
  const both = ["denoise", "noise"].flatMap((direction) =>
    rows.map((row) => ({ ...row, direction }))
  );
  const twice = traceMap(both, OPTIONS);
  assertEquals([valueAt(spec, "columns"), valueAt(twice, "columns")], [2, 4]);
  const titles = [0, 1].map((panel) => String(titleAt(twice, `concat.${panel}.title.text`)));
  assertEquals(titles.map((title) => title.split(", ").at(-1)), ["denoise", "noise"]);
  const own = (role: string, cte: number, head = 1) => ({ ...cell(role, cte, 1), site: "z", head });
  const signed = traceMap([
    ...[own("negator", -0.75), own("eot", 0.25)],
    ...[own("full_stop", -0.0075), own("sot", 0.007), own("sot", -0.007, 2)], // a hundredth of .75, and less
  ], OPTIONS);
  assertEquals(valueAt(signed, "concat.0.facet.row.sort"), ["negator", "full stop", "EOT"]);
});

const cells = (ctes: Readonly<Record<string, number | undefined>>, layer = 0) =>
  Object.entries(ctes).map(([role, cte]) => ({ layer, role, cte }));

Deno.test("spreadOverRoles() is the population standard deviation over the roles from the negator to the end token", () => {
  const frame = { negator: 1, subject_first: 0, subject_further: 0, full_stop: 0, eot: 0 };
  const [spread] = spreadOverRoles(cells({ sot: 9, there: 9, is_are: 9, ...frame }));
  assertEquals([spread!.layer, spread!.head, spread!.roles], [0, undefined, 5]);
  assertAlmostEquals(spread!.sd, 0.4, 1e-12); // 1/5 - 1/25 = .16
  const own = { sot: 9, before: 9, negator: undefined, inserted: 0.5, after: 0, eot: 1 };
  const [other] = spreadOverRoles(cells(own)); // of 0, .5, 1
  assertAlmostEquals(other!.sd, Math.sqrt(1 / 6), 1e-12);
  assertEquals(spreadOverRoles(cells({ sot: 9, negator: undefined, eot: 1 })), []); // one role has no spread
});
