import { assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import {
  headMap as typedHeadMap,
  traceCharts,
  traceMap as typedTraceMap,
  type TraceMapRow,
} from "../../../lib/experiments/trace/chart.ts";
import { TRACE } from "../../../lib/experiments/trace/trace_summary.ts";
import {
  assertSpec,
  committedRows,
  doubtOf,
  ofSomeColumns,
  SOURCES,
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
