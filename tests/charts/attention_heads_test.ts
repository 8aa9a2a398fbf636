import { assertEquals, assertStringIncludes } from "@std/assert";
import { attentionHeadsChart } from "../../lib/charts/attention.ts";
import { renderSvg } from "../../lib/draw/render.ts";
import { Tensor } from "../../lib/hooks/tensor.ts";
import { assertThrowsCode } from "../error_codes.ts";
import { valueAt } from "./fixtures.ts";

/** Two heads of three tokens: the first head's weights, then the second's, which looks at the start only. */
function attention(name: string, word: string, weights: readonly number[]) {
  const values = [...weights, 1, 0, 0, 1, 0, 0, 1, 0, 0];
  const pattern = new Tensor(Float32Array.from(values), [2, 3, 3], ["head", "query", "key"]);
  return { name, pattern, tokens: ["<|startoftext|>", word, "<|endoftext|>"] };
}

const NO = attention("negated", "no", [1, 0, 0, 0.5, 0.5, 0, 0.5, 0.25, 0.25]);
const SOME = attention("affirmative", "some", [1, 0, 0, 1, 0, 0, 0.25, 0, 0.75]);

Deno.test("attentionHeadsChart() draws each head of a sentence in a panel, at most four side by side", async () => {
  const spec = attentionHeadsChart([NO], { layer: 3, heads: [0, 1] });
  assertEquals(valueAt(spec, "title"), {
    text: "Attention of the heads of layer 4 (blocks.3)",
    subtitle: ["no"],
  });
  assertEquals([0, 1, 2].map((i) => valueAt(spec, `concat.${i}.title.text`)), [
    ...["4.1", "4.2", undefined],
  ]);
  assertEquals(valueAt(spec, "concat.0.data.values.4"), {
    ...{ at: "2 EOT", query: "2 EOT", key: "1 no", weight: 0.25 },
    tip: "4.1, from 2 EOT to 1 no: 0.25",
  });
  const many = attentionHeadsChart([NO], { layer: 0, heads: [0, 1, 0, 1, 0, 1] });
  assertEquals([valueAt(spec, "columns"), valueAt(many, "columns")], [2, 4]);
  const labelled = (i: number) =>
    ["x", "y"].map((side) => valueAt(many, `concat.${i}.encoding.${side}.axis.labels`) !== false);
  assertEquals([0, 1, 2, 4, 5].map(labelled), [
    ...[[false, true], [false, false], [true, false], [true, true], [true, false]],
  ]);
  assertStringIncludes(await renderSvg(spec), "4.1, from 2 EOT to 1 no: 0.25");
});

Deno.test("attentionHeadsChart() has both sentences of a pair and their difference for each head, in one range of colours", () => {
  const spec = attentionHeadsChart([NO, SOME], { layer: 0, heads: [0, 1] });
  const titles = [0, 1, 2, 3, 4, 5].map((i) => valueAt(spec, `concat.${i}.title.text`));
  assertEquals(titles, [
    ...["1.1, negated", "1.1, affirmative", "1.1, difference"],
    ...["1.2, negated", "1.2, affirmative", "1.2, difference"],
  ]);
  assertEquals(valueAt(spec, "title.subtitle"), ["negated: no", "affirmative: some"]);
  const cells = valueAt(spec, "concat.2.data.values") as { weight: number }[];
  assertEquals(cells.map(({ weight }) => weight), [0, -0.5, 0.5, 0.25, 0.25, -0.5]);
  assertEquals(valueAt(spec, "concat.5.encoding.color.scale.domain"), [-0.5, 1]);
});

Deno.test("attentionHeadsChart() draws no difference of sentences with different lengths", () => {
  const short = {
    ...{ name: "affirmative", tokens: ["<|startoftext|>", "<|endoftext|>"] },
    pattern: new Tensor(Float32Array.of(1, 0, 0.5, 0.5), [1, 2, 2], ["head", "query", "key"]),
  };
  const spec = attentionHeadsChart([NO, short], { layer: 0, heads: [0] });
  assertEquals([valueAt(spec, "columns"), valueAt(spec, "concat.length")], [2, 2]);
});

Deno.test("attentionHeadsChart() fades all but the query at the pointer, in all panels", () => {
  const spec = attentionHeadsChart([NO], { layer: 0, heads: [0, 1] });
  const names = [0, 1].map((i) => valueAt(spec, `concat.${i}.name`));
  assertEquals(valueAt(spec, "params.0.views"), names);
  assertEquals(valueAt(spec, "params.0.select.fields"), ["at"]);
  const { condition } = valueAt(spec, "concat.1.encoding.opacity") as {
    condition: { param: string };
  };
  assertEquals(condition.param, valueAt(spec, "params.0.name"));
});

Deno.test("attentionHeadsChart() refuses a head that the pattern lacks", () => {
  const draw = () => attentionHeadsChart([NO], { layer: 0, heads: [2] });
  assertThrowsCode(draw, "index-outside");
});
