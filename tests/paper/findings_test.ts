/** The text at the end of `deno task paper`. */

import { assert, assertEquals, assertFalse, assertStringIncludes } from "@std/assert";
import { summarizePaper } from "../../lib/paper/agreement.ts";
import { besidePublished, type PaperRow } from "../../lib/paper/beside.ts";
import { paperText } from "../../lib/paper/findings.ts";
import { PARTS } from "../../lib/paper/parts.ts";
import { QUANTITIES } from "../../lib/paper/quantities.ts";

const { rows: UNMEASURED } = await besidePublished([]);

function textOf(rows: readonly PaperRow[]): string {
  const summary = summarizePaper(rows).rows;
  return paperText({ model: "m", verdict: "v", rows, summary, leftOut: [] });
}

const inOneLine = (text: string) => text.replaceAll(/\s+/g, " ");

Deno.test("paperText() names the source of every single figure, and says which is not the paper's", () => {
  const text = textOf(UNMEASURED);
  const lines = text.split("\n");
  const all = lines.filter((line) => /^accuracy .* all +all /.test(line));
  assertEquals(all.length, 1);
  assert(/^accuracy +arXiv 2501\.10913 +all +all +533 +0\.711/.test(all[0]!), all[0]);
  assertEquals(lines.filter((line) => /^accuracy +paper /.test(line)).length, 4);
  assertStringIncludes(inOneLine(text), " arXiv 2501.10913 not the paper, but a later one");
  const own = textOf(UNMEASURED.filter(({ source }) => source === "paper"));
  assertFalse(own.includes("2501.10913"), "no word about a source without figures");
});

Deno.test("paperText() explains every quantity that it shows, and no other", () => {
  const text = inOneLine(textOf(UNMEASURED));
  for (const { name, means } of QUANTITIES) assertStringIncludes(text, ` ${name} ${means} `);
  const some = inOneLine(textOf(UNMEASURED.filter(({ quantity }) => quantity === "cte")));
  assertStringIncludes(some, " cte causal tracing effect: ");
  assertFalse(some.includes(" tokens "), some);
  assertFalse(some.includes(" selectivity "), some);
});

Deno.test("paperText() shows figures of cells only where equal numbers mean equal places", () => {
  const cells = UNMEASURED.filter(({ quantity }) => quantity === "cte");
  const measuredAs = (place: Pick<PaperRow, "same_place" | "inside">) =>
    textOf(
      cells.map((row) =>
        row.layer === 5 && row.role === "eot" && row.segment === "correct"
          ? { ...row, measured: 0.5, low: 0.1, high: 1.5, ...place }
          : row
      ),
    );
  const here = measuredAs({ same_place: "yes", inside: "yes" });
  assert(/\ncte +foil +correct +55 +1 +1 +1/.test(here), here);
  assertFalse(here.includes("Not compared"));
  const there = measuredAs({ same_place: "no", inside: undefined });
  assertFalse(there.includes("cell by cell (those"), there);
  assertStringIncludes(
    inOneLine(there),
    "Not compared cell by cell: cte. The text encoder does not have as many blocks, or not as many heads, as the published one (12 blocks of 8 heads)",
  );
});

Deno.test("each part has a question that can be read alone", () => {
  for (const { question } of PARTS) {
    assert(/^(How|Which|What|At which|Do|Does) .*\?$/.test(question), question);
    assertFalse(/\b(does|do|is|are) (it|they|this)\b/.test(question), question);
  }
});
