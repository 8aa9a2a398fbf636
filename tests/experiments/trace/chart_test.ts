import {
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertStringIncludes,
} from "@std/assert";
import {
  headMap as typedHeadMap,
  spreadOverRoles,
  traceCharts,
  traceMap as typedTraceMap,
  type TraceMapRow,
} from "../../../lib/experiments/trace/chart.ts";
import { TRACE } from "../../../lib/experiments/trace/tables.ts";
import {
  assertSpec,
  committedRows,
  doubtOf,
  ofSomeColumns,
  SOURCES,
  titleAt,
  valueAt,
} from "../../charts/fixtures.ts";

const headMap = ofSomeColumns(typedHeadMap);
const traceMap = ofSomeColumns(typedTraceMap);

const OPTIONS = { sources: SOURCES };
const ROWS = committedRows(TRACE);
const SPEC = traceMap(ROWS, OPTIONS);

function cell(role: string, cte: number | undefined, layer = 0): TraceMapRow {
  return { negation: "foil", segment: "correct", site: "resid", layer, role, n: 4, cte };
}

Deno.test("traceMap() makes the committed spec of the committed table", () => {
  assertSpec(SPEC, "trace_map");
});

Deno.test("traceCharts() draws ambiguous rows only where no others are traced", () => {
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
  const charts = (segments: readonly string[], drawn = [...rows, ...near0]) =>
    traceCharts(drawn as never, { ...OPTIONS, segments });
  assertEquals(charts([...certain, "ambiguous"]), charts(certain, rows));
  assertNotEquals(charts(["ambiguous"], near0), charts(["ambiguous"], []));
});

Deno.test("traceMap() names the position that is pooled where sentences are padded", () => {
  const rows = [cell("negator", 1), cell("pad", 0.2, 1), cell("pooled", 1, 2)];
  const spec = traceMap(rows, OPTIONS);
  assertEquals(
    valueAt(spec, "title.subtitle"),
    "bars: standard deviation (SD) over the roles from the negator to the pooled position",
  );
  assertEquals(valueAt(spec, "concat.0.vconcat.0.encoding.y.scale.domain"), [
    ...["negator", "padding", "pooled"],
  ]);
  assertStringIncludes(
    String(valueAt(spec, "description")),
    "The effect 1 of the negator at layer 0 and of the pooled position at the last layer is fixed by the method.",
  );
});

Deno.test("traceMap() has one panel per group, the sides of a segment one after the other as in the paper, with n in its title", () => {
  const groups = ["foil", "caption"].flatMap((negation) =>
    ["correct", "ambiguous", "incorrect"].map((segment) => ({
      ...cell("eot", 1),
      negation,
      segment,
    }))
  );
  const titles = [0, 1, 2, 3, 4, 5].map((panel) =>
    valueAt(traceMap(groups, OPTIONS), `concat.${panel}.title.text`)
  );
  assertEquals(titles, [
    ...["foil-negated, correct (n = 4)", "caption-negated, correct (n = 4)"],
    ...["foil-negated, incorrect (n = 4)", "caption-negated, incorrect (n = 4)"],
    ...["foil-negated, ambiguous (n = 4)", "caption-negated, ambiguous (n = 4)"],
  ]);
  assertEquals(valueAt(SPEC, "concat.0.title.text"), "foil-negated, correct (n = 12)");
  assertEquals(valueAt(SPEC, "concat.1.title.text"), "caption-negated, correct (n = 9)");
  assertEquals(valueAt(SPEC, "concat.2"), undefined);
});

