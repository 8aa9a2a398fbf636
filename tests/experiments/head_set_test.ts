import { assertEquals } from "@std/assert";
import { checkHeadSet, HEAD_SET, headsOfSet } from "../../lib/experiments/head_set.ts";
import { assertThrowsCode } from "../error_codes.ts";

const SHAPE = { layers: 2, heads: 3 };

Deno.test("HEAD_SET reads heads in any order, and writes them by layer and head", () => {
  const set = HEAD_SET.parse("12.3, 1.10,1.2")!;
  assertEquals(set, [{ layer: 1, head: 2 }, { layer: 1, head: 10 }, { layer: 12, head: 3 }]);
  assertEquals(HEAD_SET.print(set), "1.2,1.10,12.3");
  assertEquals([HEAD_SET.parse("all"), HEAD_SET.print("all")], ["all", "all"]);
});

Deno.test("HEAD_SET reads heads as TransformerLens and hook names count them, and writes them as the kit does", () => {
  const given = "L3H1, (0, 2),blocks.11.attn.hook_z head 7,blocks.1, head 0";
  assertEquals(HEAD_SET.print(HEAD_SET.parse(given)!), "1.3,2.1,4.2,12.8");
});

Deno.test("HEAD_SET refuses what is no set of heads", () => {
  const wrong = ["", "1", "0.1", "1.0", "1.2,", "1.2,1.2", "1.2,all", "L1", "-1.2", "1.2.3"];
  for (const text of wrong) assertEquals(HEAD_SET.parse(text), undefined, text);
  assertEquals(HEAD_SET.wrongPart!("1.2,x,y"), "x");
  assertEquals(HEAD_SET.wrongPart!("1.2,"), "1.2,");
});

Deno.test("headsOfSet() has every head of a model for all", () => {
  assertEquals(HEAD_SET.print(headsOfSet("all", SHAPE)), "1.1,1.2,1.3,2.1,2.2,2.3");
  assertEquals(headsOfSet([{ layer: 2, head: 1 }], SHAPE), [{ layer: 2, head: 1 }]);
});

Deno.test("checkHeadSet() refuses a head that the model lacks", () => {
  checkHeadSet("all", SHAPE);
  checkHeadSet([{ layer: 2, head: 3 }], SHAPE);
  const refused = (layer: number, head: number, said: string) =>
    assertThrowsCode(() => checkHeadSet([{ layer, head }], SHAPE), "usage-value-wrong", said);
  const expected = "expected layers from 1 to 2 and heads from 1 to 3 (L0H0 to L1H2)";
  refused(3, 1, `Cannot use head 3.1: the text tower lacks it; ${expected}`);
  refused(1, 4, "Cannot use head 1.4: the text tower lacks it");
});
