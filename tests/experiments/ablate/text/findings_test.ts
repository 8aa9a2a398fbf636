import { assertEquals, assertStringIncludes } from "@std/assert";
import { textAblationFindings } from "../../../../lib/experiments/ablate/text/findings.ts";

const NODE = { negation: "foil", segment: "all", method: "twin", role: "all", n: 9, n_without: 0 };

/** A share with a simultaneous interval of .25 on either side. */
function shareOf(share: number) {
  return {
    ...{ mean_effect: 4 * share, share },
    ...{ simultaneous_low: share - 0.25, simultaneous_high: share + 0.25 },
  };
}

Deno.test("textAblationFindings() lists heads and MLPs, then wholes, then the set, by method", () => {
  const head = (layer: number, head: number, share: number) => (
    { ...NODE, node: `head ${layer}.${head}`, layer, head, ...shareOf(share) }
  );
  const text = textAblationFindings([
    ...[1, -2, 0.5, 0.25, 3, 0.75].map((share, i) => head(1, i + 1, share)),
    { ...NODE, node: "mlp 2", layer: 2, part: "mlp_out", ...shareOf(4) },
    { ...NODE, node: "attn 1", layer: 1, part: "attn_out", ...shareOf(6) },
    { ...NODE, node: "block 1", layer: 1, ...shareOf(0.125) },
    { ...NODE, node: "heads 1.1,1.2", ...shareOf(-1) },
    { ...head(1, 2, 0.5), method: "zero", negation: "caption", role: "eot" },
  ]);
  assertEquals(
    text,
    [
      "Largest shares of d of the text tower's nodes, method twin: their values are",
      "  replaced in both sentences by those of the pair's other sentence (a share of",
      "  2: the node alone carries d)",
      "negated  node       share  simultaneous      correct  incorrect  effect",
      "foil     mlp 2      4.000  3.750 to 4.250                            16",
      "foil     head 1.5   3.000  2.750 to 3.250                            12",
      "foil     head 1.2  -2.000  -2.250 to -1.750                          -8",
      "foil     head 1.1   1.000  0.750 to 1.250                             4",
      "foil     head 1.6   0.750  0.500 to 1.000                             3",
      "foil-negated: 6 of 7 nodes, of which 5 are listed",
      "foil-negated, whole attention outputs and blocks: 1 of 2 have a share, the",
      "  largest attn 1 6.000 (5.750 to 6.250)",
      "foil-negated, heads 1.1,1.2 together: share -1.000 (-1.250 to -0.750)",
      "",
      "Largest shares of d of the text tower's nodes, method zero: their values at",
      "  tokens of the role EOT are replaced in both sentences by 0",
      "negated  node      share  simultaneous    correct  incorrect  effect",
      "caption  head 1.2  0.500  0.250 to 0.750                           2",
      "caption-negated: 1 of 1 nodes",
      "Layers and heads count from 1 here: 1.1 is blocks.0, head 0 in hook names and",
      "  L0H0 in TransformerLens.",
      "",
    ].join("\n"),
  );
  assertEquals(
    textAblationFindings([]),
    "Largest shares of d of the text tower's nodes: not tested\n",
  );
});

Deno.test("textAblationFindings() counts rows without an effect, and says why", () => {
  const node = { ...NODE, node: "heads all", n: 6, n_without: 3, ...shareOf(1) };
  assertStringIncludes(
    textAblationFindings([{ ...node, role: "negator" }]),
    "foil-negated, all heads together: share 1.000 (0.750 to 1.250)\n" +
      "foil-negated: 3 of 9 rows have no effect, since no token has the role\n",
  );
  assertStringIncludes(
    textAblationFindings([{ ...node, method: "resample" }]).replaceAll("\n  ", " "),
    "3 of 9 rows have no effect, since no other pair of the data has sentences of the same lengths",
  );
});
