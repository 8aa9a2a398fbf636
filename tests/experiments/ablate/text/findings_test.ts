import { assertEquals, assertStringIncludes } from "@std/assert";
import { textAblationFindings } from "../../../../lib/experiments/ablate/text/findings.ts";

const NODE = { negation: "foil", segment: "all", method: "twin", role: "all", n: 9, n_without: 0 };

/** An effect with an interval of .25 on either side. */
function effect(mean_effect: number) {
  return { mean_effect, low: mean_effect - 0.25, high: mean_effect + 0.25 };
}

Deno.test("textAblationFindings() lists the largest heads and MLPs of each side, then wholes, then the set, by method", () => {
  const head = (layer: number, head: number, mean: number) => (
    { ...NODE, node: `head ${layer}.${head}`, layer, head, ...effect(mean) }
  );
  const text = textAblationFindings([
    { ...head(1, 1, 9), segment: "correct" },
    ...[1, -2, 0.5, 0.25, 3, 0.75].map((mean, i) => head(1, i + 1, mean)),
    { ...NODE, node: "mlp 2", layer: 2, part: "mlp_out", ...effect(4) },
    { ...NODE, node: "attn 1", layer: 1, part: "attn_out", ...effect(6) },
    { ...NODE, node: "block 1", layer: 1, ...effect(0.125) },
    { ...NODE, node: "heads 1.1,1.2", ...effect(-1) },
    { ...head(1, 2, 0.5), method: "zero", negation: "caption", role: "eot" },
  ]);
  assertEquals(
    text,
    [
      "Largest effects on d of the text tower's nodes, method twin: their values are",
      "  replaced in both sentences by those of the pair's other sentence",
      "negated  n  node      effect  95 % interval     the node",
      "foil     9  mlp 2      4.000  3.750 to 4.250    adds to d",
      "foil     9  head 1.5   3.000  2.750 to 3.250    adds to d",
      "foil     9  head 1.2  -2.000  -2.250 to -1.750  takes away from d",
      "foil     9  head 1.1   1.000  0.750 to 1.250    adds to d",
      "foil     9  head 1.6   0.750  0.500 to 1.000    adds to d",
      "foil-negated: 6 of 7 nodes, of which 5 are listed; at most about 0.4 would be if",
      "  none had an effect",
      "foil-negated, whole attention outputs and blocks: 1 of 2 have an effect, the",
      "  largest attn 1 6.000 (5.750 to 6.250)",
      "foil-negated, heads 1.1,1.2 together: effect -1.000 (-1.250 to -0.750)",
      "",
      "Largest effects on d of the text tower's nodes, method zero: their values at",
      "  tokens of the role EOT are replaced in both sentences by 0",
      "negated  n  node      effect  95 % interval   the node",
      "caption  9  head 1.2   0.500  0.250 to 0.750  adds to d",
      "caption-negated: 1 of 1 nodes; at most about 0.1 would be if none had an effect",
      "Layers and heads count from 1 here: 1.1 is blocks.0, head 0 in hook names and",
      "  L0H0 in TransformerLens.",
      "",
    ].join("\n"),
  );
});

Deno.test("textAblationFindings() says that no effect is more than chance and rounding, or that none is tested", () => {
  const node = { ...NODE, node: "mlp 1", layer: 1, part: "mlp_out" };
  const none = textAblationFindings([{ ...node, mean_effect: 0.5, low: -0.25, high: 1.25 }]);
  assertStringIncludes(
    none.replaceAll("\n  ", " "),
    "pair's other sentence: none of 0.01 or more whose 95 % interval excludes 0\n",
  );
  const few = textAblationFindings([{ ...node, mean_effect: 0.5 }]);
  assertStringIncludes(few, "pair's other sentence: not tested\n");
  assertStringIncludes(few, "foil-negated: no node is tested");
  assertEquals(
    textAblationFindings([]),
    "Largest effects on d of the text tower's nodes: not tested\n",
  );
});

Deno.test("textAblationFindings() counts rows without an effect, and says why", () => {
  const node = { ...NODE, node: "heads all", n: 6, n_without: 3, ...effect(1) };
  assertStringIncludes(
    textAblationFindings([{ ...node, role: "negator" }]),
    "foil-negated, all heads together: effect 1.000 (0.750 to 1.250)\n" +
      "foil-negated: 3 of 9 rows have no effect, since no token has the role\n",
  );
  assertStringIncludes(
    textAblationFindings([{ ...node, method: "resample" }]).replaceAll("\n  ", " "),
    "3 of 9 rows have no effect, since no other pair of the data has sentences of the same lengths",
  );
});
