import { assertEquals } from "@std/assert";
import { ablationFindings } from "../../../lib/experiments/ablate/findings.ts";
import { findingText } from "../../../lib/study/experiment/finding.ts";
import { someRows } from "../some_rows.ts";

Deno.test("ablationFindings() names the three parts of each side with the largest shares of d", () => {
  const row = (negation: string, segment: string, layer: number, share: number) => ({
    ...{ negation, segment, layer, part: layer % 2 === 0 ? "mlp_out" : "attn_out", n: 4 + layer },
    ...{ mean_effect: 8 * share, share },
    ...{ simultaneous_low: share - 0.25, simultaneous_high: share + 0.25 },
  });
  const text = findingText(ablationFindings(someRows([
    row("foil", "correct", 1, 9),
    ...[0.5, -2, 1, -0.25, 0.375].map((share, i) => row("foil", "all", i + 1, share)),
  ])));
  assertEquals(
    text,
    [
      "Where the foil is negated, d is carried by attn_out of layer 3 (1.00, 0.75 to",
      "  1.25), attn_out of layer 1 (0.50, 0.25 to 0.75) and attn_out of layer 5 (0.38,",
      "  0.13 to 0.63), and mlp_out of layer 2 (-2.00, -2.25 to -1.75) takes away from",
      "  it.",
      "",
      "Largest shares of d of the image tower's parts",
      "negated  part                  share  simultaneous      correct  incorrect  effect  n",
      "foil     mlp_out of layer 2   -2.000  -2.250 to -1.750                         -16  6",
      "foil     attn_out of layer 3   1.000  0.750 to 1.250                             8  7",
      "foil     attn_out of layer 1   0.500  0.250 to 0.750          9                  4  5",
      "",
      "foil-negated: 4 of 5 parts, of which 3 are listed",
      "Layers count from 1 here: layer 1 is vision.blocks.0 in hook names.",
      "",
    ].join("\n"),
  );
});
