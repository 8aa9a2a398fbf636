import { HEADS } from "../../../lib/experiments/attend/tables.ts";
import { assert, assertEquals } from "@std/assert";
import type { Pair } from "../../../lib/data/pairs.ts";
import { finish } from "../../../lib/stats/steps.ts";
import { HEAD, HEAD_OF_PART, ID, LAYER, NEGATION } from "../../../lib/study/columns.ts";
import { type Control, controlOption, CONTROLS } from "../../../lib/study/controls/control.ts";
import { controlFinding, withAllControls } from "../../../lib/study/controls/controlled_outcome.ts";
import { effect, estimate } from "../../../lib/study/effects/estimate_columns.ts";
import type { MeasuredRow } from "../../../lib/study/experiment/experiment.ts";
import {
  type AnyTable,
  fillTable,
  key,
  number,
  optional,
  table,
  text,
} from "../../../lib/tables/table.ts";
import { estimatesOf } from "../../../lib/tables/estimates.ts";
import { beyondTowers } from "../../../lib/study/controls/paired_difference.ts";
import {
  beyondCell,
  controlLine,
  controlNotes,
  controlSentences,
} from "../../../lib/study/controls/control_text.ts";

/** What heads do in a row, and its d; a head without a value has no line. */
interface Row {
  readonly negation: Pair["negation"];
  readonly pair: number;
  readonly d: number;
  readonly effects: readonly (number | undefined)[];
}

const OF_ROWS = { table: "part_rows", column: "effect" };
const PART_ROWS = table("part_rows", "A part in a row.", {
  id: ID,
  layer: LAYER,
  head: HEAD,
  effect: number("logit", "Its effect."),
});

/** An effect on d, and attention, whose random towers judge. */
const KINDS = {
  share: effect("mean_effect", "An effect.", OF_ROWS, {}),
  attention: estimate("share", "share", "Attention.", {
    prefix: "",
    meanOf: OF_ROWS,
    together: "simultaneous_",
    control: { hasScale: HEADS.columns.above_baseline.estimate!.controlled!.hasScale },
  }),
};

type Bounds = readonly [share: number | undefined, low: number | undefined];

function runOf(
  rows: readonly (Row | undefined)[],
  { lines = [], kind = "share" }: {
    readonly lines?: readonly Bounds[];
    readonly kind?: keyof typeof KINDS;
  } = {},
) {
  const measured = rows.flatMap((row, i): (MeasuredRow<unknown> & Row)[] => {
    if (row === undefined) return [];
    const sentences = { caption: `There is a ${row.pair}.`, foil: `There is no ${row.pair}.` };
    const pair = { id: `${i}`, image: "a.png", negation: row.negation, ...sentences };
    const scores = { ...pair, segment: "correct", d: row.d, s_caption: row.d, s_foil: 0 };
    return [{ ...row, pair, scores: scores as never, measured: undefined } as never];
  });
  const lineOf = (negation: Pair["negation"], head: number, [share, low]: Bounds) => ({
    ...{ negation, layer: 1, head, share },
    ...{ simultaneous_low: low, simultaneous_high: share, low: share, high: share },
  });
  const columns = { negation: NEGATION, layer: LAYER, head: HEAD, ...KINDS[kind].columns };
  const parts = (["foil", "caption"] as const).flatMap((negation) =>
    lines.map((bounds, i) => lineOf(negation, i + 1, bounds))
  );
  const partRows = measured.flatMap(({ pair: { id }, effects }) =>
    effects.flatMap((effect, i) =>
      effect === undefined ? [] : [{ id, layer: 1, head: i + 1, effect }]
    )
  );
  const tables = {
    partRows: fillTable(PART_ROWS, partRows),
    parts: fillTable(table("parts", "A part.", columns), parts as never) as AnyTable,
  };
  return { rows: measured, tables };
}

type Run = ReturnType<typeof runOf>;

function beside(
  main: Run,
  controls: Readonly<Partial<Record<Control, readonly Run[]>>>,
): Record<string, AnyTable> {
  const all = new Map(Object.entries(controls) as [Control, readonly Run[]][]);
  return finish(withAllControls({ ...main, controls: all, seed: 0 })) as Record<string, AnyTable>;
}

