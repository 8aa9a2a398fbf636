import { assertEquals, assertStringIncludes } from "@std/assert";
import { bars } from "../../lib/charts/bars.ts";
import { channelOf, type Judgement } from "../../lib/charts/channels.ts";
import { heatMap } from "../../lib/charts/heat_map.ts";
import { lines } from "../../lib/charts/lines.ts";
import { scatter } from "../../lib/charts/scatter.ts";
import {
  count,
  estimated,
  fillTable,
  key,
  number,
  optional,
  table,
  text,
} from "../../lib/tables/table.ts";
import { titleAt, valueAt } from "./fixtures.ts";

const ZERO = "own 95 % interval includes 0";
const NOT_ABOVE = "not above exchanged sentences";

Deno.test("channelOf() says of each estimate whether it is certain, by its interval or as it is judged", () => {
  const exchanged: Judgement = { apartFrom: "the exchanged sentences" };
  type Bound = number | undefined;
  const cases: [number, Bound, Bound, Judgement?, string?][] = [
    [0.2, 0.1, 0.3],
    [-0.1, -0.2, -0.01],
    [0.2, 0, 0.3, {}, ZERO],
    [0, 0, 0, {}, ZERO], // 0 in the data, not by the method
    [0, 0, 0, { isFixed: true }],
    [1e-9, -1e-8, 1e-8, {}, ZERO],
    [0.2, undefined, undefined, {}, "no interval"],
    [0.2, 0.1, undefined, {}, "no interval"],
    [0.2, 0.01, 0.3, exchanged],
    [0.2, undefined, undefined, exchanged, "no interval"],
    [0.2, -0.1, 0.3, exchanged, NOT_ABOVE],
    [0.2, -0.1, -0.01, exchanged, NOT_ABOVE],
    [0.2, 0.1, 0.3, { isSpecific: false }, "not beyond the control"],
  ];
  for (const [value, low, high, judgement = {}, doubt] of cases) {
    const row = { value, low, high };
    const channel = { field: "value", low: "low", high: "high", judged: () => judgement } as const;
    assertEquals(channelOf([row], channel).of(row)?.doubt, doubt, JSON.stringify([row, judgement]));
  }
});

Deno.test("channelOf() doubts no value of a channel without intervals, and knows nothing of a missing one", () => {
  const rows = [{ value: 0.2 as number | undefined }, { value: undefined }];
  const { of, hasInterval } = channelOf(rows, "value");
  assertEquals(hasInterval, false);
  assertEquals(rows.map((row) => of(row)?.doubt ?? of(row)?.value), [0.2, undefined]);
});

const EFFECTS = table("effects", "A head on a side.", {
  negation: key(text("Which sentence is negated.")),
  segment: key(text("Which rows.")),
  layer: key(count("The block.")),
  head: key(count("The head.")),
  n: count("The number of rows."),
  share: estimated(number("", "What of d returns if the head's output is put back."), {
    interval: { low: "share_low", high: "share_high" },
    simultaneous: { low: "all_low", high: "all_high" },
  }),
  share_low: optional(number("", "Its lower bound.")),
  share_high: optional(number("", "Its upper bound.")),
  all_low: optional(number("", "That of all.")),
  all_high: optional(number("", "The same.")),
});

const cells = (negation: string, share: number, more = {}) => ({
  ...{ negation, segment: "all", layer: 2, head: 1, n: 9, share },
  ...{ share_low: share - 0.1, share_high: share + 0.1 },
  ...{ all_low: share - 0.3, all_high: share + 0.3 },
  ...more,
});
const TABLE = fillTable(EFFECTS, [
  cells("caption", 0.05, { layer: 1 }),
  cells("foil", 0.5),
  cells("foil", 0.2, { head: 2 }),
]);

Deno.test("heatMap() of a table has title, caption, panels, marks and alt text from its schema", () => {
  const spec = heatMap(TABLE, { x: "layer", y: "head", value: "share" });
  assertEquals(titleAt(spec, "title"), "Share by layer and head");
  assertEquals(titleAt(spec, "concat.1.title.text"), "caption-negated (n = 9)");
  const tip = "head 2.1: share 0.5 [0.4, 0.6], n = 9";
  assertEquals(valueAt(spec, "concat.0.data.values.0.tip"), tip);
  assertEquals(valueAt(spec, "concat.1.data.values.0.mark"), ZERO);
  const caption = `${valueAt(spec, "usermeta.negscope.caption")}`;
  assertStringIncludes(caption, "head: What of d returns if the head's output is put back. Marks");
  // the simultaneous interval of .2 includes 0
  const said = "foil-negated (n = 9): head 2.1 (.50). caption-negated (n = 9): none for certain.";
  assertStringIncludes(spec.description, said);
});

Deno.test("lines(), bars() and scatter() of a table have intervals and captions from its schema", () => {
  const points = { x: { field: "layer" }, y: { field: "share" } } as const;
  const charts = [
    [lines(TABLE, { x: "layer", y: "share" }), "Bars"],
    [bars(TABLE, { at: "head" as "negation", value: "share" }), "Lines on bars"],
    [scatter(TABLE, points), "Bars"],
  ] as const;
  for (const [spec, marks] of charts) {
    const first = valueAt(spec, "concat.0.data.values.0") as { low: number; high: number };
    assertEquals([first.low, first.high], [0.4, 0.6]);
    const caption = `${valueAt(spec, "usermeta.negscope.caption")}`;
    assertStringIncludes(caption, `${marks} are 95 % intervals (bootstrap over sentence pairs).`);
  }
  assertEquals(titleAt(charts[0][0], "title"), "Share by layer");
});

Deno.test("charts say of a subtitle, names and intervals in caption and alt text what they are given, and judge by what they are told", () => {
  const options = {
    ...{ title: "Effects", about: "What each head does", subtitle: "d of two sides" },
    ...{ intervals: "Wilson", panels: "negation" } as const,
    name: ({ head }: typeof TABLE.rows[number]) => `head number ${head}`,
  };
  const isFixed = { field: "share", judged: () => ({ isFixed: true }) } as const;
  const cases = [
    [heatMap(TABLE, { ...options, x: "layer", y: "head", value: isFixed }), "", "none for certain"],
    [
      lines(TABLE, { ...options, x: "layer", y: "share" }),
      " Bars are 95 % intervals (Wilson).",
      "head number 1 .50 [.40, .60]; head number 2 .20 [.10, .30]",
    ],
    [
      bars(TABLE, { ...options, at: "segment", value: "share" }),
      " Lines on bars are 95 % intervals (Wilson).",
      "head number 1 .50 [.40, .60], head number 2 .20 [.10, .30]",
    ],
  ] as const;
  for (const [spec, end, told] of cases) {
    const caption = `What each head does. d of two sides.${end}`;
    assertEquals(valueAt(spec, "usermeta.negscope.caption"), caption);
    assertStringIncludes(spec.description, "Effects; d of two sides. ");
    assertStringIncludes(spec.description, `foil: ${told}.`);
  }
});
