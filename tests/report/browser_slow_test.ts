import { assertEquals, assertStringIncludes } from "@std/assert";
import { reportPage } from "../../lib/report/page.ts";
import { cellsOf } from "../../lib/report/read_table.ts";
import { PatternTable } from "../../lib/report/rows/patterns.ts";
import { RowTable } from "../../lib/report/rows/row_tables.ts";
import { CHROMIUM, CHROMIUM_FLAGS, NEEDS_CHROMIUM } from "../chromium.ts";
import type { BrowsedRow } from "../../lib/report/rows/rows.ts";

const ROWS = Array.from({ length: 30 }, (_, i): BrowsedRow => ({
  ...{ id: `row ${i}`, image: "a.png", negation: i % 2 === 0 ? "foil" : "caption" },
  ...{ caption: "There is a dog.", foil: "There is no dog.", segment: "correct" },
  ...{ s_caption: 20 + i, s_foil: 20, d: i },
}));

function page(): string {
  const columns = ["id", "layer", "head", "x"];
  const ids = ROWS.map(({ id }) => id);
  const table = new RowTable("t", { columns, ids });
  for (const [i, id] of ids.entries()) table.take(cellsOf(columns)([id, "1", "2", `${i / 100}`]));
  const measures = table.measures();
  const patterns = new PatternTable("patterns", ids);
  const names = ["id", "layer", "head", "sentence", "query", "query_token", "key", "weight"];
  const take = (...row: readonly string[]) => patterns.take(cellsOf(names)(row));
  for (const [sentence, weight] of [["negated", "0.75"], ["affirmative", "0.5"]] as const) {
    take("row 7", "1", "2", sentence, "0", "<|startoftext|>", "0", "1");
    take("row 7", "1", "2", sentence, "1", "no", "0", weight);
    take("row 7", "1", "2", sentence, "1", "no", "1", `${1 - Number(weight)}`);
  }
  return reportPage({
    manifest: {
      ...{ command: "attend", options: {}, seed: 0, files: [], finished: true, start: "" },
      versions: { kit: "", deno: "", onnxruntime: "" },
      sources: { model: [], data: [] },
      ...{ rows: { read: 30, kept: 30, dropped: [] }, seconds: {} },
    },
    ...{ summary: "attend\n", figures: [], tables: [] },
    browser: {
      rows: ROWS,
      count: 30,
      choice: "all",
      measures,
      patterns: patterns.patterns(),
      tooLarge: [],
      colours: ["#0000ff", "#ffffff", "#ff8000"],
    },
  });
}

Deno.test({
  name:
    `a browser shows a page of rows, the rows of a cell, and a row by its address ${NEEDS_CHROMIUM}`,
  ignore: CHROMIUM === undefined,
  fn: async () => {
    const folder = await Deno.makeTempDir();
    try {
      await Deno.writeTextFile(`${folder}/report.html`, page());
      const start = await shown(folder, "");
      assertEquals(start.match(/class="pair"/g)?.length, 25);
      assertStringIncludes(start, "page 1 of 2");
      const cell = await shown(folder, "#side=caption&layer=1&head=2&from=3");
      assertStringIncludes(cell, "14 of 30 rows");
      assertStringIncludes(cell.split("<li>")[1]!, "caption-negated, x 0.290"); // the largest first
      const row = await shown(folder, "#row=row+7");
      const [, dialog] = /<dialog[^>]* open[^>]*>(.*)<\/dialog>/s.exec(row)!;
      assertStringIncludes(dialog!, '<h2 id="detail-name">row 7</h2>');
      assertStringIncludes(dialog!, "0.070");
      const looks = dialog!.split("What heads look at")[1]!;
      assertStringIncludes(looks, 'title="1 no → 0 SOT: 0.750"');
      assertStringIncludes(looks, "negated: 0 SOT looks at 0 SOT 1.00");
      assertStringIncludes(looks, 'title="1 no → 0 SOT: 0.250"'); // the difference
      const other = await shown(folder, "#row=row+8");
      assertStringIncludes(other, 'is shown in 1 other row: <a href="#row=row+7">row 7</a>');
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

/** The elements of the page after its script has run. */
async function shown(folder: string, address: string): Promise<string> {
  const { stdout } = await new Deno.Command(CHROMIUM!, {
    args: [
      ...CHROMIUM_FLAGS,
      ...[`--user-data-dir=${folder}/profile`, "--virtual-time-budget=5000", "--dump-dom"],
      `file://${folder}/report.html${address}`,
    ],
    stderr: "null",
  }).output();
  return new TextDecoder().decode(stdout);
}
