import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import v8 from "node:v8";
import vm from "node:vm";
import { Values } from "../../../lib/report/browser/values.js";
import { cellsOf } from "../../../lib/report/read_table.ts";
import { type Measure, RowTable } from "../../../lib/report/rows/row_tables.ts";
import { number, table, text } from "../../../lib/tables/schema.ts";

/** The measures of a table, as a page's script reads them. */
async function valuesOf(
  lines: readonly string[],
  { ids, name = "t" }: { readonly ids: readonly string[]; readonly name?: string },
) {
  const [columns, ...rows] = lines.map((line) => line.split(","));
  const reader = new RowTable(name, { columns: columns!, ids });
  const cells = cellsOf(columns!);
  for (const row of rows) reader.take(cells(row));
  const measures = reader.measures();
  return await Promise.all(measures.map((own) => Values.load(own, ids.length)));
}

Deno.test("RowTable keeps the cells of the shown rows by layer and token, in the order of the page", async () => {
  const [cte, ...others] = await valuesOf([
    "id,negation,site,layer,head,position,role,token,effect,cte",
    ...["a,foil,resid,0,,0,sot,<s>,9,0", "a,foil,resid,0,,1,eot,</s>,9,1"],
    ...["b,foil,resid,0,,0,sot,<s>,9,7", "a,foil,resid,1,,0,sot,<s>,9,-0.125"],
    ...["a,foil,resid,1,,1,eot,</s>,9,", "c,foil,resid,0,,0,negator,no,9,0.5"],
    ...["c,foil,resid,0,,1,eot,</s>,9,0.25", "c,foil,resid,1,,0,negator,no,9,1"],
    ...["c,foil,resid,1,,1,eot,</s>,9,2"],
  ], { ids: ["c", "never traced", "a"] });
  assertEquals([cte!.name, others.length], ["cte", 0]); // the effect that cte is a share of is left out
  assertEquals([cte!.layers, cte!.others, cte!.hasTokens], [[0, 1], [], true]);
  assertEquals(cte!.tokensOf(2), [["sot", "SOT"], ["eot", "EOT"]]);
  assertEquals(cte!.tokensOf(0), [["negator", "no"], ["eot", "EOT"]]);
  const at = (row: number, layer: number, token: number) => cte!.at(row, { layer, token });
  assertEquals([at(0, 0, 0), at(0, 1, 1), at(2, 0, 1), at(2, 1, 0)], [0.5, 2, 1, -0.12]); // two digits
  assert(Number.isNaN(at(2, 1, 1)) && Number.isNaN(at(1, 0, 0)));
  assertEquals([0, 1, 2].map((row) => cte!.has(row)), [true, false, true]);
});

Deno.test("RowTable keeps the directions of a trace apart", async () => {
  const lines = [
    "id,site,direction,layer,head,position,role,token,effect,cte",
    ...["a,resid,denoise,0,,0,eot,</s>,9,0.25", "a,resid,denoise,1,,0,eot,</s>,9,0.5"],
    ...["a,resid,noise,0,,0,eot,</s>,9,0.75", "a,resid,noise,1,,0,eot,</s>,9,-0.5"],
  ];
  const [cte, noise, ...others] = await valuesOf(lines, { ids: ["a"] });
  assertEquals([cte!.name, noise!.name, others], ["cte", "cte (noise)", []]);
  const at = (values: Values) => [0, 1].map((layer) => values.at(0, { layer, token: 0 }));
  assertEquals([at(cte!), at(noise!)], [[0.25, 0.5], [0.75, -0.5]]);
  const [header, , , ...ofNoise] = lines;
  const [alone, ...none] = await valuesOf([header!, ...ofNoise], { ids: ["a"] });
  assertEquals([alone!.name, none], ["cte (noise)", []]);
});

Deno.test("RowTable keeps heads and parts of blocks, and what a head adds to d", async () => {
  const [added] = await valuesOf([
    "id,negation,layer,head,s_knocked_out,d,d_knocked_out",
    ...["a,foil,1,1,20,2,1.5", "a,foil,1,2,20,2,2.25", "a,foil,2,1,20,2,2", "a,foil,2,2,20,2,-1"],
  ], { ids: ["a"] });
  assertEquals([added!.name, added!.heads, added!.layers], ["d − d_knocked_out", [1, 2], [1, 2]]);
  assertEquals(added!.ofCell(0, { layer: 1, other: 1, role: "" }), 3);
  assertEquals(added!.ofCell(0, { layer: 0, other: 1, role: "" }), -0.25);
  const [effect, ...others] = await valuesOf([
    "id,layer,part,d,d_ablated,effect",
    ...["a,1,attn_out,5,4,1", "a,1,mlp_out,5,3,2"],
  ], { ids: ["a"] });
  assertEquals([effect!.name, effect!.parts, others.length], [
    "effect",
    ["attn_out", "mlp_out"],
    0,
  ]);
  assertEquals(effect!.at(0, { layer: 0, other: 1 }), 2);
});

