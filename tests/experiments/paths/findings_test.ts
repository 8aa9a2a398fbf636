import { assertEquals, assertStringIncludes } from "@std/assert";
import { pathsFindings } from "../../../lib/experiments/paths/findings.ts";
import { node, path } from "./summaries.ts";

Deno.test("pathsFindings() lists the strongest paths and direct effects whose intervals exclude 0, with the receivers", () => {
  const text = pathsFindings([
    path("foil", "0. 1.2 v", [1, 0.5, 1.5]),
    path("foil", "1.2 4.3 k", [-2, -2.5, -1.5]),
    path("foil", "1.1 4.3 q", [3, -1, 5]), // the interval includes 0
    path("foil", "2.1 4.3 q", [0.005, 0.004, 0.006]), // too small to name
    { ...path("foil", "2.2 4.3 q", [9, 8, 10]), segment: "correct" },
    path("caption", "3.1 4.3 v", [0.5, 0.25, 0.75]),
  ], [
    node("foil", "4.3 eot", { direct: [1.25, 0.5, 2], indirect: -0.125 }),
    node("foil", "4. eot", { direct: [-3, -4, -2], indirect: 0 }),
    node("foil", "4.1 negator", { direct: [7, 6, 8], indirect: 0 }),
    node("caption", "4.1 eot", { direct: [7, -1, 8], indirect: 0 }),
  ]);
  assertEquals(text.split("\n"), [
    "Paths with the largest effects on d",
    "negated  path            by          effect  95 % interval",
    "foil     1.2 -> 4.3      its keys    -2.000  -2.500 to -1.500",
    "foil     negator -> 1.2  its values   1.000  0.500 to 1.500",
    "caption  3.1 -> 4.3      its values   0.500  0.250 to 0.750",
    "foil-negated: 2 of 4 paths; at most about 0.2 would be if none had an effect",
    "caption-negated: 1 of 1 paths; at most about 0.1 would be if none had an effect",
    "Receivers, at which paths end: 1.2, 4.3",
    "Nodes with the largest direct effects at the end token",
    "negated  node   direct  95 % interval     indirect   total",
    "foil     mlp 4  -3.000  -4.000 to -2.000     0.000  -3.000",
    "foil     4.3     1.250  0.500 to 2.000      -0.125   1.125",
    "Layers and heads count from 1 here: 1.2 is blocks.0, head 1 in hook names and",
    "  L0H1 in TransformerLens.",
    "",
  ]);
});

Deno.test("pathsFindings() says how many paths are not listed", () => {
  const paths = [1, 2, 3, 4, 5, 6, 7].map((head) => path("foil", `1.${head} 2.1 v`, [1, 0.5, 2]));
  assertStringIncludes(pathsFindings(paths, []), "7 of 7 paths, of which 6 are listed;");
});

Deno.test("pathsFindings() says that nothing is found, or that nothing is tested", () => {
  const none = pathsFindings(
    [path("foil", "0. 1.2 v", [1, -1, 2])],
    [node("foil", "4.3 eot", { direct: [1, -1, 2], indirect: 0 })],
  );
  assertStringIncludes(
    none,
    "Paths with the largest effects on d: none of 0.01 or more whose 95 % interval\n  excludes 0\n",
  );
  assertStringIncludes(none, "end token: none of 0.01 or more\n  whose 95 % interval excludes 0\n");
  const untested = pathsFindings(
    [path("foil", "0. 1.2 v", [1])],
    [node("foil", "4.3 eot", { direct: [1], indirect: 0 })],
  );
  assertStringIncludes(untested, "Paths with the largest effects on d: not tested\n");
  assertStringIncludes(untested, "foil-negated: no path is tested, since an interval takes");
  assertStringIncludes(untested, "direct effects at the end token: not tested\n");
  assertEquals(pathsFindings([], []), "");
});