const cellsOf = ({ parts }: Record<string, AnyTable>) =>
  parts!.rows.map(({ share_control, share_beyond, share_beyond_low, specific }) => [
    ...[share_control, share_beyond, share_beyond_low].map((cell) => round(cell as number)),
    specific,
  ]);

function round(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.round(value * 1e6) / 1e6 + 0;
}

/** Twenty rows of each side, whose d has both signs. */
const rowsOf = (effects: (d: number, i: number) => Row["effects"]): Row[] =>
  Array.from({ length: 40 }, (_, i) => {
    const d = (i % 3 === 0 ? -1 : 1) * (1 + i % 4);
    return { negation: i < 20 ? "foil" : "caption", pair: i % 20, d, effects: effects(d, i) };
  });

const CERTAIN: Bounds = [0.5, 0.4];

Deno.test("a part is specific if another determiner does less than half of its effect, and constant differences are their own bounds", () => {
  // d itself; half of it the determiner's; all of it; more than half negation's; nothing
  const main = rowsOf((d) => [d, d, d, d, 0]);
  const control = rowsOf((d, i) => [0, (i % 2 ? 1 : -1) * d / 2, -d, d / 4, 0]);
  const lines = [[1, 1], [1, 1], [1, 1], [1, 1], [0, 0]] as const;
  const cells = cellsOf(beside(runOf(main, { lines }), { determiner: [runOf(control)] }));
  const expected = [
    [0, 0.5, 0.5, "yes"],
    [0.5, 0, 0, "no"],
    [1, -0.5, -0.5, "no"],
    [0.25, 0.25, 0.25, "yes"],
    [0, 0, 0, "no"],
  ];
  assertEquals(cells, [...expected, ...expected]);
});

Deno.test("differences within the rounding error of S are 0", () => {
  const main = rowsOf((d, i) => [d + 4e-5 * Math.sin(i) + 2e-5, 5e-5]);
  const control = rowsOf((d) => [d / 2, 9e-5]);
  const lines = [[1, 1], [0.1, 0.1]] as const;
  const cells = cellsOf(beside(runOf(main, { lines }), { determiner: [runOf(control)] }));
  assertEquals(cells.slice(0, 2), [[0.5, 0, 0, "no"], [0, 0, 0, "no"]]);
});

Deno.test("the share and its simultaneous interval must be .05 and above 0 too, and a share below 0 has no verdict", () => {
  const run = rowsOf((d) => [d, d, d, d, -d]);
  const none = rowsOf(() => [0, 0, 0, 0, 0]);
  const lines = [[0.05, 0.01], [0.049, 0.04], [0.5, 0], [0.5, undefined], [-1, -1.1]] as const;
  const cells = cellsOf(beside(runOf(run, { lines }), { determiner: [runOf(none)] }));
  const verdicts = cells.map((line) => line.at(-1)).slice(0, 5);
  assertEquals(verdicts, ["yes", "no", "no", undefined, undefined]);
});

Deno.test("rows without a control pair, or without an effect in one of both, do not count", () => {
  const main = rowsOf((d, i) => [i % 20 < 18 ? d : 100 * d, i % 20 === 4 ? undefined : d, d]);
  const control = rowsOf((d) => [d / 4, d / 4]).map((row, i) => i % 20 < 18 ? row : undefined);
  const side = [...new Array(2).fill([0.25, 0.25, 0.25, "yes"]), new Array(4).fill(undefined)];
  // the control has nothing for the third head
  const three = runOf(main, { lines: [CERTAIN, CERTAIN, CERTAIN] });
  assertEquals(cellsOf(beside(three, { determiner: [runOf(control)] })), [...side, ...side]);
  const run = runOf(main, { lines: [CERTAIN, CERTAIN] });
  const few = runOf(control.map((row, i) => i < 8 ? row : undefined));
  assertEquals(cellsOf(beside(run, { determiner: [few] })), [
    [0.25, 0.25, undefined, undefined], // eight clusters are too few for an interval
    [0.25, 0.25, undefined, undefined],
    [undefined, undefined, undefined, undefined], // the side has no control pair
    [undefined, undefined, undefined, undefined],
  ]);
});

/**
 * Two heads on both sides, in 23 clusters of unequal weight. The reference is a bootstrap of 400,000 samples in numpy, with Student's quantiles
 * of scipy.
 */
