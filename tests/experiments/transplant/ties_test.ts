import { assertEquals } from "@std/assert";
import {
  type TransplantedRow,
  transplantSteps,
} from "../../../lib/experiments/transplant/tables.ts";
import { finish } from "../../../lib/stats/steps.ts";

/** A row of models of one block, with d of A, with B's embeddings, and of B. */
function row(id: string, ofA: number, between: number, ofB: number): TransplantedRow {
  const scores = { id, image: "", negation: "foil", caption: "", foil: "" } as const;
  const runs = [[ofA, 0], [between, 0], [ofB, 0]] as const;
  return {
    scores: { ...scores, s_caption: ofA, s_foil: 0, d: ofA, segment: "ambiguous", tokens: 1 },
    measured: {
      first: runs,
      last: runs,
      values: [],
      roles: [[], []],
      towers: [],
      parts: [],
      heads: 1,
      names: ["old", "tuned"],
    },
    cluster: id,
  };
}

Deno.test("transplantSteps() counts a tie as one half in accuracies", () => {
  const rows = [row("a", 0, 1, 1), row("b", 5e-5, 0, 1), row("c", -1, -1, -1), row("d", 1, 1, 0)];
  const { summary } = finish(transplantSteps(rows, { seed: 0, sets: [] }));
  const all = summary.rows.filter(({ negation, kind }) => negation === "all" && kind === "first");
  assertEquals(all.at(0)!.accuracy, (1 / 2 + 1 / 2 + 0 + 1) / 4);
  assertEquals(all.at(-1)!.accuracy, (1 + 1 + 0 + 1 / 2) / 4);
});
