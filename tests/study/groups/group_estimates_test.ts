import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Pair } from "../../../lib/data/pairs.ts";
import {
  type EffectGroupRow,
  groupDifferences,
  groupNote,
  hasGroupChart,
  rowGroups,
} from "../../../lib/study/groups/group_estimates.ts";
import { togetherWidth } from "../../../lib/stats/estimate.ts";

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

function estimateRow(group: string, value: number, half: number, place = "head 1"): EffectGroupRow {
  return {
    ...{ column: "frame", group, table: "t", negation: "foil", segment: "all", place },
    ...{ estimate: "share", n: 20, value, low: value - half, high: value + half },
  };
}

Deno.test("groupDifferences() finds estimates whose widened intervals do not overlap", () => {
  const half = 0.5 / togetherWidth(2); // those of 0 and 1 then touch
  const [low, high] = [estimateRow("a", 0, half + 1e-9), estimateRow("b", 1, half + 1e-9)];
  assertEquals(groupDifferences([low, high]), []);
  const [first, second] = [estimateRow("a", 0, half - 1e-9), estimateRow("b", 1, half - 1e-9)];
  assertEquals(groupDifferences([first, second]), [{ lower: first, higher: second }]);
  const without = { ...estimateRow("c", 9, 0), low: undefined, high: undefined };
  assertEquals(groupDifferences([first, second, without]).length, 1);
  // Places are not compared with each other, nor what differs by rounding.
  assertEquals(groupDifferences([first, estimateRow("b", 1, half - 1e-9, "head 2")]), []);
  assertEquals(groupDifferences([estimateRow("a", 1, 0), estimateRow("b", 1 + 1e-6, 0)]), []);
});

Deno.test("groupNote() says for each column what differs most, or that nothing does", () => {
  const frames = [estimateRow("there is X", 0.25, 0.05), estimateRow("X, only Y", 0.875, 0.05)];
  const scopes = ["none", "other"].map((group) => (
    { ...estimateRow(group, 0.5, 0.5), column: "scope" as const }
  ));
  const without = { ...frames[0]!, low: undefined, high: undefined };
  const note = groupNote([...frames, without, ...scopes]);
  const most = 'most share of head 1, foil-negated: 0.88 (0.82 to 0.93) with "X, only Y", 0.25 (';
  assertStringIncludes(note, `by frame 1 of 1 estimates differs, ${most}`);
  assertStringIncludes(note, 'with "there is X"; by scope none of 1 estimates differs');
  const place = "site resid, direction denoise, layer 0, role negator"; // differs since "no" is moved
  const [one, other] = [estimateRow("there is X", 1, 0, place), estimateRow("X", 0, 0.05, place)];
  assertEquals(groupNote([one, other, ...frames]), groupNote(frames));
  const few = frames.map((row) => ({ ...row, low: undefined, high: undefined }));
  assertStringIncludes(groupNote(few), "by frame no estimate has an interval");
});

Deno.test("hasGroupChart() is true of two groups or more with one estimate each", () => {
  const [one, other] = [estimateRow("a", 1, 0), estimateRow("b", 1, 0)];
  const unknown = { ...estimateRow("b", 1, 0, "head 2"), value: undefined };
  const lists = [[one, other], [one], [one, other, unknown], [one, other, one]];
  assertEquals(lists.map(hasGroupChart), [true, false, true, false]);
});
