import { assertEquals } from "@std/assert";
import { expandHookNames } from "../../lib/hooks/cache.ts";
import { hookNames } from "../../lib/engine/graph/hook_points.ts";
import { assertThrowsCode } from "../error_codes.ts";

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

Deno.test("expandHookNames() reads everything but * literally", () => {
  assertThrowsCode(() => expandHookNames(["blocksx0xhook_resid_pre"], text), "name-unknown");
  assertThrowsCode(() => expandHookNames(["blocks.[01].hook_resid_pre"], text), "name-unknown");
  assertThrowsCode(() => expandHookNames(["hook_embe"], text), "name-unknown");
});

Deno.test("expandHookNames() ends for any number of stars, which may stand for nothing", () => {
  const stars = (between: string) => [between, ...new Array(40).fill(between)].join("*");
  assertThrowsCode(() => expandHookNames([`${stars("o")}!`], ["o".repeat(60)]), "name-unknown");
  assertEquals(expandHookNames([stars("")], text), text);
  assertEquals(expandHookNames(["a*ba"], ["aba", "aa", "abba", "ab"]), ["aba", "abba"]);
  assertEquals(expandHookNames(["a*a"], ["a", "aa"]), ["aa"]);
  assertEquals(expandHookNames(["*b*b*"], ["b", "abcb", "bb"]), ["abcb", "bb"]);
});

Deno.test("expandHookNames() lists the names nearest to an unknown one", () => {
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
  ];
  for (const [name, nearest] of cases) {
    const error = assertThrowsCode(
      () => expandHookNames(["hook_embed", name], text),
      "name-unknown",
    );
    assertEquals(
      error.message.startsWith(`Cannot find hook point "${name}": the nearest are "`),
      true,
    );
    assertEquals(error.message.includes(nearest), true, error.message);
  }
});
