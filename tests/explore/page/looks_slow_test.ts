/** The explorer's page at both widths, light and dark: it fits, axe finds nothing serious, and pictures of it can be looked at. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { browserTest } from "../../chromium.ts";
import { click, drive, open, SEEN, settled, textOf } from "./driven.ts";

/** Where pictures are kept for a person; without it they go with the test's folder. */
const SHOTS = Deno.env.get("NEGSCOPE_SHOTS");

const TABS = [
  ...["Circuit", "Who reads “no”", "Where “no” is", "Who writes d"],
  ...["What d rests on", "Attention", "Pictures"],
];

/** By how many pixels the page, and the circuit within its box, is too wide. */
const TOO_WIDE = `["html", ".scroll"].map((name) => document.querySelector(name))
  .map((box) => box === null ? 0 : box.scrollWidth - box.clientWidth)`;

/** What can be clicked first stands in the first window. */
const FIRST_PART = `document.querySelector(".part.inside").getBoundingClientRect().bottom`;

const AXE = import.meta.resolve("npm:axe-core@4.14.1/axe.min.js");
void (() => import("axe-core")); // not executed: because of it Deno fetches the package before the tests

interface Finding {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string }[];
}

Deno.test(browserTest(
  "the explorer's page fits, and axe finds nothing serious, wide and light, narrow and dark",
  async (folder, t) => {
    await drive(folder, undefined, async (driven) => {
      const axe = await Deno.readTextFile(new URL(AXE));
      for (const seen of SHOTS === undefined ? SEEN.slice(0, 2) : SEEN) { // the others are as wide
        await t.step(`${seen.width} px, ${seen.scheme}`, async () => {
          const shown = await open(driven, seen);
          await shown.evaluate(axe);
          for (const [i, tab] of TABS.entries()) {
            await shown.evaluate("scrollTo(0, 0)"); // a picture of the whole page leaves it anywhere
            await click(shown, tab);
            if (i === 1) await shown.click('[data-cell="0 1"]').then(() => settled(shown));
            if (tab === "Attention") {
              await shown.click('[data-cell="4 3"]').then(() => settled(shown));
              assertStringIncludes(
                await textOf(shown, "#panel"),
                "before softmax, than the word in its place",
              );
            }
            const [page, box] = await shown.evaluate(TOO_WIDE) as number[];
            assertEquals([page, i === 0 ? box : 0], [0, 0], `${tab} is too wide`);
            const isWide = i === 0 && seen.width === 1280;
            assert(!isWide || await shown.evaluate(FIRST_PART) as number < 800);
            const path = `${SHOTS ?? folder}/${seen.width}_${seen.scheme}_${i}.png` as const;
            await shown.screenshot({ path, fullPage: true });
            const { violations } = await shown.evaluate("axe.run()") as {
              readonly violations: readonly Finding[];
            };
            const serious = violations.filter(({ impact }) =>
              impact === "serious" || impact === "critical"
            );
            const found = serious.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
            assertEquals(found, [], tab);
          }
          await shown.close();
        });
      }
    });
  },
));
