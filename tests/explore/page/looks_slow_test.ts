/** The explorer's page at both widths, light and dark: it fits, axe finds nothing serious, and pictures of it can be looked at. */

import { assertEquals } from "@std/assert";
import { CHROMIUM, NEEDS_CHROMIUM } from "../../chromium.ts";
import { inFolder } from "../../scripts/task_process.ts";
import { CIRCUIT } from "./circuit.ts";
import { click, drive, open, SEEN, settled } from "./driven.ts";

/** Where pictures are kept for a person; without it they go with the test's folder. */
const SHOTS = Deno.env.get("NEGSCOPE_SHOTS");

const TABS = [
  ...["Circuit", "Who reads “no”", "Where “no” is", "Who writes d", "Attention", "Pictures"],
];

/** Whether the circuit is wider than its box, which alone scrolls then: a swipe at its end does not move the page. */
const SCROLLED = `(({ scrollWidth, clientWidth }, { overflowX, overscrollBehaviorX }) =>
  scrollWidth > clientWidth && overflowX === "auto" && overscrollBehaviorX === "contain"
)(document.querySelector(".scroll"), getComputedStyle(document.querySelector(".scroll")))`;

const AXE = import.meta.resolve("npm:axe-core@4.14.1/axe.min.js");
void (() => import("axe-core")); // not executed: because of it Deno fetches the package before the tests

interface Finding {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string }[];
}

Deno.test({
  name:
    `the explorer's page fits, and axe finds nothing serious, at both widths, light and dark ${NEEDS_CHROMIUM}`,
  ignore: CHROMIUM === undefined,
  fn: (t) =>
    inFolder((folder) =>
      drive(folder, { circuit: CIRCUIT }, async (driven) => {
        const axe = await Deno.readTextFile(new URL(AXE));
        for (const seen of SEEN) {
          await t.step(`${seen.width} px, ${seen.scheme}`, async () => {
            const page = await open(driven, seen);
            await page.evaluate(axe);
            for (const [i, tab] of TABS.entries()) {
              await click(page, tab);
              if (i === 1) await page.click('[data-cell="0 1"]').then(() => settled(page));
              const wide = await page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth",
              );
              assertEquals(wide, 0, `${tab} is wider than the page`);
              if (i === 0) assertEquals(await page.evaluate(SCROLLED), seen.width === 390);
              const path = `${SHOTS ?? folder}/${seen.width}_${seen.scheme}_${i}.png` as const;
              await page.screenshot({ path, fullPage: true });
              if (seen.scheme === "light" === (seen.width === 390)) continue; // axe takes seconds, and the other two show all
              const { violations } = await page.evaluate("axe.run()") as {
                readonly violations: readonly Finding[];
              };
              const serious = violations.filter(({ impact }) =>
                impact === "serious" || impact === "critical"
              );
              const found = serious.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
              assertEquals(found, [], tab);
            }
            await page.close();
          });
        }
      })
    ),
});
