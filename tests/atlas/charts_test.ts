import { assert } from "@std/assert";
import { atlasMap } from "../../lib/atlas/picture.ts";
import { SOURCES } from "../charts/fixtures.ts";
import { part, value } from "./parts_by_hand.ts";

Deno.test("atlasMap() fades by the interval of a cell alone, as its legend says", () => {
  const total = { ...value(0.25, 0.125), simultaneousLow: -0.0625, simultaneousHigh: 0.5625 };
  const text = JSON.stringify(atlasMap({ parts: [part("1.2", { total })] }, { sources: SOURCES }));
  assert(text.includes("0.125") && text.includes("0.375"), "the interval of the cell");
  assert(!/0\.5625|0\.0625/.test(text), "not the one of all cells at once");
});
