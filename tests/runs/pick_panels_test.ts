import { assertEquals } from "@std/assert";
import { pickPanels } from "../../lib/runs/pick_panels.ts";
import { assertThrowsCode } from "../error_codes.ts";

function chartOf(titles: readonly (string | string[])[]): object {
  const lines = titles.map((title) => [title].flat().join("").replace(/ \(n = \d+\)$/, ""));
  return {
    concat: titles.map((text) => ({ title: { text }, mark: "point" })),
    description: ["Maps.", ...titles.map((_, i) => `${lines[i]} (n = 4): none.`)].join(" "),
  };
}

const CHARTS = new Map([
  [
    "map",
    chartOf(["foil", "caption"].flatMap((side) => [
      `${side}-negated, correct (n = 4)`,
      [`${side}-negated, `, "incorrect (n = 4)"],
    ])),
  ],
  ["heads", chartOf(["foil-negated (n = 4)", "caption-negated (n = 4)"])],
  ["bare", { mark: "point" }],
]);

/** The numbers of the panels that each chart keeps. */
function picked(names: readonly string[]) {
  return Object.fromEntries([...pickPanels(CHARTS, names)].map(([name, spec]) => {
    const { concat } = CHARTS.get(name.split("-")[0]!) as { concat: unknown[] };
    const { concat: kept } = spec as { concat: unknown[] };
    return [name, kept.map((panel) => concat.indexOf(panel))];
  }));
}

Deno.test("pickPanels() adds up names in one place of titles, and needs all of different places", () => {
  assertEquals(picked(["correct"]), { "map-correct": [0, 2] });
  assertEquals(picked(["foil"]), { "map-foil": [0, 1], "heads-foil": [0] });
  assertEquals(picked(["foil-negated", "incorrect"]), {
    "map-foil_negated-incorrect": [1],
    "heads-foil_negated": [0],
  });
  assertEquals(picked(["correct", "incorrect", "caption"])["map-correct-incorrect-caption"], [
    2,
    3,
  ]);
});

Deno.test("pickPanels() tells in the alt text what is drawn alone", () => {
  const { description } = pickPanels(CHARTS, ["foil", "correct"]).get("map-foil-correct") as {
    description: string;
  };
  assertEquals(description, "Maps. foil-negated, correct (n = 4): none.");
});

Deno.test("pickPanels() refuses a name that no panel has, with the nearest", () => {
  const error = assertThrowsCode(() => pickPanels(CHARTS, ["foil", "corect"]), "name-unknown");
  assertEquals(error.message.includes("correct"), true);
});
