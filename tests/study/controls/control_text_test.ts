import { assertEquals } from "@std/assert";
import {
  beyondCell,
  controlLine,
  controlNotes,
  controlSentences,
} from "../../../lib/study/controls/control_text.ts";
import { type Control, controlOption, CONTROLS } from "../../../lib/study/controls/control.ts";
import { controlFinding } from "../../../lib/study/controls/controlled_outcome.ts";
import type { MeasuredRow } from "../../../lib/study/experiment/experiment.ts";

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
  const not = (names: string) => [
    `Not run: --control ${names}, which tells whether a share is of negation`,
  ];
  assertEquals(said(CONTROLS, []), not("determiner"));
  assertEquals(said(CONTROLS, ["image"]), not("determiner,image"));
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
