import { assertEquals, assertStringIncludes } from "@std/assert";
import { attentionChart } from "../../lib/charts/attention.ts";
import { Tensor } from "../../lib/hooks/tensor.ts";
import { renderSvg } from "../../lib/draw/render.ts";
import { assertThrowsCode } from "../error_codes.ts";
import { valueAt } from "./fixtures.ts";

const AXES = ["head", "query", "key"] as const;
const pattern = (weights: readonly number[], heads: number, tokens: number) =>
  new Tensor(Float32Array.from(weights), [heads, tokens, tokens], AXES);

const TOKENS = ["<|startoftext|>", "no", "<|endoftext|>"];
const NO = pattern([...[1, 0, 0, 0.5, 0.5, 0, 0.5, 0.25, 0.25], ...Array<number>(9).fill(1)], 2, 3);
const SOME = pattern([...[1, 0, 0, 1, 0, 0, 0.25, 0, 0.75], ...Array<number>(9).fill(1)], 2, 3);

Deno.test("attentionChart() draws the weights of a head, queries down, without keys that nobody reads", async () => {
  const spec = attentionChart(NO, { tokens: TOKENS, layer: 3, head: 0 });
  assertEquals(valueAt(spec, "concat.0.encoding.y.scale.domain"), ["0 SOT", "1 no", "2 EOT"]);
  const cells = valueAt(spec, "concat.0.data.values") as { query: string; key: string }[];
  assertEquals(cells.map(({ query, key }) => `${query[0]}${key[0]}`), [
    ...["00", "10", "11", "20", "21", "22"],
  ]);
  assertEquals(cells[4], {
    ...{ query: "2 EOT", key: "1 no", weight: 0.25, label: ".25" },
    ...{ tip: "from 2 EOT to 1 no: 0.25" },
  } as object);
  assertEquals(valueAt(spec, "title"), "Attention of head 4.1 (blocks.3, head 0)");
  assertEquals(valueAt(spec, "concat.1"), undefined);
  assertStringIncludes(await renderSvg(spec), ">.25</text>");
});

Deno.test("attentionChart() keeps all keys of a head that reads later ones", () => {
  const spec = attentionChart(NO, { tokens: TOKENS, layer: 0, head: 1 });
  assertEquals(valueAt(spec, "concat.0.data.values.length"), 9);
});

Deno.test("attentionChart() draws another sentence too, and what the first has more than it", () => {
  const tokens = ["<|startoftext|>", "some", "<|endoftext|>"];
  const minus = { pattern: SOME, tokens };
  const spec = attentionChart(NO, { tokens: TOKENS, layer: 0, head: 0, minus });
  assertEquals([0, 1, 2].map((i) => valueAt(spec, `concat.${i}.title.text`)), [
    ...["no", "some", "difference"],
  ]);
  assertEquals(valueAt(spec, "concat.2.encoding.x.scale.domain"), [
    "0 SOT",
    "1 no / some",
    "2 EOT",
  ]);
  const cells = valueAt(spec, "concat.2.data.values") as { weight: number }[];
  assertEquals(cells.map(({ weight }) => weight), [0, -0.5, 0.5, 0.25, 0.25, -0.5]);
  assertEquals(valueAt(spec, "concat.0.layer.0.encoding.color.scale.domain"), [-0.5, 1]);
  assertStringIncludes(spec.description, "difference: largest from 1 no / some to 0 SOT (−.50).");
});

Deno.test("attentionChart() refuses tokens that are not those of the pattern, and heads that do not exist", () => {
  const draw = (tokens: readonly string[], head = 0) => () =>
    attentionChart(NO, { tokens, layer: 0, head });
  const error = assertThrowsCode(draw(["a"]), "sizes-differ");
  assertStringIncludes(error.message, "Cannot draw the attention of 1 tokens from [2, 3, 3]");
  assertThrowsCode(draw(TOKENS, 2), "index-outside");
  const other = { pattern: pattern([1, 0, 0.5, 0.5], 1, 2), tokens: ["a", "b"] };
  const compare = () => attentionChart(NO, { tokens: TOKENS, layer: 0, head: 0, minus: other });
  assertStringIncludes(
    assertThrowsCode(compare, "sizes-differ").message,
    "Cannot subtract the attention of 2 tokens from that of 3: expected sentences with equally many",
  );
});
