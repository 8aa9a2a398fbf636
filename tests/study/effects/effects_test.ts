import { assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import type { Role } from "../../../lib/data/align.ts";
import { SHARES } from "../../../lib/experiments/shares/index.ts";
import { KNOCKOUT } from "../../../lib/experiments/knockout/index.ts";
import { ClusterBootstrap } from "../../../lib/stats/bootstrap.ts";
import { finish } from "../../../lib/stats/steps.ts";
import {
  HEAD,
  HEAD_OF_PART,
  ID,
  LAYER,
  LAYER_OF_PART,
  NEGATION,
  PART,
  SEGMENT,
} from "../../../lib/study/columns.ts";
import { columnValues, estimatesOf } from "../../../lib/tables/estimates.ts";
import { fillTable, key, number, table, text } from "../../../lib/tables/table.ts";
import { Effects } from "../../../lib/study/effects/effects.ts";
import { findingText } from "../../../lib/study/experiment/finding.ts";
import { scoredRow } from "../scored_row.ts";
import { tableToCsv } from "../../../lib/tables/csv.ts";
import { assertSpec, committedRows, doubtOf, SOURCES, valueAt } from "../../charts/fixtures.ts";
import { someRows } from "../../experiments/some_rows.ts";
import { rowValues } from "../../../lib/study/effects/row_values.ts";

const LOST = new Effects({
  name: "lost",
  title: "Outputs of single heads",
  effect: "d minus d without the head",
  keys: { layer: LAYER, head: HEAD },
  said: { what: "the output of" },
  isApart: ({ layer }, last) => layer === last,
});

/** A foil-negated row with the effects of four heads of two layers; undefined where it has no such head. */
function row(i: number, d: number, effects: readonly (number | undefined)[]) {
  const { scores } = scoredRow(`cat${i}`, "foil", d, { id: `${i}` });
  return {
    ...{ scores, count: 4 },
    line: (place: number) => (
      { layer: Math.floor(place / 2) + 1, head: place % 2 + 1, effect: effects[place] }
    ),
  };
}

const ROWS = Array.from(
  { length: 20 },
  (_, i) => row(i, i % 4 === 0 ? -2 : 3, [i % 4 === 0 ? -1 : 2, 0.25, i % 2 ? 1 : undefined, 3]),
);

const TABLES = finish(LOST.steps([ROWS], { seed: 3 }));

Deno.test("Effects have a line for each row and effect, and columns that their description gives", () => {
  const csv = tableToCsv(TABLES.table).split("\r\n");
  assertEquals(csv.slice(0, 6), [
    "id,negation,segment,layer,head,effect",
    ...["0,foil,incorrect,1,1,-1", "0,foil,incorrect,1,2,0.25", "0,foil,incorrect,2,2,3"],
    ...["1,foil,correct,1,1,2", "1,foil,correct,1,2,0.25"],
  ]);
  assertEquals(csv.length, 1 + 70 + 1);
  assertEquals(
    tableToCsv(TABLES.summary).split("\r\n")[0],
    "negation,segment,layer,head,n,mean_effect,low,high,share,share_low,share_high,simultaneous_low,simultaneous_high,alpha,alpha_low,alpha_high,alpha_simultaneous_low,alpha_simultaneous_high",
  );
});

Deno.test("Effects are averaged over the rows that have them, and divided by the sum of |d|, with intervals over sentence pairs", () => {
  const groups = Map.groupBy(TABLES.summary.rows, ({ segment }) => segment);
  const cells = [...groups].map(([, own]) => own.map(({ n, mean_effect }) => [n, mean_effect]));
  assertEquals([...groups.keys()], ["correct", "incorrect", "all"]);
  assertEquals(cells, [
    [[15, 2], [15, 0.25], [10, 1], [15, 3]],
    [[5, -1], [5, 0.25], [5, 3]], // no such row has head 2.1
    [[20, 1.25], [20, 0.25], [10, 1], [20, 3]],
  ]);
  const all = groups.get("all")!;
  using bootstrap = new ClusterBootstrap(ROWS.map(({ scores }) => scores.id), { seed: 3 });
  const expected = bootstrap.ratio(
    ROWS.map(({ scores, line }) => Math.sign(scores.d) * line(0).effect!),
    ROWS.map(({ scores }) => Math.abs(scores.d)),
  );
  assertAlmostEquals(all[0]!.share!, (5 * 1 + 15 * 2) / (5 * 2 + 15 * 3), 1e-12);
  assertAlmostEquals(all[2]!.share!, (10 * 1) / (10 * 3), 1e-12); // of the rows that have it, whose d is 3
  assertAlmostEquals(all[0]!.share_low!, expected.low!, 1e-12);
  assertAlmostEquals(all[0]!.share_high!, expected.high!, 1e-12);
});

Deno.test("Effects without a row's line count as 0 where the description says so, and not in n", () => {
  const { summary, table } = finish(SHARES.steps([[0, 1, 2].map((i) => {
    const roles: readonly Role[] = ["negator", "subject_further"];
    const line = (place: number) => (
      { layer: 1, role: roles[place]!, effect: place === 1 && i === 1 ? undefined : 1 + i }
    );
    const { scores } = row(i, 2 + i, []);
    const negation = i === 2 ? "caption" : "foil";
    return { scores: { ...scores, negation }, count: 2, line };
  })], { seed: 3 }));
  const all = summary.rows.filter(({ segment }) => segment === "all");
  assertEquals(all.map(({ negation, role, n, share }) => `${negation} ${role} ${n} ${share}`), [
    ...["foil negator 2 0.6", "foil subject_further 1 0.2"],
    ...["caption negator 1 0.75", "caption subject_further 1 0.75"],
    ...["both negator 3 undefined", "both subject_further 3 undefined"], // gamma has no interval
  ]);
  assertEquals([...table.rows].length, 5);
});

Deno.test("Effects of several families have intervals of their own, one after the other in each row", () => {
  const lines = [["head", 2], [`heads all`, 1]] as const;
  const families = lines.map(([part, count]) =>
    ROWS.map((own) => ({
      ...own,
      count,
      line: (place: number) => {
        const [layer, head] = part === "head" ? [1, place + 1] : [undefined, undefined];
        const effect = own.line(0).effect!;
        return { part, layer, head, s_knocked_out: 0, s_twin_knocked_out: undefined, effect };
      },
    }))
  );
  const { table, summary } = finish(KNOCKOUT.steps(families, { seed: 0 }));
  assertEquals([...table.rows].slice(0, 4).map(({ part }) => part), [
    ...["head", "head", "heads all", "head"],
  ]);
  const alone = families.map((family) =>
    finish(KNOCKOUT.steps([family], { seed: 0 })).summary.rows
  );
  assertEquals(summary.rows, alone.flat());
});

Deno.test("findings() names the lines with the largest shares and rowEffects() all but those apart, and how heads count from 0", () => {
  assertEquals(findingText(LOST.findings(TABLES.summary.rows)).split("\n").slice(0, 6), [
    "Where the foil is negated, d is carried by the output of head 1.1 (share 0.64,",
    "  0.61 to 0.67).",
    "",
    "Outputs of single heads: largest shares of d",
    "negated  head  share  simultaneous    correct  incorrect  effect",
    "foil     1.1   0.636  0.607 to 0.666    0.667      0.500   1.250",
  ]);
  assertStringIncludes(findingText(LOST.findings(TABLES.summary.rows)), "1.1 is L0H0 in Transf");
  const { of, effects } = LOST.rowEffects(TABLES.table);
  assertEquals([of, ...[...effects].slice(0, 3)], [
    ...["outputs of single heads", { id: "0", part: "1.1", effect: -1 }],
    ...[{ id: "0", part: "1.2", effect: 0.25 }, { id: "1", part: "1.1", effect: 2 }],
  ]);
});

const OPTIONS = { sources: SOURCES, seed: 0 };

Deno.test("map() makes the committed spec of the committed tables", () => {
  const known = (table: typeof KNOCKOUT.summary | typeof SHARES.summary, file?: string) =>
    committedRows(table, file).map((row) => ({
      ...{ ...row, segment: row["segment"] ?? "all" },
      ...{ simultaneous_low: row["share_low"], simultaneous_high: row["share_high"] },
    }));
  assertSpec(
    KNOCKOUT.map(someRows(known(KNOCKOUT.summary, "knockout_heads")), OPTIONS),
    "knockout_map",
  );
  assertSpec(SHARES.map(someRows(known(SHARES.summary)), OPTIONS), "shares_map");
});

Deno.test("map() marks what cannot be told from 0, and nothing that the method fixes", () => {
  const cell = (layer: number, share: number, reach: number) => ({
    ...{ negation: "foil", segment: "all", layer, role: "eot", n: 40, share },
    ...{ share_low: share - reach, share_high: share + reach },
    ...{ simultaneous_low: share - 2 * reach, simultaneous_high: share + 2 * reach },
  });
  const spec = SHARES.map(
    someRows([cell(0, 0, 1), cell(1, 0.1, 0.2), cell(2, 0.5, 0.1), cell(3, 1, 0)]),
    OPTIONS,
  );
  const cells = valueAt(spec, "concat.0.data.values") as Record<string, unknown>[];
  assertEquals(cells.map(doubtOf), [
    ...[undefined, "own 95 % interval includes 0", undefined, undefined],
  ]);
  assertStringIncludes(spec.description, "foil-negated (n = 40): EOT in layer 2 (.50).");
});

const BY_METHOD = new Effects({
  name: "lost",
  title: "Outputs of parts",
  effect: "d minus d without the part",
  unit: "part",
  keys: { method: key(text("The method.")), part: PART, layer: LAYER_OF_PART, head: HEAD_OF_PART },
  isApart: ({ layer }) => layer === undefined,
  familyOf: ({ method }) => method === "zero" ? undefined : `${method}`,
});

/** Two methods of a head and of all heads together: half of d, and all of it. */
const OF_METHODS = BY_METHOD.eachRow<number>(({ measured }) =>
  ["mean", "zero"].flatMap((method, i) => [
    { method, part: "head", layer: 1, head: 2, effect: (i + 1) * measured },
    { method, part: "heads all", layer: undefined, head: undefined, effect: 2 * measured },
  ])
);

function ofMethods() {
  const rows = ROWS.map(({ scores }) => (
    { pair: scores as never, scores, measured: scores.d / 2 }
  ));
  return finish(OF_METHODS.tables(rows, { seed: 0 }));
}

Deno.test("findings() lists each method apart and what heads do together, and draws a map for each", () => {
  const tables = ofMethods();
  const text = findingText(OF_METHODS.findings(tables)).replaceAll("\n  ", " ");
  assertStringIncludes(
    text,
    "d is carried by head 1.2 (share 0.50, 0.50 to 0.50), by method mean.",
  );
  const listed = OF_METHODS.findings(tables).tables!;
  assertEquals(listed.map(({ title, lines }) => [title, lines.length]), [
    ["Outputs of parts: largest shares of d, by method mean", 1],
    ["Outputs of parts: largest shares of d, by method zero", 1],
  ]);
  assertEquals(OF_METHODS.findings(tables).notes!.slice(0, -1), [
    ...["mean", "zero"].map((method) =>
      `${method}, foil-negated, heads all together: share 1.000 (1.000 to 1.000)`
    ),
  ]);
  const spec = OF_METHODS.charts(tables, { ...OPTIONS, cluster: undefined } as never)["lost"]!;
  assertEquals([0, 1, 2].map((i) => valueAt(spec, `concat.${i}.title.text`)), [
    ...["foil-negated, mean (n = 20)", "foil-negated, zero (n = 20)", undefined],
  ]);
  const { of, effects } = OF_METHODS.rowEffects(tables);
  assertEquals([of, [...effects].length], ["outputs of parts by method mean", 20]);
});

Deno.test("Effects are compared with controls within their family, and not without one", () => {
  const { controlled } = estimatesOf(BY_METHOD.summary).find(({ name }) => name === "share")!;
  assertEquals(["mean", "zero"].map((method) => controlled!.of.familyOf!({ method })), [
    ...["mean", undefined],
  ]);
});

const CELLS = { negation: NEGATION, segment: SEGMENT, layer: LAYER };
const LINES = table("lines", "Lines of rows.", {
  ...{ id: ID, ...CELLS, effect: number("logit", "The effect.") },
});
const MEANS = table("means", "Their means.", { ...CELLS, head: HEAD });

/** The values of rows a, b and c in the lines of means. */
function valuesOf(familyOf?: (line: object) => string | undefined) {
  const line = (id: string, layer: number, effect: number | undefined) => (
    { id, negation: "foil", segment: "correct", layer, effect }
  );
  const lines = [
    ...[line("a", 1, 2), line("a", 1, 3), line("b", 1, undefined), line("c", 1, -4)],
    ...[line("a", 2, 7), line("of another run", 3, 1)],
  ];
  const of = { ...columnValues({ table: "lines", column: "effect" }), familyOf };
  const rows = ["a", "b", "c"].map((id) => ({ id }));
  return rowValues(MEANS, of as never, fillTable(LINES, lines as never), rows);
}

Deno.test("rowValues() adds up a row's lines that have the same keys as a line of the means, on whichever side and segment", () => {
  const found = [1, 2, 3].map((layer) =>
    valuesOf()({ negation: "caption", segment: "all", layer, head: 4 }) // lines have no head
  );
  assertEquals(found, [
    { sums: Float64Array.of(5, 0, -4), counts: Float64Array.of(2, 0, 1) },
    { sums: Float64Array.of(7, 0, 0), counts: Float64Array.of(1, 0, 0) },
    undefined,
  ]);
});

Deno.test("rowValues() has nothing of a line without a family, and nothing without the table", () => {
  const ofFamily = valuesOf((line) => "layer" in line && line.layer === 1 ? "own" : undefined);
  assertEquals([1, 2].map((layer) => ofFamily({ layer })?.counts[0]), [2, undefined]);
  const of = columnValues({ table: "lines", column: "effect" });
  assertEquals(rowValues(MEANS, of, undefined, [{ id: "a" }])({ layer: 1 }), undefined);
});
