import { assert, assertEquals } from "@std/assert";
import { ablationChart as typedAblationChart } from "../../lib/experiments/ablate/chart.ts";
import { scoresChart as typedScoresChart } from "../../lib/study/evaluate/chart.ts";
import { traceMap as typedTraceMap } from "../../lib/experiments/trace/chart.ts";
import { renderSvg } from "../../lib/draw/render.ts";
import { leadsOf, withLeads } from "../../lib/report/marks.ts";
import { ofSomeColumns, SOURCES } from "../charts/fixtures.ts";

const ablationChart = ofSomeColumns(typedAblationChart);
const scoresChart = ofSomeColumns(typedScoresChart);
const traceMap = ofSomeColumns(typedTraceMap);

const NONE = new Set<string>();

/** The addresses in a picture, by the labels of their marks. */
async function addresses(spec: object, ids: ReadonlySet<string> = NONE) {
  const svg = withLeads(await renderSvg(spec), leadsOf(spec, ids));
  return [...svg.matchAll(/aria-label="([^"]*)" data-rows="([^"]*)"/g)].map((
    [, label, address],
  ) => `${label} -> ${address!.replaceAll("&amp;", "&")}`);
}

Deno.test("a cell of the trace map, marked as uncertain, leads to the rows of its side and segment, also if another panel has an equal cell", async () => {
  const cell = {
    site: "resid",
    layer: 3,
    role: "full_stop",
    n: 2,
    cte: 0.5,
    cte_low: -1,
    cte_high: 2,
  };
  const rows = [
    { negation: "foil", segment: "correct", ...cell },
    { negation: "caption", segment: "incorrect", ...cell },
  ];
  const label = "layer 3, full stop: CTE 0.5 [−1, 2], n = 2";
  assertEquals(await addresses(traceMap(rows, { sources: SOURCES })), [
    `${label} -> side=foil&segment=correct&layer=3&role=full_stop`,
    `${label} -> side=caption&segment=incorrect&layer=3&role=full_stop`,
  ]);
});

Deno.test("a bar of the histogram leads to the rows of its side, segment and range of d", async () => {
  const rows = [
    { negation: "foil", segment: "correct", d: 1.1 },
    { negation: "caption", segment: "incorrect", d: -1.1 },
  ];
  const found = await addresses(scoresChart(rows, { sources: SOURCES }));
  assertEquals(found.map((line) => line.split(" -> ")[1]), [
    "side=foil&segment=correct&from=1&to=1.25",
    "side=caption&segment=incorrect&from=-1.25&to=-1",
  ]);
});

Deno.test("a point of the ablation leads to the rows of its part", async () => {
  const means = { n: 3, share: 0.5, share_low: 0.25, share_high: 0.75 };
  const rows = (["attn_out", "mlp_out"] as const).map((part) => (
    { negation: "foil" as const, segment: "all" as const, layer: 2, part, ...means }
  ));
  const found = await addresses(ablationChart(rows, { sources: SOURCES }));
  assertEquals(found.map((line) => line.split(" -> ")[1]).toSorted(), [
    "side=foil&layer=2&part=attn_out",
    "side=foil&layer=2&part=mlp_out",
  ]);
});

Deno.test("leadsOf() reads heads, roles of a layer in the title, and single rows", () => {
  const panel = (data: object, title = "caption-negated (n = 3)") => ({
    title: { text: "Attention to the negator in layer 2, by role of the query" },
    concat: [{ title, data: { values: [data] }, layer: [{ mark: "rect" }, { mark: "text" }] }],
  });
  const leadOf = (spec: object, ids = NONE) => [...leadsOf(spec, ids).values()].flat();
  assertEquals(leadOf(panel({ layer: 1, head: 4, tip: "head 1.4" })), [
    "side=caption&layer=1&head=4",
  ]);
  assertEquals(leadOf(panel({ label: "6.12", tip: "head 6.12" })), [
    "side=caption&layer=6&head=12",
  ]);
  assertEquals(leadOf(panel({ head: 1, role: "EOT", tip: "x" })), [
    "side=caption&layer=2&head=1&role=eot",
  ]);
  assertEquals(leadOf(panel({ x: 1, tip: "a: b: 0.5" }), new Set(["a: b"])), ["row=a%3A+b"]);
  assertEquals(leadOf(panel({ layer: 1, sd: 0.5, tip: "layer 1: SD" })), [undefined]);
});

Deno.test("withLeads() gives a label no address if the picture has it more often than the chart", () => {
  const mark = '<path aria-label="a &amp; b" role="x"/>';
  const leads = new Map([["a & b", ["side=foil&from=1"]]]);
  assert(withLeads(mark, leads).includes('data-rows="side=foil&amp;from=1" role'));
  assertEquals(withLeads(mark + mark, leads), mark + mark);
});
