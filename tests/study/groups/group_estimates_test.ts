import { assertEquals } from "@std/assert";
import type { Pair } from "../../../lib/data/pairs.ts";
import { rowGroups } from "../../../lib/study/groups/group_estimates.ts";

const row = (columns: Partial<Pair>): Pair => (
  { id: "a", image: "", negation: "foil", caption: "a b", foil: "no b", ...columns }
);

Deno.test("rowGroups() groups rows by each column and by all three, and leaves out rows without a text", () => {
  const groups = rowGroups([
    row({ frame: "there is X", negatorWord: "no", scope: "none" }),
    row({ frame: "there is X", negatorWord: "no", scope: "other" }),
    row({ frame: "X, only Y" }),
    row({}),
    row({ frame: "there is X", negatorWord: "no", scope: "none" }),
  ]);
  assertEquals(groups.map(({ column, group, places }) => [column, group, places.join()]), [
    ["frame", "there is X", "0,1,4"],
    ["frame", "X, only Y", "2"],
    ["negator", "no", "0,1,4"],
    ["scope", "none", "0,4"],
    ["scope", "other", "1"],
    ["frame x negator x scope", "there is X | no | none", "0,4"],
    ["frame x negator x scope", "there is X | no | other", "1"],
  ]);
  assertEquals(rowGroups([row({})]), []);
});
