import { assert, assertEquals } from "@std/assert";
import { atlasMap, atlasPicture } from "../../lib/atlas/picture.ts";
import { SOURCES } from "../charts/fixtures.ts";
import type { SummaryRow } from "../../lib/study/evaluate/summary.ts";
import { atlasOf, part, value } from "./parts_by_hand.ts";

Deno.test("atlasMap() fades by the interval of a cell alone, as its legend says", () => {
  const total = { ...value(0.25, 0.125), simultaneousLow: -0.0625, simultaneousHigh: 0.5625 };
  const text = JSON.stringify(atlasMap({ parts: [part("1.2", { total })] }, { sources: SOURCES }));
  assert(text.includes("0.125") && text.includes("0.375"), "the interval of the cell");
  assert(!/0\.5625|0\.0625/.test(text), "not the one of all cells at once");
});

Deno.test("atlasPicture() divides alpha by the size of gamma, so that a push keeps its sign, and a head that looks at the negator is reached from it", () => {
  const pushed = { ...value(0.5), alpha: value(1), role: "negator" };
  const head = part("1.2", { attend: value(0.5), ablate: pushed, total: pushed, knockout: pushed });
  const parts = [{ ...head, negation: "both" as const }, head];
  const panelsOf = (gamma: number) => {
    const scores = [{ negation: "both", n: 9, gamma } as SummaryRow];
    const options = { sources: SOURCES, sizes: { layers: 1, heads: 2 } };
    return JSON.stringify(atlasPicture(atlasOf({ parts, scores }), options));
  };
  const texts = [2, -2].map((gamma) =>
    [...panelsOf(gamma).matchAll(/"tip":"(negator → 1\.2[^"]*)"/g)].map(([, tip]) => tip)
  );
  const distinct = new Set(texts[0]!.map((tip) => tip!.replace(/ \[.*/, "")));
  assertEquals([...distinct], [
    "negator → 1.2 by its queries, keys and values together: share 0.5",
  ]); // in both panels
  assertEquals(new Set(texts[0]).size, 2); // whose intervals differ
  assertEquals(texts[1], texts[0]);
});
