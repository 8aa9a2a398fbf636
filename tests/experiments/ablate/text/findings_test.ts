import { assertEquals, assertStringIncludes } from "@std/assert";
import { textAblationFindings } from "../../../../lib/experiments/ablate/findings.ts";
import { findingText } from "../../../../lib/study/experiment/finding.ts";
import { someRows } from "../../some_rows.ts";

/** The text for a terminal. */
function ablationText(rows: readonly object[]): string {
  return findingText(textAblationFindings(someRows(rows)));
}

const NODE = { negation: "foil", segment: "all", method: "twin", role: "all", n: 9, n_without: 0 };

/** A share with a simultaneous interval of .25 on either side. */
function shareOf(share: number) {
  return {
    ...{ mean_effect: 4 * share, share },
    ...{ simultaneous_low: share - 0.25, simultaneous_high: share + 0.25 },
  };
}

Deno.test("textAblationFindings() lists heads and MLPs, then the set, by method", () => {
  const head = (layer: number, head: number, share: number) => (
    { ...NODE, node: `head ${layer}.${head}`, layer, head, ...shareOf(share) }
  );
  const text = ablationText([
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
      "Where the foil is negated, d is carried by mlp 2 (4.00, 3.75 to 4.25), 1.5",
      "  (3.00, 2.75 to 3.25), 1.1 (1.00, 0.75 to 1.25) and 2 more, and 1.2 (-2.00,",
      "  -2.25 to -1.75) takes away from it, by method twin.",
      "",
      "Method twin: largest shares of d of nodes whose values are replaced by those of",
      "  the pair's other sentence in both sentences (2: the node alone carries d)",
      "negated  node    share  simultaneous      correct  incorrect  effect",
      "foil     mlp 2   4.000  3.750 to 4.250                            16",
      "foil     1.5     3.000  2.750 to 3.250                            12",
      "foil     1.2    -2.000  -2.250 to -1.750                          -8",
      "foil     1.1     1.000  0.750 to 1.250                             4",
      "foil     1.6     0.750  0.500 to 1.000                             3",
      "",
      "Method zero: largest shares of d of nodes whose values at tokens of the role EOT",
      "  are replaced by 0 in both sentences",
      "negated  node  share  simultaneous    correct  incorrect  effect",
      "caption  1.2   0.500  0.250 to 0.750                           2",
      "",
      "twin, foil-negated: 6 of 7 nodes, of which 5 are listed",
      "twin, foil-negated, heads 1.1,1.2 together: share -1.000 (-1.250 to -0.750)",
      "zero, caption-negated: 1 of 1 nodes",
      "Heads count from 1: 1.1 is L0H0 in TransformerLens, blocks.0 head 0",
      "",
    ].join("\n"),
  );
  assertEquals(ablationText([]), "");
});

Deno.test("textAblationFindings() counts rows without an effect, and says why", () => {
  const node = { ...NODE, node: "heads all", n: 6, n_without: 3, ...shareOf(1) };
  assertStringIncludes(
    ablationText([{ ...node, role: "negator" }]),
    "foil-negated, all heads together: share 1.000 (0.750 to 1.250)\n" +
      "foil-negated: 3 of 9 rows have no effect, since no token has the role\n",
  );
  assertStringIncludes(
    ablationText([{ ...node, method: "resample" }]).replaceAll("\n  ", " "),
    "3 of 9 rows have no effect, since no other pair of the data has sentences of the same lengths",
  );
});
