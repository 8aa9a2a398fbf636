import { assertEquals, assertStringIncludes } from "@std/assert";
import { ActivationCache, expandHookNames } from "../../lib/hooks/cache.ts";
import { Tensor } from "../../lib/hooks/tensor.ts";
import { assertThrowsCode } from "../error_codes.ts";
import { hookNames } from "../../lib/engine/graph/hook_points.ts";

/** A residual of width 2 whose values encode their place: 100 x row + position, and half of it. */
function residual(rows: readonly number[], positions: number): Tensor {
  const places = rows.flatMap((row) =>
    Array.from({ length: positions }, (_, position) => 100 * row + position)
  );
  const data = Float32Array.from(places.flatMap((place) => [place, place / 2]));
  return new Tensor(data, [rows.length, positions, 2], ["batch", "position", "width"]);
}

function cacheOf(...batches: readonly { rows: readonly number[]; positions: number }[]) {
  const names = batches.flatMap(({ rows }) => rows).map((_, row) => `sentence ${row}`);
  const cache = new ActivationCache(names);
  for (const { rows, positions } of batches) {
    cache.add("hook_embed", residual(rows, positions), rows);
  }
  return cache;
}

Deno.test("get() puts the rows of all batches in the run's order", () => {
  const cache = cacheOf({ rows: [0, 3], positions: 3 }, { rows: [2, 1], positions: 3 });
  const value = cache.get("hook_embed");
  assertEquals(value.shape, [4, 3, 2]);
  assertEquals(value.axes, ["batch", "position", "width"]);
  assertEquals([0, 1, 2, 3].map((row) => value.at(row, 2, 0)), [2, 102, 202, 302]);
  assertEquals(value.data, residual([0, 1, 2, 3], 3).data);
});

Deno.test("get() refuses rows of several lengths, and row() reads them", () => {
  const cache = cacheOf({ rows: [0, 2], positions: 3 }, { rows: [1], positions: 4 });
  assertThrowsCode(() => cache.get("hook_embed"), "sizes-differ: their token lengths differ");
  assertEquals(cache.row("hook_embed", 1).shape, [4, 2]);
  assertEquals(cache.row("hook_embed", 2).at(1, 0), 201);
});

Deno.test("byLength() gives a tensor for each length, shorter rows first", () => {
  const cache = cacheOf({ rows: [3, 1], positions: 4 }, { rows: [2], positions: 3 }, {
    rows: [0],
    positions: 3,
  });
  const groups = cache.byLength("hook_embed");
  assertEquals(groups.map(({ rows }) => rows), [[0, 2], [1, 3]]);
  assertEquals(groups.map(({ value }) => value.shape), [[2, 3, 2], [2, 4, 2]]);
  assertEquals(groups.map(({ value }) => value.at(1, 1, 0)), [201, 301]);
  assertEquals(groups[0]!.value.axes, ["batch", "position", "width"]);
});

Deno.test("add() keeps a copy", () => {
  const cache = new ActivationCache(["a"]);
  const value = residual([0], 2);
  cache.add("hook_embed", value, [0]);
  value.data.fill(-1);
  assertEquals(cache.row("hook_embed", 0).data, Float32Array.of(0, 0, 1, 0.5));
});

Deno.test("a cache says what it does not hold", () => {
  const cache = cacheOf({ rows: [0, 1], positions: 2 });
  const absent =
    'Cannot read "blocks.0.hook_mlp_out" from the cache: it holds hook_embed; ask for it';
  assertThrowsCode(() => cache.get("blocks.0.hook_mlp_out"), "name-unknown", absent);
  assertThrowsCode(() => cache.row("blocks.0.hook_mlp_out", 0), "name-unknown", absent);
  const none = () => new ActivationCache([]).get("hook_embed");
  assertThrowsCode(none, "name-unknown: it holds nothing");
  for (const row of [2, -1, 0.5]) {
    const said =
      `Cannot read row ${row} of "hook_embed" from the cache: expected a row from 0 to 1`;
    assertThrowsCode(() => cache.row("hook_embed", row), "index-outside", said);
  }
});

Deno.test("a cache prints its hook points with axes and sizes, and is saved as the origin of its values", () => {
  const cache = cacheOf({ rows: [0, 1], positions: 3 });
  const text = [
    "ActivationCache of 2 rows",
    "  hook_embed  Tensor [batch 2, position 3, width 2]",
  ].join("\n");
  assertEquals(String(cache), text);
  assertEquals(Deno.inspect(cache), text);
  assertEquals(JSON.parse(JSON.stringify(cache)), {
    hooks: ["hook_embed"],
    rows: ["sentence 0", "sentence 1"],
  });
});

const text = hookNames(12, "");

Deno.test("expandHookNames() reads * as any part and keeps the order of computation", () => {
  const everyZ = expandHookNames(["blocks.*.attn.hook_z"], text);
  assertEquals(everyZ, text.filter((name) => name.endsWith("hook_z")));
  assertEquals(expandHookNames(["blocks.1.*"], text).length, 16, "block 1, not 10 and 11");
  assertEquals(expandHookNames(["*"], text), text);
  assertEquals(
    expandHookNames(["blocks.2.hook_mlp_out", "hook_embed", "hook_embed", "*embed"], text),
    ["hook_embed", "hook_pos_embed", "blocks.2.hook_mlp_out"],
  );
  assertEquals(expandHookNames([], text), []);
});

Deno.test("expandHookNames() ends for any number of stars, which may stand for nothing", () => {
  const stars = (between: string) => [between, ...new Array(40).fill(between)].join("*");
  assertThrowsCode(() => expandHookNames([`${stars("o")}!`], ["o".repeat(60)]), "name-unknown");
  assertEquals(expandHookNames([stars("")], text), text);
  assertEquals(expandHookNames(["a*ba"], ["aba", "aa", "abba", "ab"]), ["aba", "abba"]);
  assertEquals(expandHookNames(["a*a"], ["a", "aa"]), ["aa"]);
  assertEquals(expandHookNames(["*b*b*"], ["b", "abcb", "bb"]), ["abcb", "bb"]);
});

Deno.test("expandHookNames() reads everything but * literally, and lists the names nearest to an unknown one", () => {
  const cases: [string, string][] = [
    ["blocks.3.resid_post", '"blocks.3.hook_resid_post"'],
    ["blocks.12.attn.hook_z", '"blocks.2.attn.hook_z"'],
    ["blocks.4.hook_pattern", '"blocks.4.attn.hook_pattern"'],
    ["hook_embedding", '"hook_embed"'],
    ["blocks.0.mlp.post", '"blocks.0.mlp.hook_post"'],
    ["blocks.2.hook_result", '"blocks.2.attn.hook_result"'],
    ["blocks.*.hook_rezid_mid", '"blocks.0.hook_resid_mid"'],
    ["mlp.hook_post", 'the nearest are "blocks.0.mlp.hook_post"'],
    ["hook_z", 'the nearest are "blocks.0.attn.hook_z"'],
    ["blocksx0xhook_resid_pre", '"blocks.0.hook_resid_pre"'],
    ["blocks.[01].hook_resid_pre", '"blocks.0.hook_resid_pre"'],
    ["hook_embe", '"hook_embed"'],
    ["vision.hook_embed", "; take one of the text tower: a study embeds its images beforehand"],
  ];
  for (const [name, nearest] of cases) {
    const find = () => expandHookNames(["hook_embed", name], text);
    const says = `Cannot find hook point "${name}": the nearest are "`;
    assertStringIncludes(assertThrowsCode(find, "name-unknown", says).message, nearest);
  }
});
