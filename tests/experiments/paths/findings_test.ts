import { assertEquals, assertStringIncludes } from "@std/assert";
import { pathsFindings } from "../../../lib/experiments/paths/findings.ts";
import { someRows } from "../some_rows.ts";
import { node, path } from "./summaries.ts";
import { findingText } from "../../../lib/study/experiment/finding.ts";

/** The text for a terminal. */
function pathsText(paths: readonly object[], nodes: readonly object[]): string {
  return findingText(pathsFindings(someRows(paths), someRows(nodes)));
}

Deno.test("pathsFindings() lists paths and direct effects by their shares of d, with the receivers", () => {
  const text = pathsText([
    path("foil", "0. 1.2 v", [1, 0.5, 1.5]),
    path("foil", "1.2 4.3 k", [-2, -2.5, -1.5]),
    path("foil", "1.1 4.3 q", [3, -1, 5]), // the interval includes 0
    { ...path("foil", "1.2 4.3 k", [0.25]), segment: "incorrect" },
    path("caption", "3.1 4.3 v", [0.5, 0.25, 0.75]),
  ], [
    node("foil", "4.3 eot", { direct: [1.25, 0.5, 2], indirect: -0.125 }),
    node("foil", "4. eot", { direct: [-3, -4, -2], indirect: 0 }),
    node("foil", "4.1 negator", { direct: [7, 6, 8], indirect: 0 }), // not listed
    node("foil", "1.2 subject_first", { direct: [0], indirect: -0.5 }),
    node("foil", "1.2 eot", { direct: [0, -1, 1], indirect: 0.25 }),
    node("caption", "4.3 subject_first", { direct: [0], indirect: 0.5 }),
    { ...node("caption", "4.3 eot", { direct: [0], indirect: 2 }), segment: "correct" },
  ]);
  assertEquals(text.split("\n"), [
    "Where the foil is negated, d is carried by the path negator -> 1.2 by values",
    "  (1.00, 0.50 to 1.50), and the path 1.2 -> 4.3 by keys (-2.00, -2.50 to -1.50)",
    "  takes away from it.",
    "Where the caption is negated, d is carried by the path 3.1 -> 4.3 by values",
    "  (0.50, 0.25 to 0.75).",
    "",
    "Paths with the largest shares of d",
    "negated  path                       share  simultaneous      correct  incorrect  effect",
    "foil     1.2 -> 4.3 by keys        -2.000  -2.500 to -1.500               0.250      -8",
    "foil     negator -> 1.2 by values   1.000  0.500 to 1.500                             4",
    "caption  3.1 -> 4.3 by values       0.500  0.250 to 0.750                             2",
    "",
    "Nodes whose direct effects at the end token have the largest shares of d",
    "negated  node    share  simultaneous      correct  incorrect  effect  total share",
    "foil     mlp 4  -3.000  -4.000 to -2.000                         -12       -3.000",
    "foil     4.3     1.250  0.500 to 2.000                             5        1.125",
    "",
    "foil-negated: 2 of 3 paths",
    "caption-negated: 1 of 1 paths",
    "Paths end at 1.2, 4.3",
    "foil-negated: 2 of 3 nodes",
    "Heads count from 1: 1.2 is L0H1 in TransformerLens, blocks.0 head 1",
    "",
  ]);
});

Deno.test("pathsFindings() says how many paths are not listed, and nothing of no paths", () => {
  const paths = [1, 2, 3, 4, 5, 6, 7].map((head) => path("foil", `1.${head} 2.1 v`, [1, 0.5, 2]));
  assertStringIncludes(pathsText(paths, []), "7 of 7 paths, of which 6 are listed\n");
  assertEquals(pathsText([], []), "");
});
