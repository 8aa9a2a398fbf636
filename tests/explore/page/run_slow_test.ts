/** A run's folder on the explorer's page, and the run's report: what a person does with the rows behind a number. */

import { assert, assertEquals } from "@std/assert";
import { readRun } from "../../../lib/explore/serve/read_run.ts";
import { readCsvLines } from "../../../lib/tables/csv.ts";
import { CHROMIUM, NEEDS_CHROMIUM } from "../../chromium.ts";
import { runHere } from "../../scripts/task_here.ts";
import { inFolder } from "../../scripts/task_process.ts";
import { click, drive, open, SEEN, settled, textOf } from "./driven.ts";

const SHOTS = Deno.env.get("NEGSCOPE_SHOTS");

Deno.test({
  name:
    `a click on a cell of a run's map shows its rows by value with pictures, and a click on a row its own map ${NEEDS_CHROMIUM}`,
  ignore: CHROMIUM === undefined,
  fn: () =>
    inFolder(async (folder) => {
      const out = `${folder}/trace`;
      const flags = ["--limit", "60", "--format", "none", "--cache", "none", "--quiet"];
      assertEquals((await runHere("trace", ["--out", out, ...flags])).code, 0);
      const { run, findings } = await readRun(out);
      const lines = readCsvLines(await Deno.readTextFile(`${out}/effects.csv`));
      const expected = lines.filter(([, negation, , , , layer, , , role]) =>
        negation === "foil" && layer === "4" && role === "eot"
      ).map((line) => Number(line.at(-1))).sort((a, b) => b - a);
      await drive(folder, { ...run && { run }, ...findings && { findings } }, async (driven) => {
        const page = await open(driven);
        const cell = await page.waitForSelector('[aria-label^="Layer 4, EOT: "]');
        await cell!.click();
        await settled(page);
        const values = await page.$$eval(".behind b", (all) => all.map((b) => b.textContent!));
        const shown = values.map((text) => Number(text.replace("−", "-")));
        assertEquals(shown.length, Math.min(30, expected.length));
        shown.forEach((value, i) => assert(Math.abs(value - expected[i]!) <= 0.0051)); // two decimals
        const loaded = await page.$$eval(".behind img", (all) =>
          all.filter((image) =>
            (image as unknown as { naturalWidth: number }).naturalWidth > 0
          ));
        assertEquals(loaded.length, shown.length);
        const second = await page.$eval(".behind li:nth-child(2) small:last-child", (foil) =>
          foil.textContent);
        await page.click(".behind li:nth-child(2) button");
        await settled(page);
        const foil = await page.$eval("#foil", (field) =>
          (field as unknown as { value: string }).value);
        assertEquals(foil, second);
        const [own] = await page.$$eval(
          '[aria-labelledby="own"] [aria-label^="Layer 4, EOT: "]',
          (all) =>
            all.map((cell) =>
              cell.getAttribute("aria-label")!
            ),
        );
        assertEquals(own, `Layer 4, EOT: ${values[1]}, this row`);
        await page.select('[aria-labelledby="behind"] select', "smallest first");
        const least = await textOf(page, ".behind b");
        assert(Math.abs(Number(least.replace("−", "-")) - expected.at(-1)!) <= 0.0051);
        for (const seen of SHOTS === undefined ? [] : SEEN) {
          const page = await open(driven, seen);
          await click(
            page,
            await page.$eval('[data-cell="4 5"]', (cell) =>
              cell.getAttribute("aria-label")!),
          );
          await page.screenshot({
            path: `${SHOTS}/run_${seen.width}_${seen.scheme}.png`,
            fullPage: true,
          });
        }
        const report = await driven.browser.newPage();
        await report.goto(`file://${out}/report.html`);
        const column = () =>
          report.$$eval("#table-trace td:nth-child(10)", (all) =>
            all.map((cell) =>
              cell.textContent!
            ));
        const before = (await column()).map((text) => Number(text.trim().replace("−", "-")));
        await report.evaluate("document.querySelectorAll('#table-trace th button')[9].click()");
        const after = (await column()).map((text) => Number(text.trim().replace("−", "-")));
        assertEquals(after, before.toSorted((a, b) => b - a)); // the largest first
        assert(after[0]! > after.at(-1)!);
        assertEquals(driven.complaints, []);
      });
    }),
});
