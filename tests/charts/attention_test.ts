import { assertEquals, assertStringIncludes } from "@std/assert";
import { attentionChart } from "../../lib/charts/attention.ts";
import { renderSvg } from "../../lib/draw/render.ts";
import { Tensor } from "../../lib/hooks/tensor.ts";
import { assertThrowsCode } from "../error_codes.ts";
import { valueAt } from "./fixtures.ts";

/** Two heads of three tokens: the first head's weights, then the second's. */
function attention(
  name: string,
  word: string,
  weights: readonly number[],
  second: readonly number[] = [1, 0, 0, 1, 0, 0, 1, 0, 0],
) {
  const values = Float32Array.from([...weights, ...second]);
  const pattern = new Tensor(values, [2, 3, 3], ["head", "query", "key"]);
  return { name, pattern, tokens: ["<|startoftext|>", word, "<|endoftext|>"] };
}

const NO = attention("negated", "no", [1, 0, 0, 0.5, 0.5, 0, 0.5, 0.25, 0.25]);
const SOME = attention("affirmative", "some", [1, 0, 0, 1, 0, 0, 0.25, 0, 0.75]);

function titlesOf(spec: ReturnType<typeof attentionChart>): unknown[] {
  const concat = valueAt(spec, "concat") as object[];
  return concat.map((_, i) => valueAt(spec, `concat.${i}.title.text`));
}

Deno.test("attentionChart() draws the weights of a head, queries down, without keys that nobody reads", async () => {
  const spec = attentionChart([NO], { layer: 3, heads: [0] });
  assertEquals(valueAt(spec, "concat.0.encoding.y.scale.domain"), ["0 SOT", "1 no", "2 EOT"]);
  const cells = valueAt(spec, "concat.0.data.values") as { query: string; key: string }[];
  assertEquals(cells.map(({ query, key }) => `${query[0]}${key[0]}`), [
    ...["00", "10", "11", "20", "21", "22"],
  ]);
  assertEquals(cells[4], {
    ...{ query: "2 EOT", key: "1 no", weight: 0.25, label: ".25" },
    ...{ tip: "from 2 EOT to 1 no: attention 0.25" },
  } as object);
  assertEquals(valueAt(spec, "title.text"), "Attention of head 4.1 (blocks.3, head 0)");
  assertStringIncludes(await renderSvg(spec), ">.25</text>");
});

Deno.test("attentionChart() has both sentences of a pair and their difference for each head, in one range of colours", () => {
  const spec = attentionChart([NO, SOME], { layer: 0, heads: [0, 1] });
  assertEquals(titlesOf(spec), [
    ...["1.1, negated", "1.1, affirmative", "1.1, difference"],
    ...["1.2, negated", "1.2, affirmative", "1.2, difference"],
  ]);
  assertEquals(valueAt(spec, "title.subtitle"), ["negated: no", "affirmative: some"]);
  assertEquals(valueAt(spec, "concat.2.encoding.x.scale.domain"), [
    ...["0 SOT", "1 no / some", "2 EOT"],
  ]);
  const cells = valueAt(spec, "concat.2.data.values") as { weight: number }[];
  assertEquals(cells.map(({ weight }) => weight), [0, -0.5, 0.5, 0.25, 0.25, -0.5]);
  assertEquals(valueAt(spec, "concat.5.layer.0.encoding.color.scale.domain"), [-0.5, 1]);
  assertStringIncludes(spec.description, "1.1, difference: from 1 no / some to 0 SOT (−.50),");
});

Deno.test("attentionChart() draws no difference of sentences with different lengths", () => {
  const short = {
    ...{ name: "affirmative", tokens: ["<|startoftext|>", "<|endoftext|>"] },
    pattern: new Tensor(Float32Array.of(1, 0, 0.5, 0.5), [1, 2, 2], ["head", "query", "key"]),
  };
  const spec = attentionChart([NO, short], { layer: 0, heads: [0] });
  assertEquals([valueAt(spec, "columns"), titlesOf(spec).length], [2, 2]);
});

Deno.test("attentionChart() refuses tokens that are not those of the pattern, and heads that do not exist", () => {
  const draw = (tokens: readonly string[], head: number) => () =>
    attentionChart([{ ...NO, tokens }], { layer: 0, heads: [head] });
  const error = assertThrowsCode(draw(["a"], 0), "sizes-differ");
  assertStringIncludes(error.message, "Cannot draw the attention of 1 tokens from [2, 3, 3]");
  assertThrowsCode(draw(NO.tokens, 2), "index-outside");
});
