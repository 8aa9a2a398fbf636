import { assertEquals, assertStringIncludes } from "@std/assert";
import { pathGraph as typedPathGraph } from "../../../lib/experiments/paths/path_graph.ts";
import { renderSvg } from "../../../lib/draw/render.ts";
import { assertSpec, ofSomeColumns, SOURCES, valueAt } from "../../charts/fixtures.ts";
import { node, path } from "./summaries.ts";

const pathGraph = ofSomeColumns(typedPathGraph);

const OPTIONS = { sources: SOURCES };
const NODES = [1, 2, 3, 4].flatMap((layer) =>
  ["foil", "caption"].flatMap((negation) =>
    [".1", ".2", ".3", "."].map((head) =>
      node(negation, `${layer}${head} eot`, { direct: [0, 0, 0], indirect: 0 })
    )
  )
);
const PATHS = [
  path("caption", "0. 1.2 v", [0.5, 0.25, 0.75]),
  path("foil", "0. 1.2 k", [1, 0.5, 1.5]),
  path("foil", "1.2 4.3 v", [-2, -2.5, -1.5]),
  path("foil", "1.1 4.3 q", [3, -1, 5]), // the interval includes 0
];
const WRITER = node("foil", "4.3 eot", { direct: [1.25, 1, 1.5], indirect: 0 });

/** The values of a layer of the first panel. */
function drawnIn(spec: ReturnType<typeof pathGraph>, layer: number, panel = 0) {
  return valueAt(spec, `concat.${panel}.layer.${layer}.data.values`) as Record<string, unknown>[];
}

Deno.test("pathGraph() makes the committed spec", () => {
  assertSpec(pathGraph(PATHS, [...NODES, WRITER], OPTIONS), "path_graph");
});

Deno.test("pathGraph() draws the paths and direct effects whose intervals exclude 0, a panel for each side, foil-negated first", () => {
  const spec = pathGraph(PATHS, [...NODES, WRITER], OPTIONS);
  const titles = [0, 1].map((i) => valueAt(spec, `concat.${i}.title.text`));
  assertEquals(titles, ["foil-negated (n = 40)", "caption-negated (n = 40)"]);
  assertEquals(drawnIn(spec, 1).map(({ tip }) => tip), [
    "1.2 → 4.3: by its values, effect −2 [−2.5, −1.5]",
    "negator → 1.2: by its keys, effect 1 [0.5, 1.5]",
    "4.3 → score: direct effect 1.25 [1, 1.5]",
  ]);
  assertEquals(drawnIn(spec, 1, 1).length, 1);
  const [values, keys, direct] = drawnIn(spec, 1).map(({ x, y, x2, y2, size }) => [
    ...[x, y, x2, y2, size],
  ]);
  assertEquals(values, [2, 1, 3.13, 4, 2]); // three heads and the MLPs across, so that the middle is 2.5
  assertEquals(keys, [2.5, 0, 2, 1, 1]);
  assertEquals(direct, [3, 4, 2.5, 5, 1.25]);
  assertEquals(drawnIn(spec, 3).length, 1, "one effect below 0");
  assertStringIncludes(
    spec.description,
    "foil-negated (n = 40): 1.2 → 4.3 by its values (−2), negator → 1.2 by its keys (1), 4.3 → score directly (1.25).",
  );
});

Deno.test("pathGraph() draws at most twenty edges on a side, the strongest", () => {
  const many = Array.from(
    { length: 40 },
    (_, i) => path("foil", `1.${i % 3 + 1} 4.3 v`, [1 + i, 0.5 + i, 2 + i]),
  );
  const writers = [1, 2, 3, 4].flatMap((layer) =>
    [1, 2, 3].map((head) =>
      node("foil", `${layer}.${head} eot`, { direct: [layer, 0.5, 5], indirect: 0 })
    )
  );
  const edges = drawnIn(pathGraph(many, writers, OPTIONS), 1);
  assertEquals(edges.length, 20);
  assertEquals(edges[0]!["size"], 40);
  assertEquals(edges.filter(({ by }) => by === "direct").length, 6);
});

Deno.test("pathGraph() draws a side without any such path, and an empty table as one that says so", async () => {
  const spec = pathGraph([path("foil", "0. 1.2 k", [1, -1, 2])], NODES, OPTIONS);
  assertStringIncludes(spec.description, "foil-negated (n = 40): none.");
  assertStringIncludes(await renderSvg(spec), "foil-negated");
  assertStringIncludes(await renderSvg(pathGraph([], [], OPTIONS)), "no rows to draw");
});
