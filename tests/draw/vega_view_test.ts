import { assertEquals, assertStringIncludes } from "@std/assert";
import { houseStyle, SCREEN } from "../../lib/charts/spec.ts";
import { marksWhere, sceneRoot } from "../../lib/draw/scenegraph.ts";
import { drawSvg, layOut } from "../../lib/draw/vega_view.ts";
import { assertRejectsCode } from "../error_codes.ts";

const CONFIG = houseStyle(SCREEN);

function bars(...values: readonly number[]) {
  return {
    data: { values: values.map((value) => ({ value })) },
    layer: [
      { mark: "bar", encoding: { x: { field: "value", type: "quantitative" } } },
      {
        mark: { type: "text", style: "cell_value" },
        encoding: { text: { field: "value", type: "quantitative" } },
      },
    ],
  };
}

Deno.test("layOut() gives the names of a style's marks, as in the scenegraph", async () => {
  using chart = await layOut(bars(1, 2), CONFIG);
  const names = chart.namesOfStyle("cell_value");
  assertEquals(names.size, 1);
  const [mark] = [...marksWhere(sceneRoot(chart.view), ({ name = "" }) => names.has(name))];
  assertEquals(mark!.items!.map(({ text }) => text), ["1", "2"]);
  assertEquals(chart.namesOfStyle("another").size, 0);
});

Deno.test("layOut() refuses an object that is not a spec, a chart that loads data, and one that Vega warns of", async () => {
  await assertRejectsCode(() => layOut({ mark: "bars" }, CONFIG), "chart-invalid");
  await assertRejectsCode(
    () => layOut({ data: { url: "rows.csv" }, mark: "point" }, CONFIG),
    "chart-invalid",
    "loaded from elsewhere",
  );
  const empty = {
    data: { values: [] },
    mark: "bar",
    encoding: { x: { field: "a", type: "quantitative" } },
  };
  await assertRejectsCode(() => layOut(empty, CONFIG), "chart-invalid", "Vega warns: ");
});

Deno.test("layOut() quotes the beginning of the first warnings of many", async () => {
  const spec = bars(1, 2, 3, 4, 5);
  const transform = [{ calculate: "warn(pad('\\u001b[2J', 1000, 'x'))", as: "b" }, {
    filter: "datum.b",
  }];
  const { message } = await assertRejectsCode(
    () => layOut({ ...spec, transform }, CONFIG),
    "chart-invalid",
  );
  const warning = `EXPRESSION \\u{1b}[2J${"x".repeat(285)}…`;
  assertEquals(
    message,
    `Cannot draw the chart as Vega warns: ${
      [warning, warning, warning].join("; ")
    } and 2 more; correct its spec or its table`,
  );
});

Deno.test("drawSvg() numbers gradients and clips from 0 each time, also when charts are drawn at once", async () => {
  const spec = {
    data: { values: [{ a: 1, b: 0 }, { a: 2, b: 1 }] },
    mark: "rect",
    encoding: {
      x: { field: "a", type: "ordinal" },
      color: { field: "b", type: "quantitative" },
    },
  };
  using one = await layOut(spec, CONFIG);
  using other = await layOut(spec, CONFIG);
  const svgs = await Promise.all([one, other, one].map(drawSvg));
  assertEquals(new Set(svgs).size, 1);
  assertStringIncludes(svgs[0]!, "gradient_0");
});