Deno.test("RowTable shows heads beside the parts of a block in a table of nodes, each method on its own, without sets", async () => {
  const values = await valuesOf([
    "id,node,method,layer,head,part,d,d_ablated,effect",
    ...[
      "a,head 1.2,zero,1,2,,5,4,1",
      "a,head 2.2,zero,2,2,,5,3,2",
      "a,attn 1,zero,1,,attn_out,5,2,3",
    ],
    ...["a,block 2,zero,2,,,5,1,4", "a,heads all,zero,,,,5,0,5"],
    ...["a,head 1.2,twin,1,2,,5,-1,6", "a,block 2,twin,2,,,5,,"],
  ], { ids: ["a"] });
  assertEquals(values.map(({ name }) => name), ["effect (zero)", "effect (twin)"]);
  const [zero, twin] = values;
  assertEquals([zero!.layers, zero!.heads], [[1, 2], []]);
  assertEquals(zero!.parts, ["head 2", "attn_out", "block"]);
  const at = (value: typeof zero, layer: number, other: number) => value!.at(0, { layer, other });
  assertEquals([at(zero, 0, 0), at(zero, 1, 0), at(zero, 0, 1), at(zero, 1, 2)], [1, 2, 3, 4]);
  assertEquals([at(twin, 0, 0), at(twin, 1, 2)], [6, NaN]);
});

Deno.test("RowTable keeps what the attention to a negator's twin adds, with the sign of the negated sentence", async () => {
  const [effect, twin, ...others] = await valuesOf([
    "id,negation,layer,head,s_negated,d,d_knocked_out,s_affirmative,s_twin_knocked_out",
    ...[
      "a,caption,1,1,20,2,1.5,18,17.25",
      "b,foil,1,1,18,2,1.5,20,19.5",
      "c,foil,1,1,18,2,1.5,20,",
    ],
  ], { ids: ["a", "b", "c"] });
  assertEquals([effect!.name, twin!.name, others], ["d − d_knocked_out", "twin effect", []]);
  assertEquals(effect!.about, "The value is d − d_knocked_out.");
  assertEquals([twin!.at(0, {}), twin!.at(1, {}), twin!.at(2, {})], [0.75, -0.5, NaN]);
  assertStringIncludes(twin!.about, "with the sign that S of the negated sentence has in d.");
});

Deno.test("RowTable keeps features of a row, whole numbers as they are, and texts of none", async () => {
  const [similarity, tokens, ...others] = await valuesOf([
    "id,negation,d,similarity,tokens,word",
    ...["a,foil,1,0.91087,7,no", "b,foil,2,,12,not"],
  ], { ids: ["a", "b"] });
  assertEquals([similarity!.at(0, {}), similarity!.decimals], [0.911, 3]);
  assert(Number.isNaN(similarity!.at(1, {})));
  assertEquals([tokens!.at(1, {}), tokens!.decimals, others.length], [12, 0, 0]);
});

Deno.test("RowTable takes no table that names one cell for each layer, or has several lines without a place", async () => {
  const peaks = ["id,negation,layer,role,cte", "a,foil,0,negator,1", "a,foil,1,eot,1"];
  assertEquals(await valuesOf(peaks, { ids: ["a"] }), []);
  assertEquals(await valuesOf(["id,x", "a,1", "a,2"], { ids: ["a"] }), []);
});

Deno.test("the value of a role is the mean over its tokens, as in trace.csv", async () => {
  const [cte] = await valuesOf([
    "id,layer,position,role,token,cte",
    ...["a,0,0,subject_further,x,0.5", "a,0,1,subject_further,y,0.25", "a,0,2,eot,z,1"],
  ], { ids: ["a"] });
  const cell = { layer: 0, other: -1 };
  assertEquals(cte!.ofCell(0, { ...cell, role: "subject_further" }), 0.375);
  assert(Number.isNaN(cte!.ofCell(0, { ...cell, role: "negator" })));
});

Deno.test("RowTable gives colours up to all but the largest two in a hundred values, and the column's definition", () => {
  const schema = table("t", "", { id: text(""), x: number("", "What x means.") });
  const ids = Array.from({ length: 100 }, (_, i) => `${i}`);
  const columns = ["id", "x"];
  const reader = new RowTable("t", { columns, ids, schema });
  for (const [i, id] of ids.entries()) {
    reader.take(cellsOf(columns)([id, i === 50 ? "-900" : `${i / 100}`]));
  }
  const [measure] = reader.measures() as [Measure];
  assertEquals([measure.bound, measure.about], [0.98, "What x means."]);
});

Deno.test("RowTable says of a table with more cells than a page holds that it is too large, and keeps none", () => {
  const columns = ["id", "layer", "head", "x"];
  const reader = new RowTable("t", { columns, ids: ["a"], most: 3 });
  const cell = cellsOf(columns)(["a", "1", "1", "0"]);
  for (let i = 0; i < 3; i++) reader.take(cell);
  assertEquals([reader.isTooLarge, reader.measures().length], [false, 1]);
  reader.take(cell);
  assertEquals([reader.isTooLarge, reader.measures()], [true, []]);
});

Deno.test("RowTable keeps nothing of a table in memory once it is too large", () => {
  v8.setFlagsFromString("--expose-gc");
  const collect: () => void = vm.runInNewContext("gc");
  const heldAfter = (act: () => void) => {
    act();
    collect();
    return Deno.memoryUsage().heapUsed;
  };
  const most = 40_000;
  const columns = ["id", "layer", "head", "x"];
  const reader = new RowTable("t", { columns, ids: ["a"], most });
  const take = () => reader.take(cellsOf(columns)(["a", "1", "1", "0.5"]));
  const full = heldAfter(() => Array.from({ length: most }).forEach(take));
  const over = heldAfter(take);
  assert(full - over > 1_000_000, `${full - over} bytes`); // of 40,000 cells of five numbers
  assertEquals(reader.measures(), []);
});
