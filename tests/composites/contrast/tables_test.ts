import { assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import {
  contrastFinding,
  differenceMap as typedDifferenceMap,
} from "../../../lib/composites/contrast/findings.ts";
import { agreementOf } from "../../../lib/composites/compare/agreement.ts";
import { PairedRows } from "../../../lib/composites/contrast/paired.ts";
import {
  contrastCells,
  type ContrastRow,
  distinctCells,
  mainCells,
} from "../../../lib/composites/contrast/tables.ts";
import { allSchemas } from "../../experiments/all_schemas.ts";
import { TRACE } from "../../../lib/experiments/trace/tables.ts";
import type { Line } from "../../../lib/study/effects/row_values.ts";
import { SUMMARY } from "../../../lib/study/evaluate/summary.ts";
import type { FindingTable } from "../../../lib/study/experiment/finding.ts";
import { estimatesOf, keysOf } from "../../../lib/tables/estimates.ts";
import type { TableSchema } from "../../../lib/tables/table.ts";
import { assertPlainSentences } from "../../study/plain_sentences.ts";
import { ofSomeColumns, SOURCES, valueAt } from "../../charts/fixtures.ts";

const differenceMap = ofSomeColumns(typedDifferenceMap);

const NO_ROWS = { scored: [], cluster: undefined, table: () => undefined };
const paired = new PairedRows(NO_ROWS, NO_ROWS, 0);

function contrastRows(schema: TableSchema, rows: readonly [readonly Line[], readonly Line[]]) {
  const columns = Object.entries(schema.columns).filter(([name, { isKey }]) =>
    isKey === true || rows.flat().some((line) => name in line)
  );
  return contrastCells({ ...schema, columns: Object.fromEntries(columns) }, rows, { paired });
}

const NAMES = ["base", "tuned"] as const;
const RUNS = { names: NAMES, about: ["a", "b"], differing: [], untold: [], rows: 9 };

function agreed(cells: readonly ContrastRow[]) {
  const { table, quantity } = cells[0]!;
  return agreementOf(
    { of: `${quantity} of ${table}.csv`, first: "base", second: "tuned" },
    cells.filter(distinctCells(cells)).map(({ first, second }) => [first, second]),
  );
}

function findingOf(cells: readonly ContrastRow[], more: { readonly sharedTower?: "text" } = {}) {
  const finding = contrastFinding({ ...RUNS, cells, agreement: [agreed(cells)], ...more });
  assertPlainSentences(finding.sentences!);
  return finding;
}

/** Lines of trace.csv of one group. */
type Traced = readonly [layer: number, role: string, cte: number | undefined];

function traceRows(lines: readonly Traced[], site = "resid"): Line[] {
  return lines.map(([layer, role, cte]) => (
    { negation: "foil", segment: "correct", site, direction: "denoise", layer, role, n: 9, cte }
  ));
}

function besideEachOther(first: readonly Traced[], second: readonly Traced[], site?: string) {
  return contrastRows(TRACE, [traceRows(first, site), traceRows(second, site)]);
}

const PLACES = ["layer", "head"];

Deno.test("every table of an experiment with estimates can be put beside itself", () => {
  for (const schema of allSchemas().values()) {
    const line = Object.fromEntries(
      Object.entries(schema.columns).map(([name, { kind }]) => [name, kind === "text" ? "a" : 1]),
    );
    const found = contrastRows(schema, [[line], [line]]);
    assertEquals(
      found.map(({ quantity }) => quantity),
      estimatesOf(schema).map(({ name }) => name),
    );
    if (found.length === 0) continue;
    const texts = Object.entries(line).filter(([, cell]) => cell === "a").map((
      [name],
    ) => [name, ""]);
    const empty = { ...line, ...Object.fromEntries(texts) };
    const keys = keysOf(schema).filter((name) => !PLACES.includes(name) && line[name] === 1);
    const [row] = contrastRows(schema, [[empty], []]);
    assertEquals(row!.other, keys.map((name) => `${name} 1`).join(", ") || undefined);
    for (const { first, second, difference } of found) {
      assertEquals([first, second, difference], [1, 1, 0], schema.name);
    }
  }
});

Deno.test("contrastCells() gives a difference the interval of two independent estimates, and makes one within rounding 0", () => {
  const [first, second, near] = [[1, -2, 4], [6, 2, 10], [1.00005, -2, 4]].map((
    [mean_d, mean_d_low, mean_d_high],
  ) => [{ negation: "foil", n: 9, accuracy: 0.5, mean_d, mean_d_low, mean_d_high }]);
  const [accuracy, mean] = contrastRows(SUMMARY, [first!, second!]);
  assertEquals([accuracy!.difference, accuracy!.low, accuracy!.interval], [0, undefined, ""]);
  const { difference, low, high, interval } = mean!;
  assertEquals([difference, low, high, interval], [5, 0, 10, "independent"]);
  assertEquals(contrastRows(SUMMARY, [first!, near!])[1]!.difference, 0);
});

Deno.test("contrastCells() says in which run a value is beyond its control, if both can be told", () => {
  const heads = (specific: readonly string[]): Line[] =>
    specific.map((is, i) => (
      {
        ...{ negation: "foil", segment: "all", part: "head", layer: 1, head: i + 1, n: 9 },
        ...{
          share: is === "-" ? -0.5 : 0.5,
          control: "random",
          share_control: 0.1,
          share_beyond_low: 0,
        },
        specific: is.replace("-", "") || undefined,
      }
    ));
  const rows = contrastRows(allSchemas().get("attribution_summary")!, [
    heads(["yes", "yes", "no", "no", "", "yes"]),
    heads(["yes", "no", "yes", "no", "yes", "-"]), // which takes away from d
  ]).filter(({ quantity }) => quantity === "share");
  const beyond = ["both", "first", "second", "neither", undefined, "first"];
  assertEquals(rows.map((row) => row.specific_in), beyond);
  const [{ lines: [line] }] = findingOf(rows).tables as [FindingTable];
  assertEquals(line!["beyond its control in"], "first"); // of the last, whose difference is the largest
});

const FIRST: readonly Traced[] = [
  ...[[0, "negator", 1], [1, "negator", 0.25], [1, "sot", 0], [2, "negator", 0.5]] as const,
  ...[[2, "eot", 0.75], [3, "eot", undefined], [4, "eot", 1]] as const,
];
const SECOND: readonly Traced[] = [
  ...[[2, "eot", 0], [4, "eot", 1], [1, "negator", 0.5], [2, "negator", 0.25]] as const,
  ...[[0, "negator", 1], [1, "sot", 0], [3, "eot", 0.5], [3, "negator", 0.125]] as const,
];

Deno.test("contrastCells() puts cells of the same place side by side, whatever their order", () => {
  const rows = besideEachOther(FIRST, SECOND);
  assertEquals(
    rows.map(({ layer, role, first, second, difference }) =>
      `${layer} ${role} ${first} ${second} ${difference}`
    ),
    [
      ...["0 negator 1 1 0", "1 negator 0.25 0.5 0.25", "1 sot 0 0 0", "2 negator 0.5 0.25 -0.25"],
      ...["2 eot 0.75 0 -0.75", "3 eot undefined 0.5 undefined", "4 eot 1 1 0"],
      "3 negator undefined 0.125 undefined",
    ],
  );
});

Deno.test("distinctCells() leaves cells without both values and cells that the method fixes out of rho", () => {
  const { n, rho, mean_absolute_difference } = agreed(besideEachOther(FIRST, SECOND));
  assertEquals(n, 3);
  // (.25, .5, .75) and (.5, .25, 0): a falling line; the three fixed cells are equal in both runs
  assertAlmostEquals(rho!, -1, 1e-12);
  assertAlmostEquals(mean_absolute_difference!, 1.25 / 3, 1e-15);
});

Deno.test("distinctCells() counts a cell once, not in both sides together nor in a segment again", () => {
  const rows = ["foil", "caption", "all", "both"].flatMap((negation) =>
    ["all", "correct", "ambiguous"].flatMap((segment) =>
      [1, 2, 3].map((layer) => (
        {
          ...{ negation, segment, tower: "text", node: `mlp ${layer}`, method: "mean" },
          ...{ role: "all", layer, part: "mlp_out", n: 9, mean_effect: layer / 4 },
        }
      ))
    )
  );
  const cells = contrastRows(allSchemas().get("ablation_summary")!, [rows, rows]);
  assertEquals([cells.length, cells.filter(distinctCells(cells)).length], [36, 6]);
});

const certain = (row: ContrastRow): ContrastRow => ({
  ...{ ...row, interval: "paired", low: row.difference! - 0.1, high: row.difference! + 0.1 },
  ...{ simultaneous_low: row.difference! - 0.3, simultaneous_high: row.difference! + 0.3 },
});

Deno.test("contrastFinding() says first which model is better, by how much and by which tower, or that this cannot be told", () => {
  type Scored = readonly [accuracy: number, low: number, high: number];
  const told = (first: Scored, second: Scored) => {
    const [one, other] = [first, second].map(([accuracy, accuracy_low, accuracy_high]) => [
      { negation: "all", n: 9, accuracy, accuracy_low, accuracy_high },
    ]);
    return findingOf(contrastRows(SUMMARY, [one!, other!]), { sharedTower: "text" }).sentences;
  };
  const [low, high] = [[0.5, 0.25, 0.75], [1, 0.875, 1]] as const;
  const right = "right in 1.00 of 9 rows";
  const difference = "The difference on the same rows, tuned minus base, is";
  const tower = "The image tower alone brings it: both have the same text tower";
  assertEquals(told(low, high), [
    `tuned is better than base: ${right}, against 0.50`,
    `${difference} 0.50 (95 % interval 0.22 to 0.75)`, // .5 - sqrt(.25 ** 2 + .125 ** 2) and .5 + .25
    tower,
  ]);
  assertEquals(told(high, low), [
    `base is better than tuned: ${right}, against 0.50`,
    `${difference} -0.50 (95 % interval -0.75 to -0.22)`,
    tower,
  ]);
  assertEquals(
    told(low, low)![0],
    "Which of base and tuned is better cannot be told: base is right in 0.50 of 9 rows, tuned in 0.50",
  );
  assertEquals(
    told(low, [0.75, 0.25, 1])![0],
    "Which of base and tuned is better cannot be told: tuned is right in 0.75 of 9 rows, base in 0.50",
  );
});

Deno.test("contrastFinding() names where the runs differ for certain by simultaneous intervals, the largest difference first", () => {
  const cells = besideEachOther(FIRST, SECOND).map((row) =>
    row.difference === undefined ? row : certain(row)
  );
  const by = "In the effect of causal tracing,";
  const place = "in layer 2 at EOT where the foil is negated: 0.75 in base, 0.00 in tuned";
  const same = "Both maps have the same order to Spearman's rho -1.00";
  assertEquals(findingOf(cells).sentences, [`${by} they differ most ${place}`, same]);
  const wide = cells.map((row, i) => (
    { ...row, simultaneous_low: i === 1 ? undefined : -2, simultaneous_high: 2 }
  ));
  const none = `${by} no place certainly differs between base and tuned`;
  assertEquals(findingOf(wide).sentences, [none, same]);
  const alone = (own: Partial<ContrastRow>) =>
    findingOf(besideEachOther(FIRST, SECOND).map((row) => ({ ...row, ...own }))).sentences![1];
  assertEquals([alone({}), alone({ low: -1, high: -0.5 })], [
    "This difference has no interval, so that it may be chance",
    "The 95 % interval of this place alone is -1.00 to -0.50; the largest of many may be chance",
  ]);
});

Deno.test("differenceMap() draws the cells that the method does not fix, of a share of d if there is one", () => {
  const cells = besideEachOther(FIRST, SECOND);
  const spec = differenceMap(
    mainCells([
      ...cells.map((row) => ({ ...row, table: "attribution_summary", quantity: "n" })),
      ...cells.map((row) => ({ ...row, quantity: "share" })),
    ]),
    { sources: SOURCES, names: RUNS.names },
  );
  const text = JSON.stringify(spec);
  assertStringIncludes(text, "Where tuned differs from base");
  assertStringIncludes(text, "share of trace.csv, tuned minus base");
  const drawn = valueAt(spec, "concat.0.data.values") as readonly { difference?: number }[];
  const differences = drawn.flatMap(({ difference }) => difference ?? []);
  assertEquals(differences.toSorted(), [-0.25, -0.75, 0.25]);
  const heads = [{ head: 2, other: "head" }, { other: "mlp" }].map((it) => ({ layer: 1, ...it }));
  const map = differenceMap(cellsOf(heads), { sources: SOURCES, names: RUNS.names });
  assertEquals(valueAt(map, "concat.0.title.text"), "both-negated, all");
  const ofHeads = valueAt(map, "concat.0.data.values") as readonly { part: string }[];
  assertEquals(ofHeads.map(({ part }) => part), ["2", "MLP"]);
});

Deno.test("distinctCells() takes cells before the negator as free unless they are 0, and knows where padded models pool", () => {
  const freeCells = (there: number, site = "resid") => {
    const cells: Traced[] = [
      ...[[1, "there", there], [1, "negator", 0.5], [1, "pad", 0.1]] satisfies Traced[],
      ...[[2, "there", 0], [2, "eot", 0], [2, "pooled", 1]] satisfies Traced[],
    ];
    return agreed(besideEachOther(cells, cells, site)).n;
  };
  assertEquals(freeCells(0), 2);
  assertEquals(freeCells(0.3), 3);
  assertEquals(freeCells(0.3, "attn_out"), 4); // what the last block adds at the pooled position
});

/** Cells of one column, of which each has a difference of its own. */
function cellsOf(places: readonly Partial<ContrastRow>[], column: Partial<ContrastRow> = {}) {
  return places.map((place, i) => {
    const difference = (i % 2 === 0 ? 1 : -1) * (9 - i) / 10;
    return certain({
      ...{ table: "ablation_summary", quantity: "share", negation: "both", segment: "all" },
      ...{ layer: undefined, head: undefined, role: undefined, other: undefined },
      ...{ first: 0.5, second: 0.5 + difference, difference },
      ...{ ...column, ...place },
    } as ContrastRow);
  });
}

Deno.test("contrastFinding() names places by head, layer, role and side, four at most, and says once what all have in common", () => {
  const found = (places: readonly Partial<ContrastRow>[], column: Partial<ContrastRow> = {}) => {
    const { sentences, tables } = contrastFinding({
      ...{ ...RUNS, cells: cellsOf(places, column) },
      agreement: [{ of: `${column.quantity ?? "share"} of ablation_summary.csv`, rho: undefined }],
    });
    const [{ title, lines }] = tables as [FindingTable];
    return { sentences, title, at: lines.map((line) => line["at"]) };
  };
  const heads = found([
    ...[{ negation: "foil", layer: 1, head: 2 }, { negation: "caption", layer: 3, other: "mlp" }],
    ...[{ negation: "foil", other: "all heads" }, { negation: "foil", layer: 4 }],
    ...[{ negation: "foil", layer: 5 }, { negation: "all", layer: 0 }],
  ]);
  assertEquals(heads, {
    sentences: [
      "In share of d, they differ most in head 1.2 where the foil is negated: 0.50 in base, 1.40 in tuned",
      "The next certain differences are in layer 3 where the caption is negated; in all heads where the foil is negated; in layer 4 where the foil is negated",
    ],
    title: "The largest differences in share of d",
    at: [
      ...["foil-negated, head 1.2", "caption-negated, layer 3, mlp", "foil-negated, all heads"],
      ...["foil-negated, layer 4", "foil-negated, layer 5"],
    ],
  });
  const roles = found([{ layer: 1, role: "eot" }, { layer: 2, role: "negator" }], {
    ...{ other: "twin", segment: "correct", quantity: "n" },
  });
  assertEquals(roles, {
    sentences: [
      "In n of ablation_summary.csv, they differ most in layer 1 at EOT: 0.50 in base, 1.40 in tuned",
      "The next certain differences are in layer 2 at negator",
    ],
    title: "The largest differences in n of ablation_summary.csv (correct, twin)",
    at: ["matched rows, layer 1, EOT", "matched rows, layer 2, negator"],
  });
  const one = [...cellsOf([{ quantity: "n" }]), ...cellsOf([{ quantity: "m", layer: 1 }])];
  assertEquals(mainCells(one).map(({ quantity }) => quantity), ["m"]); // by layer, if there is one
  const ofRoles = cellsOf([{ layer: 1 }, { layer: 1, role: "eot" }]);
  assertEquals(mainCells(ofRoles).map(({ role }) => role), [undefined]);
  assertEquals(mainCells(cellsOf([{ other: "all heads" }])).length, 1);
  const two = found([{ layer: 1, other: "twin" }, { layer: 2, other: "restore" }]).at;
  assertEquals(two, ["matched rows, layer 1, twin", "matched rows, layer 2, restore"]);
  assertEquals(found([{ layer: 1, other: "twin" }]).at, ["matched rows, layer 1, twin"]); // shared with none
});

Deno.test("contrastFinding() takes of blocks what is right in both pictures alone", () => {
  const others = ["sentences_right", "gamma", "pictures_right"].map((other) => ({ other }));
  const blocks = { table: "blocks_summary", quantity: "value", negation: undefined };
  const asked = ["all, all, accuracy", "group, a, r1"].map((other) => ({
    table: "benchmark",
    other,
  }));
  const cells = cellsOf([...others, ...asked], blocks);
  const { tables } = contrastFinding({ ...RUNS, cells, agreement: [] });
  const rows = tables![1]!.lines.map(({ score, rows }) => [score, rows]);
  assertEquals(rows, [["right in both", "blocks"], ["accuracy", "all rows"], ["r1", "group: a"]]);
});

Deno.test("contrastFinding() lists ten differences and ten scores, and says that two runs are right in the same rows", () => {
  const accuracy = { table: "summary", quantity: "accuracy", negation: "all", segment: undefined };
  const same = { first: 0.75, second: 0.75, difference: 0, low: 0, high: 0, only_first: 2 };
  const cells = [
    ...cellsOf([{ negation: "foil" }, { quantity: "n" }], accuracy),
    ...cellsOf([same], accuracy).map((row) => ({ ...row, ...same })),
    ...cellsOf(Array.from({ length: 12 }, () => ({ table: "summary", quantity: "gamma" }))),
    ...cellsOf(Array.from({ length: 12 }, (_, layer) => ({ layer: layer + 1, head: 1 }))),
  ];
  const agreement = [{ of: "share of ablation_summary.csv", rho: undefined }];
  const { sentences, tables, notes } = contrastFinding({ ...RUNS, cells, agreement });
  const other = contrastFinding({ ...RUNS, cells, agreement, differing: ["--site (z, resid)"] });
  assertEquals([notes![2], other.notes![2]], [
    "The runs have the same options, data and model files",
    "The runs differ in --site (z, resid)",
  ]);
  assertEquals(sentences![0], "base and tuned are right in the same 0.75 of 9 rows");
  assertEquals(
    sentences![1],
    "Understanding (gamma) is 0.50 logits in base and 1.40 in tuned; tuned minus base is 0.90 (0.80 to 1.00)",
  );
  assertEquals(tables!.map(({ lines }) => lines.length), [10, 10]);
  const alone = tables![1]!.lines.slice(0, 2).map((line) => line["only one right"]);
  assertEquals(alone, [undefined, "2, undefined"]);
});