Deno.test("traceMap() has the maps of both directions beside each other, and says what each is", () => {
  const rows = ["noise", "denoise"].flatMap((direction) =>
    ["foil", "caption"].map((negation) => ({ ...cell("eot", 1), negation, direction }))
  );
  const spec = traceMap(rows, OPTIONS);
  assertEquals([0, 1, 2, 3, 4].map((panel) => valueAt(spec, `concat.${panel}.title.text`)), [
    ...["foil-negated, correct (n = 4), denoise", "foil-negated, correct (n = 4), noise"],
    ...["caption-negated, correct (n = 4), denoise", "caption-negated, correct (n = 4), noise"],
    undefined,
  ]);
  assertStringIncludes(
    String(valueAt(spec, "title.text")),
    "Causal tracing effect (CTE), denoise and noise, of the residual stream",
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

Deno.test("traceMap() names the direction noise, and draws rows without a direction as denoise", () => {
  const noise = traceMap([{ ...cell("eot", 1), direction: "noise" }], OPTIONS);
  assertStringIncludes(String(valueAt(noise, "title.text")), "(CTE), noise, of the residual");
  assertEquals(valueAt(noise, "concat.0.title.text"), "foil-negated, correct (n = 4)");
  assertStringIncludes(String(valueAt(noise, "usermeta.negscope.caption")), "that is lost when");
  const denoise = ROWS.map((row) => ({ ...row, direction: "denoise" }));
  assertEquals(traceMap(denoise, OPTIONS), SPEC);
});

Deno.test("traceMap() draws one row for the roles before the negator, whose effect is 0 everywhere", () => {
  const roles = ["sot", "there", "is_are", "negator", "full_stop", "eot"];
  const rows = [0, 1].flatMap((layer) =>
    roles.map((role, i) => cell(role, i === 3 ? 1 : 0, layer))
  );
  const map = (rows: readonly TraceMapRow[], path: string) =>
    valueAt(traceMap(rows, OPTIONS), `concat.0.vconcat.0.${path}`);
  assertEquals(map(rows, "encoding.y.scale.domain"), [
    ...["SOT to is / are", "negator", "full stop", "EOT"], // a role after the negator keeps its row
  ]);
  assertEquals(map(rows, "data.values.length"), 2 * 4);
  const other = [...rows, cell("there", 1e-3, 2)];
  assertEquals(map(other, "encoding.y.scale.domain"), [
    ...["SOT", "there", "is / are", "negator", "full stop", "EOT"],
  ]);
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

Deno.test("traceMap() names no effect in its alt text that the summary calls uncertain", () => {
  const own = { cte_low: 0.1, cte_high: 0.7 }; // the cell's own interval
  const doubted = {
    ...cell("eot", 0.4, 1),
    ...own,
    simultaneous_low: -0.1,
    simultaneous_high: 0.9,
  };
  const described = (...rows: TraceMapRow[]) => {
    const spec = traceMap([...rows, cell("eot", 0.01, 2)], OPTIONS);
    return String(valueAt(spec, "description")).split(". ")[2];
  };
  const none =
    "foil-negated, correct (n = 4): effects: none certain in layer 1, none of .05 or more in layer 2";
  assertEquals(described(doubted), none);
  assertEquals(described({ ...cell("eot", 0.4, 1), ...own }), none); // an older table's row
  assertStringIncludes(
    described({ ...doubted, simultaneous_low: 0.05 })!,
    "largest at EOT in layer 1",
  );
});

Deno.test("traceMap() doubts a 0 that the method does not fix, and names in its caption what intervals keep together", () => {
  const zero = { cte_low: 0, cte_high: 0 };
  const rows = [{ ...cell("full_stop", 0, 1), ...zero }, { ...cell("before", 0, 1), ...zero }];
  const others = [cell("full_stop", 0.5, 2), cell("eot", 1, 2)];
  const spec = traceMap([...rows, ...others], { ...OPTIONS, clusters: "subject nouns" });
  const cells = valueAt(spec, "concat.0.vconcat.0.data.values") as Record<string, unknown>[];
  assertEquals(cells.slice(0, 2).map(doubtOf), ["own 95 % interval includes 0", undefined]);
  assertStringIncludes(
    String(valueAt(spec, "usermeta.negscope.caption")),
    "a 95 % interval of the cell alone (bootstrap over subject nouns) that includes 0; too few distinct subject nouns",
  );
});

Deno.test("traceMap() leaves the rows of single heads to headMap()", () => {
  const rows = committedRows(TRACE, "trace_z");
  assertEquals(traceMap(rows, OPTIONS), headMap(rows, OPTIONS));
});

const HEAD_ROWS = committedRows(TRACE, "trace_z");
const HEAD_SPEC = headMap(HEAD_ROWS, OPTIONS);

Deno.test("headMap() makes the committed spec of the committed table", () => {
  assertSpec(HEAD_SPEC, "head_map");
});

Deno.test("headMap() leaves out roles without an effect at any head", () => {
  assertEquals(valueAt(HEAD_SPEC, "concat.0.facet.row.sort"), ["negator", "EOT"]); // sot is 0 throughout
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

const cells = (ctes: Readonly<Record<string, number | undefined>>, layer = 0) =>
  Object.entries(ctes).map(([role, cte]) => ({ layer, role, cte }));

Deno.test("spreadOverRoles() is the population standard deviation over the roles from the negator to the end token", () => {
  const frame = { negator: 1, subject_first: 0, subject_further: 0, full_stop: 0, eot: 0 };
  const [spread] = spreadOverRoles(cells({ sot: 9, there: 9, is_are: 9, ...frame }));
  assertEquals([spread!.layer, spread!.head, spread!.roles], [0, undefined, 5]);
  assertAlmostEquals(spread!.sd, 0.4, 1e-12); // 1/5 - 1/25 = .16
});

Deno.test("spreadOverRoles() counts the roles of other frames too, and none without an effect", () => {
  const own = { sot: 9, before: 9, negator: undefined, inserted: 0.5, after: 0, eot: 1 };
  const [spread] = spreadOverRoles(cells(own));
  assertEquals(spread!.roles, 3);
  assertAlmostEquals(spread!.sd, Math.sqrt(1 / 6), 1e-12); // of 0, .5, 1
  assertEquals(spreadOverRoles(cells({ sot: 9, negator: undefined, eot: 1 })), []); // one role has no spread
});