Deno.test("the difference and its simultaneous bounds are those of an independent computation", () => {
  const rows = Array.from({ length: 72 }, (_, i) => {
    const size = 1 + (i % 7) / 2;
    const d = (i % 5 === 0 ? -1 : 1) * size;
    const negation = i % 3 === 0 ? "caption" as const : "foil" as const;
    const base = { negation, pair: (i * i) % 23, d };
    const effects = [0, 1].map((h) => d * (0.5 + 0.2 * h) + 0.6 * Math.sin(2 * i + h));
    const others = [0, 1].map((h) => 0.25 * size * Math.cos(i * (h + 1)));
    const control = i % 8 === 5 ? undefined : { ...base, effects: others };
    return { main: { ...base, effects }, control };
  });
  const main = runOf(rows.map(({ main }) => main), { lines: [CERTAIN, CERTAIN] });
  const control = runOf(rows.map(({ control }) => control));
  const { parts } = beside(main, { determiner: [control] });
  const expected = [
    [0.156268, 0.091167, 0.0331, 0.1492, 0.0189],
    [0.157982, 0.183431, 0.1302, 0.2367, 0.0174],
    [0.161082, 0.097310, -0.0018, 0.1964, 0.0322],
    [0.163206, 0.189544, 0.0868, 0.2923, 0.0334],
  ];
  for (const [i, [value, difference, low, high, error]] of expected.entries()) {
    const row = parts!.rows[i]!;
    assertEquals(round(row["share_control"] as number), value);
    assertEquals(round(row["share_beyond"] as number), difference);
    // The .95 quantile of 2,000 samples' largest deviations errs by .05 standard errors, their spread by 1.6 %: of 2 or 3 errors' reach .1.
    assert(Math.abs(row["share_beyond_low"] as number - low!) < 0.15 * error!, `${i} low`);
    assert(Math.abs(row["share_beyond_high"] as number - high!) < 0.15 * error!, `${i} high`);
  }
  assertEquals(parts!.rows.map(({ specific }) => specific), ["yes", "yes", "no", "yes"]);
});

Deno.test("random towers do not judge shares of d, and another image judges alone", () => {
  const main = runOf(rowsOf((d) => [d]), { lines: [CERTAIN] });
  const [none, all] = [0, 1].map((part) => [runOf(rowsOf((d) => [part * d]))]);
  const judged = (controls: Parameters<typeof beside>[1]) => {
    const { parts } = beside(main, controls);
    const { control, share_control, specific } = parts!.rows[0]!;
    return [control, share_control, specific];
  };
  assertEquals(judged({ random: all! }), ["random", 1, undefined]);
  assertEquals(judged({ image: all! }), ["image", 1, "no"]);
  assertEquals(judged({ image: none!, random: all! }), ["image", 0, "yes"]);
  assertEquals(judged({ image: all!, determiner: none!, random: all! }), ["determiner", 0, "yes"]);
  const towers = [...all!, ...none!];
  const { partsControls } = beside(main, { image: all!, determiner: none!, random: towers });
  const lines = partsControls!.rows.slice(0, 5).map((row) =>
    `${row["control"]} ${row["share_control"]} ${row["specific"]}`
  );
  assertEquals(lines, [
    ...["image 1 no", "determiner 0 yes"],
    ...["random 1 undefined", "random 1 1 undefined", "random 2 0 undefined"],
  ]);
});

Deno.test("of two controls that judge stands the one that a line is not beyond, else one that says nothing, else the nearer one", () => {
  const main = runOf(rowsOf((d) => [d]), { lines: [[1, 0.6]], kind: "attention" });
  const judge = (part: number, tower: number, rows = 40) => {
    const determiner = [runOf(rowsOf((d, i) => [i < rows ? part * d : undefined]))];
    const random = [runOf(rowsOf(() => [tower]))];
    const { control, share_beyond_low, beyond_control } = beside(main, { determiner, random })
      .parts!.rows[0]!;
    return [control, round(share_beyond_low as number), beyond_control];
  };
  // 1/2 less the determiner's part, and .6 less the tower's value
  assertEquals(judge(0, 0.2), ["random", 0.4, "yes"]);
  assertEquals(judge(0.2, 0.2), ["determiner", 0.3, "yes"]);
  assertEquals(judge(0.7, 0.2), ["determiner", -0.2, "no"]);
  assertEquals(judge(0, 0.7), ["random", -0.1, "no"]);
  assertEquals(judge(0.7, 0.7), ["determiner", -0.2, "no"]);
  assertEquals(judge(0.7, 0.9), ["random", -0.3, "no"]);
  assertEquals(judge(0, 0.2, 8), ["determiner", undefined, undefined]);
  assertEquals(judge(0, 0.7, 8), ["random", -0.1, "no"]);
});

