import { assertEquals } from "@std/assert";
import { ablate, ABLATION } from "../../../lib/experiments/ablate/index.ts";
import { finish, type Steps } from "../../../lib/stats/steps.ts";
import type { ExperimentTables } from "../../../lib/study/experiment/experiment.ts";
import { findingText } from "../../../lib/study/experiment/finding.ts";
import { segmentOf } from "../../../lib/study/rows/score_rows.ts";
import { assertSpec, committedRows, SOURCES, valueAt } from "../../charts/fixtures.ts";
import { someRows } from "../some_rows.ts";

type Options = Parameters<typeof ablate.tables>[1];

const OPTIONS: Options = {
  ...{ tower: "image", method: undefined, nodes: undefined, heads: undefined, role: undefined },
  ...{ control: [], seed: 0 },
};

const TEXT: Options = { ...OPTIONS, tower: "text", method: ["zero", "mean"], heads: "all" };

/** Foil-negated rows of one block with one head, with d of 4 and these values of it with each part ablated. */
function rowsOf(ablated: readonly (number | null)[], leftOut = 0) {
  return Array.from({ length: 12 }, (_, i) => {
    const pair = { id: `${i}`, image: "a.png", caption: `${i}`, foil: `no ${i}` };
    const scores = { s_caption: 24, s_foil: 20, d: 4, segment: segmentOf(4), tokens: 7 };
    return {
      ...{ pair: pair as never, scores: { ...pair, ...scores, negation: "foil" as const } },
      measured: { layers: 1, heads: 1, ablated, leftOut },
    };
  });
}

function tablesOf(ablated: readonly (number | null)[], options: Options) {
  return finish(ablate.tables(rowsOf(ablated), options) as Steps<ExperimentTables<typeof ablate>>);
}

Deno.test("ablate has a line for each part of the image tower, or method and node of the text tower, with an effect", () => {
  const image = tablesOf([3, 1], OPTIONS);
  const linesOf = ({ ablation: { rows } }: typeof image) =>
    [...rows].filter(({ id }) => id === "0")
      .map(({ id: _, negation: _n, segment: _s, ...line }) => Object.values(line).join(" "));
  assertEquals(linesOf(image), ["flat all attn 1  1", "flat all mlp 1  3"]);
  const none = [null, null, null, null, null];
  assertEquals(linesOf(tablesOf([4, 3, 2, 1, 0, ...none], TEXT)), [
    ...["zero all head 1 1 0", "zero all mlp 1  1", "zero all attn 1  2", "zero all block 1  3"],
    "zero all heads all   4",
  ]);
});

Deno.test("ablate names attention of the image tower, and of the text tower heads and MLPs alone", () => {
  const named = (ablated: readonly number[], options: Options) =>
    findingText(ablate.findings(tablesOf(ablated, options))).split("\n")
      .filter((line) => /^foil |together/.test(line)).map((line) => line.slice(0, 46).trimEnd());
  assertEquals(named([3, 1], OPTIONS).map((line) => line.slice(0, 15)), [
    ...["foil     mlp 1 ", "foil     attn 1"],
  ]);
  assertEquals(named([2, 2, 2, 2, 0, 2, 4, 4, 4, 3], TEXT).map((line) => line.slice(0, 15)), [
    ...["foil     1.1   ", "foil     mlp 1 ", "foil     1.1   "],
    ...["zero, foil-nega", "mean, foil-nega"],
  ]);
});

Deno.test("ablate says how many pairs of parts were not run", () => {
  const noted = (leftOut: number) =>
    ablate.findings(tablesOf([3, 1], OPTIONS), false, rowsOf([3, 1], leftOut)).notes!
      .filter((note) => note.includes("not run"));
  assertEquals(noted(0), []);
  assertEquals(noted(222), ["Pairs of parts not run, those of the smallest effects: 222"]);
});

Deno.test("charts() draws the committed lines of the image tower, without ambiguous rows", () => {
  const rows = committedRows(ABLATION.summary);
  const draw = (rows: readonly object[]) =>
    ablate.charts(
      { summary: { rows: someRows(rows), schema: ABLATION.summary } } as never,
      { ...OPTIONS, sources: SOURCES },
    )["ablation"]!;
  assertSpec(draw(rows), "ablation");
  const ambiguous = rows.map((row) => ({ ...row, segment: "ambiguous", share: -40 }));
  assertEquals(draw([...rows, ...ambiguous]), draw(rows));
});

Deno.test("charts() maps the heads of the text tower by method, and says at which tokens", () => {
  const { summary, ablation } = tablesOf([2, 2, 2, 2, 0, 2, 4, 4, 4, 3], TEXT);
  const draw = (options: Options) =>
    ablate.charts({ ablation, summary }, { ...options, sources: SOURCES })["ablation"];
  const spec = draw({ ...TEXT, role: "eot" })!;
  assertEquals([0, 1].map((i) => valueAt(spec, `concat.${i}.title.text`)), [
    ...["foil-negated, zero (n = 12)", "foil-negated, mean (n = 12)"],
  ]);
  assertEquals(`${valueAt(spec, "title.subtitle")}`.includes("at tokens of the role eot"), true);
  assertEquals(draw({ ...TEXT, nodes: ["mlps"] }), undefined);
});
