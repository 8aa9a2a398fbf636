import { assertEquals } from "@std/assert";
import { methodBlock, summaryParts } from "../../lib/tables/summary_parts.ts";
import { glossaryText } from "../../lib/tables/words.ts";
import { wrapText } from "../../lib/tables/wrap_text.ts";

const LONG = wrapText(`A carries d, ${"and more ".repeat(20)}here.`);
const TABLE = "Title\na  b\n1  2";

Deno.test("summaryParts() takes a summary apart as it was written", () => {
  const words = glossaryText([{ word: "d", means: "a difference" }]);
  const method = methodBlock(["Sizes: 1", "  3 used"]);
  const text = ["run: m\n", `${LONG}\nB is 2.\n`, `${TABLE}\n`, "A note.\n", method, words];
  assertEquals(summaryParts(text.join("\n")), {
    heading: "run: m",
    sentences: `${LONG}\nB is 2.`,
    tables: `${TABLE}\n\nA note.`,
    method: "Sizes: 1\n  3 used",
    words: words.trimEnd(),
  });
});

Deno.test("summaryParts() finds no part that a summary lacks", () => {
  const none = { sentences: "", tables: "", method: "", words: "" };
  assertEquals(summaryParts("run: m\n"), { ...none, heading: "run: m" });
  assertEquals(summaryParts(`run: m\n\n${TABLE}\nA note.\n`), {
    ...none,
    heading: "run: m",
    tables: `${TABLE}\nA note.`,
  });
});
