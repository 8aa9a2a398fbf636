import { assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { headMap as typedHeadMap } from "../../../lib/experiments/trace/head_map.ts";
import { traceCharts, traceMap as typedTraceMap } from "../../../lib/experiments/trace/chart.ts";
import type { TraceMapRow } from "../../../lib/experiments/trace/map_row.ts";
import { TRACE } from "../../../lib/experiments/trace/trace_summary.ts";
import { renderSvg } from "../../../lib/draw/render.ts";
import {
  assertSpec,
  committedRows,
  doubtOf,
  keysOf,
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

Deno.test("traceMap() is drawn without a warning, its values in the cells", async () => {
  const svg = await renderSvg(SPEC);
  for (const text of [">.33</text>", ">−.06</text>", ">1.04</text>", ">subject (further)</text>"]) {
    assertStringIncludes(svg, text);
  }
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

Deno.test("traceMap() shows the roles of the table in the order of a sentence, whatever the order of its rows", () => {
  const path = "concat.0.vconcat.0.encoding.y.scale.domain";
  const roles = ["eot", "full_stop", "negator", "there", "sot"];
  const spec = traceMap(roles.map((role) => cell(role, 0)), OPTIONS);
  assertEquals(valueAt(spec, path), ["SOT", "there", "negator", "full stop", "EOT"]);
});

Deno.test("traceMap() has colours from the lowest to the highest value of all panels, at most from −1 to 1", () => {
  for (const panel of [0, 1]) {
    const path = `concat.${panel}.vconcat.0.layer.0.encoding.color.scale.domain`;
    assertEquals(valueAt(SPEC, path), [-0.064, 1]); // from −.063 to 1.04
  }
  const small = traceMap([cell("negator", -0.034), cell("eot", 0.01)], OPTIONS);
  const path = "concat.0.vconcat.0.layer.0.encoding.color.scale.domain";
  assertEquals(valueAt(small, path), [-0.034, 0.01]);
});

Deno.test("traceMap() marks cells that cannot be told from 0, have no interval, or lie beyond the colours", () => {
  const at = (layer: number, cte: number, low?: number, high?: number) => (
    { ...cell("eot", cte, layer), cte_low: low, cte_high: high }
  );
  const rows = [at(0, 0.2, 0.1, 0.3), at(1, 0.2, -0.1, 0.4), at(2, -9, -12, -5), at(3, -9, -30, 2)];
  const spec = traceMap([...rows, at(4, 0.5), at(5, 0, 0, 0)], OPTIONS);
  const path = "concat.0.vconcat.0";
  const cells = valueAt(spec, `${path}.data.values`) as Record<string, unknown>[];
  assertEquals(cells.map(doubtOf), [
    ...[undefined, "own 95 % interval includes 0", "beyond the colours"],
    ...["beyond, interval includes 0", "no interval", undefined], // the last layer is 0 by the method
  ]);
  const caption = String(valueAt(spec, "usermeta.negscope.caption"));
  assertStringIncludes(caption, "too few distinct sentence pairs for an interval");
  assertStringIncludes(caption, "a value beyond the colours");
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

Deno.test("traceMap() draws the population standard deviation over the roles negator to EOT", () => {
  // 1, 0, 0, 0, 0 has variance 1/5 - 1/25 = .16; 2, 4, 4, 4, 6 has 8/5; the prefix roles do not count.
  const roles = [
    "sot",
    "there",
    "is_are",
    "negator",
    "subject_first",
    "subject_further",
    "full_stop",
    "eot",
  ];
  const ctes = [[9, 9, 9, 1, 0, 0, 0, 0], [9, 9, 9, 2, 4, 4, 4, 6]];
  const rows = ctes.flatMap((layer, l) => roles.map((role, i) => cell(role, layer[i], l)));
  assertEquals(valueAt(traceMap(rows, OPTIONS), "concat.0.vconcat.1.data.values"), [
    { layer: 0, sd: 0.4, tip: "layer 0: SD over 5 roles 0.4" },
    {
      layer: 1,
      sd: Number(Math.sqrt(8 / 5).toPrecision(6)),
      tip: "layer 1: SD over 5 roles 1.26",
    },
  ]);
});

Deno.test("traceMap() gives each cell's value, interval and n in a tooltip and in the SVG", async () => {
  const row = { ...cell("negator", 0.4312, 3), n: 214, cte_low: 0.3811, cte_high: 0.47 };
  const tip = "layer 3, negator: CTE 0.431 [0.381, 0.47], n = 214";
  const svg = await renderSvg(traceMap([row, cell("eot", -0.5, 3)], OPTIONS));
  assertStringIncludes(svg, `<path aria-label="${tip}"`);
  assertStringIncludes(svg, '<path aria-label="layer 3, EOT: CTE −0.5, n = 4"');
  assertEquals(svg.match(/<text aria-label/), null); // the printed value would be read twice
});

Deno.test("traceMap() rounds drawn values to 6 significant digits", () => {
  const spec = traceMap([cell("eot", 1 / 3), cell("negator", 1234567.8)], OPTIONS);
  assertEquals(valueAt(spec, "concat.0.vconcat.0.data.values.0.cte"), 0.333333);
  assertEquals(valueAt(spec, "concat.0.vconcat.0.data.values.1.cte"), 1234570);
});

Deno.test("traceMap() leaves cells without a value out of the map and the spread", () => {
  const spec = traceMap(
    [cell("negator", 1), cell("subject_further", undefined), cell("eot", 0)],
    OPTIONS,
  );
  assertEquals(valueAt(spec, "concat.0.vconcat.0.data.values.length"), 2);
  assertEquals(valueAt(spec, "concat.0.vconcat.1.data.values.0.sd"), 0.5);
});

Deno.test("traceMap() says in its alt text where the effect is largest", () => {
  const description = String(valueAt(SPEC, "description"));
  assertStringIncludes(
    description,
    "foil-negated, correct (n = 12): largest at negator in layers 0 to 1, EOT in layer 2.",
  );
  assertStringIncludes(
    description,
    "caption-negated, correct (n = 9): largest at negator in layer 0, EOT in layers 1 to 2.",
  );
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

Deno.test("traceMap() keeps checksums in the spec, and the style in its config alone", () => {
  assertEquals(valueAt(SPEC, "usermeta.negscope.model"), SOURCES.model);
  assertEquals(valueAt(SPEC, "usermeta.negscope.data"), SOURCES.data);
  assertEquals(valueAt(SPEC, "$schema"), "https://vega.github.io/schema/vega-lite/v5.json");
  const bare = { ...SPEC, config: {} };
  for (const key of ["width", "font", "fontSize", "background"]) {
    assertEquals(keysOf(bare).has(key), false, key);
  }
});

Deno.test("traceMap() leaves the rows of single heads to headMap()", () => {
  const rows = committedRows(TRACE, "trace_z");
  assertEquals(traceMap(rows, OPTIONS), headMap(rows, OPTIONS));
});

Deno.test("traceMap() draws an empty table as one that says so", async () => {
  const spec = traceMap([cell("negator", undefined)], OPTIONS);
  assertStringIncludes(await renderSvg(spec), "no rows to draw");
});
