import { assertEquals } from "@std/assert";
import { emptyChart } from "../../lib/charts/spec.ts";
import { chartBundle, show, tableBundle } from "../../lib/show/notebook.ts";
import { ActivationCache } from "../../lib/hooks/cache.ts";
import { Tensor } from "../../lib/hooks/tensor.ts";
import { count, fillOnRequest, fillTable, table } from "../../lib/tables/table.ts";

async function printed(work: () => Promise<void>): Promise<unknown[]> {
  const lines: unknown[] = [];
  const { log } = console;
  console.log = (...values: unknown[]) => void lines.push(...values);
  try {
    await work();
  } finally {
    console.log = log;
  }
  return lines;
}

const CHART = {
  $schema: "https://vega.github.io/schema/vega-lite/v5.json",
  description: "A dot.",
  data: { values: [{}] },
  mark: "point",
};

const TABLE = { name: "rows", columns: ["d"] as const, rows: [{ d: 1.5 }, { d: 2.5 }] };

Deno.test("show() prints the text of a chart and the rows of a table in a terminal", async () => {
  assertEquals(await printed(() => show(CHART)), [(await chartBundle(CHART))["text/plain"]]);
  const untold =
    "A Vega-Lite chart without title or description; renderSvg() and renderPng() draw it";
  const { description: _, ...bare } = CHART; // a script without types may leave it out
  for (const chart of [bare as typeof CHART, { ...CHART, description: " " }]) {
    assertEquals(await printed(() => show(chart)), [untold]);
  }
  assertEquals(await printed(() => show(TABLE)), [tableBundle(TABLE)["text/plain"]]);
  assertEquals(await printed(() => show(TABLE, { top: 1 })), [
    tableBundle(TABLE, { top: 1 })["text/plain"],
  ]);
});

Deno.test("show() prints texts, tensors, caches and pictures in a terminal", async () => {
  const tensor = new Tensor(new Float32Array(6), [2, 3], ["batch", "width"]);
  const cache = new ActivationCache(["a", "b"]);
  cache.add("hook_embed", tensor, [0, 1]);
  assertEquals(await printed(() => show("d = 1")), ["d = 1"]);
  assertEquals(await printed(() => show(tensor)), ["Tensor [batch 2, width 3]"]);
  assertEquals(await printed(() => show(cache)), [String(cache)]);
  const jpeg = Uint8Array.of(0xff, 0xd8, 0xff);
  assertEquals(await printed(() => show(jpeg)), ["Picture (image/jpeg, 3 bytes)"]);
});

Deno.test("tables, charts and tensors show themselves as the last expression of a cell; a copy of a table does not", async () => {
  const displayOf = (value: object): unknown => Reflect.get(value, Symbol.for("Jupyter.display"));
  const displayed = async (value: object) =>
    await (displayOf(value) as () => Promise<unknown>).call(value);
  const schema = table("rows", "", { n: count("") });
  const rows = [{ n: 1 }, { n: 2 }];
  for (const own of [fillTable(schema, rows), fillOnRequest(schema, () => rows)]) {
    assertEquals(await displayed(own), tableBundle(own));
    assertEquals([displayOf({ ...own }), own.rows], [undefined, rows]);
  }
  assertEquals(fillTable(schema, rows), fillTable(schema, rows));
  const chart = emptyChart("Effects", { sources: { model: [], data: [] } });
  assertEquals(await displayed(chart), await chartBundle(chart));
  const tensor = new Tensor(new Float32Array(2), [2], ["width"]);
  assertEquals(await displayed(tensor), { "text/plain": "Tensor [width 2]" });
});
