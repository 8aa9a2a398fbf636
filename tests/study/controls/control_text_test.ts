import { assertEquals } from "@std/assert";
import { controlNotes } from "../../../lib/study/controls/control_text.ts";
import { someRows } from "../../experiments/some_rows.ts";

Deno.test("controlNotes() counts a tie as one half in the accuracy of a control", () => {
  const rows = [2, 0].map((d) => ({
    pair: { negation: "foil", caption: "", foil: "" },
    scores: { s_caption: 1, s_foil: 0, d: 1 },
    measured: 0,
    controls: { determiner: { s_caption: d, s_foil: 0, d, measured: 0 } },
  }));
  const [note] = controlNotes(someRows(rows), ["determiner"]);
  assertEquals(note!.split("; ")[1], "foil-negated accuracy 0.750, mean |d| 1.000");
});