Deno.test("a random tower shows the mean of a line's rows, and of all parts of a kind the largest: any head, any MLP, a role at its layer", () => {
  const { layer, head, role, ...share } = {
    ...{ layer: LAYER, head: HEAD_OF_PART, role: optional(key(text("A role."))) },
    ...KINDS.attention.columns,
  };
  const keys = { layer, head, role };
  const ofRows = table("part_rows", "A part.", {
    id: ID,
    ...keys,
    effect: number("", "Its effect."),
  });
  const parts = [[1, 1], [2, 2], [1], [2], [1, undefined, "a"], [2, undefined, "a"]]
    .map(([layer, head, role]) => ({ layer, head, role }));
  // of each part the effects in three rows, of which the third is on the other side
  const towers = [[[1, 2, 9], [-4, 0, 0], [3, 3, 9], [2, 2, 9], [5, 5, 9], [6, 6, 9]]].concat([
    [[0, 0, 0], [0, -6, 0], [0, 0, 0], [7, -1, 0], [0, 0, 0], [-8, -6, 0]],
  ]);
  const rows = ["foil", "foil", "caption"].map((negation, i) => ({
    pair: { id: `${i}`, negation },
    scores: { d: 1 - i, segment: "correct" },
    measured: 0,
  }));
  const runs = towers.map((effects) => ({
    rows: rows as never,
    tables: {
      partRows: fillTable(
        ofRows,
        effects.flatMap((own, i) =>
          own.map((effect, j) => ({ id: `${j}`, ...parts[i]!, effect }))
        ) as never,
      ),
    },
  }));
  const lines = table("parts", "A part.", { negation: NEGATION, ...keys, ...share });
  const of = fillTable(lines, parts.map((part) => ({ negation: "foil", ...part })) as never);
  const [estimate] = estimatesOf(of.schema!);
  const made = beyondTowers(of as AnyTable, estimate as never, runs);
  assertEquals(made.towers, [[1.5, -2, 3, 2, 5, 6], [0, -3, 0, 3, 0, -7]]);
  assertEquals(made.lines.map(({ value }) => value), [3, 3, 3, 3, 5, 7]);
  const shares = { ...estimate, controlled: { ...estimate!.controlled, isShare: true } };
  const [first] = beyondTowers(of as AnyTable, shares as never, runs).towers;
  assertEquals(first, [1, -4, 3, 2, 5, 6]); // of d, which is 1 and 0
});

Deno.test("attention is beyond random towers if it is above the largest of all their heads, which makes no head specific", () => {
  const lines = [[0.6, 0.41], [0.6, 0.39], [-0.9, -0.95]] as const;
  const main = runOf(rowsOf(() => [0, 0, 0]), { lines, kind: "attention" });
  const towers = [[0, 0.2, 0], [0.1, 0.3, 0], [0.2, -0.4, 0]].map((effects) =>
    runOf(rowsOf(() => effects))
  );
  const { parts } = beside(main, { random: towers });
  const found = parts!.rows.slice(0, 3).map((row) => {
    const { share_control, share_beyond_low, beyond_control } = row as Record<string, number>;
    return `${round(share_control)} ${round(share_beyond_low)} ${beyond_control} ${
      "specific" in row
    }`;
  });
  assertEquals(found, ["0.4 0.01 yes false", "0.4 -0.01 no false", "0.4 -1.35 no false"]);
});

const SIDES = ["foil", "caption"] as const;

/** A line that names a part, with the verdict of its control: specific `yes`, `no`, or `` where that is not known. */
function line(name: string, negation: typeof SIDES[number], specific: string) {
  const shown = { control: "determiner", share_control: 0.25, share_beyond_low: 0 };
  return { name, negation, specific, ...shown };
}

const ONLY = "Another determiner certainly does less than half as much only in";
const NONE = "None is known to be beyond the control determiner";

