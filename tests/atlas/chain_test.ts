import { assertEquals } from "@std/assert";
import { chainOf, wayText } from "../../lib/atlas/chain.ts";
import { partText } from "../../lib/atlas/methods.ts";
import type { AtlasPart, AtlasPath } from "../../lib/atlas/read_atlas.ts";
import { part, path, value } from "./parts_by_hand.ts";

/** The names of the parts of each stage, and of those that write into the score. */
function namesOf(paths: readonly AtlasPath[], parts: readonly AtlasPart[] = []) {
  const { stages, toScore, beside, against } = chainOf(paths, parts);
  const ends = (paths: readonly AtlasPath[]) => paths.map(({ from }) => partText(from!));
  return {
    stages: stages.map((stage) => stage.map(({ node }) => partText(node))),
    toScore: ends(toScore),
    beside: ends(beside),
    against: ends(against),
  };
}

Deno.test("chainOf() puts each head at its greatest distance from the negator, and leaves out what leads nowhere", () => {
  const paths = [
    path("negator", "1.2", 0.4),
    path("negator", "1.3", 0.3), // from which nothing goes on
    path("1.2", "3.1", 0.2),
    path("negator", "3.1", 0.1), // also directly
    path("3.1", "4.4", 0.2),
    path("1.2", "4.4", 0.5),
    path("2.1", "4.3", 0.5), // which nothing reaches
    path("4.4", "score", 0.6),
    path("3.1", "score", 0.7),
    path("4.3", "score", 0.3),
    path("mlp 4", "score", 0.2),
    path("4.1", "score", -0.2),
    path("4.2", "score", -0.04), // nearly nothing
  ];
  assertEquals(namesOf(paths), {
    stages: [["1.2"], ["3.1"], ["4.4"]],
    toScore: ["3.1", "4.4"],
    beside: ["4.3", "mlp 4"],
    against: ["4.1"],
  });
  assertEquals(
    wayText(chainOf(paths, [])),
    "no -> 1.2 (0.40, 0.40 to 0.40) -> 3.1 -> 4.4 -> score by 3.1 (0.70, 0.70 to 0.70) and 4.4",
  );
});

Deno.test("chainOf() takes no path whose interval includes 0, none that takes away, and none below .01", () => {
  const reading = [path("negator", "1.2", 0.4), path("1.2", "score", 0.4)];
  const others = [
    path("negator", "1.1", 0.4, 0.5),
    path("negator", "1.3", -0.4),
    path("negator", "1.4", 0.009),
  ];
  const writing = ["1.1", "1.3", "1.4"].map((name) => path(name, "score", 0.4));
  assertEquals(namesOf([...reading, ...others, ...writing]).stages, [["1.2"]]);
  assertEquals(namesOf([path("negator", "1.2", 0.4), path("1.2", "score", 0.4, 0.5)]).stages, []);
});

Deno.test("chainOf() begins with the total effect of a head of the first block alone, where no single path reaches it", () => {
  const paths = [path("1.2", "3.3", 1), path("3.3", "score", 1)];
  const ofLayers = (layer: number) => [part(`${layer}.2`, { total: value(1) })];
  assertEquals(namesOf(paths, ofLayers(1)).stages, [["1.2"], ["3.3"]]);
  assertEquals(namesOf(paths, [part("1.2", { total: value(1, 2) })]).stages, []);
  const later = [path("2.2", "3.3", 1), path("3.3", "score", 1)];
  assertEquals(namesOf(later, ofLayers(2)), {
    ...{ stages: [], toScore: [], beside: ["3.3"], against: [] },
  });
});
