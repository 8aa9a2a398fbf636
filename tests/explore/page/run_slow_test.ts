/** A run's folder on the explorer's page, and the run's report: what a person does with the rows behind a number. */

import { assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { readRun } from "../../../lib/explore/serve/read_run.ts";
import { readCsvLines } from "../../../lib/tables/csv.ts";
import { browserTest } from "../../chromium.ts";
import { run } from "../../scripts/task_here.ts";

import { drive, numberIn, open, SEEN, settled, textOf, valueOf } from "./driven.ts";

const SHOTS = Deno.env.get("NEGSCOPE_SHOTS");

Deno.test(browserTest(
  "a click on a cell of a run's map shows its rows by value with pictures, and a click on a row its own map",
  async (folder) => {
    const out = await run("trace", ["--limit", "60", "--cache", "none"], `${folder}/trace`);
    const lines = readCsvLines(await Deno.readTextFile(`${out}/effects.csv`));
    const expected = lines.filter(([, negation, , , , layer, , , role]) =>
      negation === "foil" && layer === "4" && role === "eot"
    ).map((line) => Number(line.at(-1))).sort((a, b) => b - a);
    await drive(folder, await readRun(out), async (driven) => {
      const page = await open(driven);
      await (await page.waitForSelector('[aria-label^="Layer 4, EOT: "]'))!.click();
      await settled(page);
      const values = await page.$$eval(".behind b", (all) => all.map((b) => b.textContent!));
      assertEquals(values.length, Math.min(30, expected.length));
      const isAt = (text: string, i: number) =>
        assertAlmostEquals(numberIn(text), expected.at(i)!, 0.0051); // two decimals
      values.forEach(isAt);
      const drawn =
        "[...document.images].filter((image) => image.closest('.behind') && image.naturalWidth > 0)";
      assertEquals(await page.evaluate(`${drawn}.length`), values.length);
      const foil = await textOf(page, ".behind li:nth-child(2) small:last-child");
      await page.click(".behind li:nth-child(2) button");
      await settled(page);
      assertEquals(await valueOf(page, "#foil"), foil);
      const own = '[aria-labelledby="own"] [aria-label^="Layer 4, EOT: "]';
      const label = await page.$eval(own, (cell) => cell.getAttribute("aria-label")!);
      assertEquals(label, `Layer 4, EOT: ${values[1]}, this row`);
      await page.select('[aria-labelledby="behind"] select', "smallest first");
      isAt(await textOf(page, ".behind b"), -1);
      for (const seen of SHOTS === undefined ? [] : SEEN) {
        const page = await open(driven, seen);
        await page.click('[data-cell="5 4"]');
        await settled(page);
        const path = `${SHOTS}/run_${seen.width}_${seen.scheme}.png` as const;
        await page.screenshot({ path, fullPage: true });
      }
      const report = await driven.browser.newPage();
      await report.goto(`file://${out}/report.html`);
      const column = async () => {
        const cells = "[...document.querySelectorAll('#table-trace td:nth-child(9)')]";
        const texts = await report.evaluate(`${cells}.map((cell) => cell.textContent.trim())`);
        return (texts as string[]).map(numberIn);
      };
      const sorted = (await column()).toSorted((a, b) => b - a); // the largest first
      assertNotEquals(await column(), sorted);
      await report.evaluate("document.querySelectorAll('#table-trace th button')[8].click()");
      assertEquals(await column(), sorted);
      assertEquals(driven.complaints, []);
    });
  },
));