/** Verdicts of two heads where the foil is negated, then where the caption is; what is said of them; and the cell of the first. */
const CASES = [
  ["yes yes yes yes", "Each of them is beyond the control determiner", "foil, caption"],
  [
    "yes no no yes",
    `${ONLY} 1.1 where the foil is negated; 2.2 where the caption is negated`,
    "foil",
  ],
  [
    "no yes  yes",
    `${ONLY} 2.2 where the foil is negated; 2.2 where the caption is negated`,
    "unknown",
  ],
  ["no no no no", `${NONE}, which shows 0.25 for 1.1`, "neither"],
  [" no  no", `${NONE}, which shows 0.25 for 2.2`, "unknown"],
  ["   ", NONE, "unknown"],
] as const;

Deno.test("a summary says which of the named parts are beyond their control, by sides, in a sentence and in a cell", () => {
  for (const [verdicts, sentence, cell] of CASES) {
    const [a, b, c, d] = verdicts.split(" ");
    const sides = [
      [line("1.1", "foil", a!), line("2.2", "foil", b!)],
      [line("1.1", "caption", c!), line("2.2", "caption", d!)],
    ];
    assertEquals(controlSentences(sides), [sentence]);
    assertEquals(beyondCell([sides[0]![0], sides[1]![0]]), { "beyond determiner": cell });
  }
  const one = line("1.1", "foil", "yes");
  assertEquals(controlSentences([[one], [{ ...one, negation: "caption" }]]), [
    "It is beyond the control determiner",
  ]);
  assertEquals(controlSentences([[one], []]), [`${ONLY} 1.1 where the foil is negated`]);
  const random = { ...line("3.1", "caption", ""), control: "random", beyond_control: "no" };
  assertEquals(controlSentences([[one], [random]]), [
    "Only these are beyond the control determiner or random: 1.1 where the foil is negated",
  ]);
  const bare = { name: "1.1", negation: "foil" };
  assertEquals([controlSentences([[bare]]), beyondCell([bare, undefined]), controlLine(bare)], [
    ...[[], {}, {}],
  ]);
  assertEquals(["yes", "no", ""].map((verdict) => controlLine(line("1.1", "foil", verdict))), [
    ...["yes", "no", ""].map((specific) => ({ control: "determiner 0.25", specific })),
  ]);
  assertEquals(controlLine({ ...random, share_control: undefined }), {
    ...{ control: "random ?", beyond: "no" },
  });
});

Deno.test("a run that could have run the control determiner, and did not, says how to", () => {
  const rows = [{ pair: { negation: "foil" }, measured: 0, controls: {} }] as never;
  const said = (of: readonly Control[] | undefined, run: readonly Control[]) =>
    controlFinding(of && controlOption({ of }), rows, run).sentences;
  const not = ["Not run: --control determiner, which tells whether a share is of negation"];
  assertEquals([said(CONTROLS, []), said(CONTROLS, ["image"])], [not, not]);
  assertEquals(said(CONTROLS, ["determiner"]), undefined);
  assertEquals(said(["image", "random"], []), undefined);
  assertEquals(controlFinding(controlOption(), rows, ["random"]).notes!.length, 1);
  assertEquals(controlFinding(undefined, rows, []), {});
  assertEquals(controlFinding(controlOption(), [], []), {});
});

Deno.test("notes say how often a control prefers the true sentence, a tie as one half, and by how much, on each side", () => {
  const row = (negation: "foil" | "caption", d?: number) => ({
    pair: { negation, caption: "", foil: "" },
    scores: { s_caption: 1, s_foil: 0, d: 1 },
    ...{ measured: 0, controls: d === undefined ? {} : { determiner: { d, measured: 0 } } },
  });
  const notes = (...rows: readonly object[]) =>
    controlNotes(rows as readonly MeasuredRow<unknown>[], ["determiner", "random"]);
  const [note, random] = notes(row("foil", -2), row("foil", 0), row("caption", 0), row("foil"));
  assertEquals(note!.split("; "), [
    "Control determiner (another determiner in place of the negator): 3 of 4 rows",
    ...["foil-negated accuracy 0.250, mean |d| 1.000", "caption-negated: S does not change"],
  ]);
  assertEquals(random, "Control random (random weights): 3 towers");
  assertEquals(notes(row("foil"))[0]!.includes("none of 1 rows has sentences that differ"), true);
});
