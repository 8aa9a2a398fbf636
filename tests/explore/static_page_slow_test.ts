/** A static page: what it publishes, and that a browser shows only one that is whole. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import sharp from "sharp";
import { TITLE } from "../../lib/explore/protocol.ts";
import { localPage } from "../../lib/explore/serve/page.ts";
import { serveExplorer } from "../../lib/explore/serve/server.ts";
import { writeSite } from "../../lib/explore/serve/write_site.ts";
import { sha256Text } from "../../lib/reading/sha256.ts";
import { browserTest } from "../chromium.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { inFolder, namesIn } from "../scripts/task_process.ts";
import { inBrowser, textOf } from "./page/driven.ts";
import { serveFolder } from "./static_folder.ts";

const OPTIONS = { overwrite: false, cache: "none" } as const;

Deno.test("writeSite() gives pictures the endings of their bytes, and carries no model that is not a folder as it is", () =>
  inFolder(async (folder) => {
    const background = "red";
    const picture = sharp({ create: { width: 64, height: 64, channels: 3, background } });
    const rows = await Promise.all((["png", "jpeg", "webp"] as const).map(async (kind, i) => {
      const image = ["a.php", "b.html", "c.svg"][i]!;
      await Deno.writeFile(`${folder}/${image}`, await picture.toFormat(kind).toBuffer());
      const [caption, foil] = ["There is a star.", "There is no star."];
      return { id: `${i}`, image, caption, foil, negation: "foil" };
    }));
    const data = `${folder}/pairs.json`;
    await Deno.writeTextFile(data, JSON.stringify(rows));
    const out = `${folder}/site`;
    await writeSite({ data, images: folder }, { ...OPTIONS, out });
    assertEquals(namesIn(`${out}/pictures`), ["1.png", "2.jpeg", "3.webp"]);
    await assertRejectsCode(
      () => writeSite({ onnxText: "x.onnx" }, { ...OPTIONS, out }),
      "usage-value-wrong",
      "a page carries the files of a model's folder as they are",
    );
  }));

Deno.test(browserTest(
  "a browser shows a static page that is whole, and says of any other what is wrong",
  async (folder) => {
    const out = `${folder}/site`;
    await writeSite({ limit: 4 }, { ...OPTIONS, out });
    const { address, stop } = serveFolder(out);
    const names = ["pictures.f32", "data.json", "model/config.json", "worker.js", "explore.json"];
    await inBrowser(folder, async (browser) => {
      const page = await browser.newPage();
      const shown = async (url = address) => {
        await page.goto(url);
        await page.waitForFunction(
          `location.protocol === "file:" || document.querySelector(".problem, .scores[aria-busy=false]") !== null`,
        );
        return await page.$eval("body", (body) => body.textContent ?? "");
      };
      assertMatch(await shown(), /S caption/);
      for (const name of names) {
        const bytes = await Deno.readFile(`${out}/${name}`);
        const other = bytes.slice();
        other.copyWithin(0, 192); // rows of other pictures, or another text
        const isPlace = name === "explore.json";
        await (isPlace ? Deno.remove(`${out}/${name}`) : Deno.writeFile(`${out}/${name}`, other));
        const text = await shown();
        assertStringIncludes(text, `Cannot fetch "${name}": `);
        assertStringIncludes(text, "publish its folder again as a whole");
        await Deno.writeFile(`${out}/${name}`, bytes);
      }
      assertMatch(await shown(), /S caption/);
      assertStringIncludes(await shown(`file://${out}/index.html`), "python3 -m http.server");
      assertEquals(await textOf(page, "h1"), TITLE);
      const read = async (name: string) => JSON.parse(await Deno.readTextFile(`${out}/${name}`));
      const [place, data] = [await read("explore.json"), await read("data.json")];
      const finished = JSON.stringify({ ...data, about: { ...data.about, live: false } });
      const files = { ...place.files, "data.json": sha256Text(finished) };
      await Deno.writeTextFile(`${out}/data.json`, finished);
      const maps = JSON.stringify({ engine: "maps", files });
      await Deno.writeTextFile(`${out}/explore.json`, maps);
      const [{ scores }] = data.about.rows.filter(({ row }: { row: string }) =>
        row === data.about.first
      );
      assertStringIncludes(await shown(), `S caption${scores.caption.toFixed(2)}`); // of a model that is too large for a page
      const opening = Promise.withResolvers<never>();
      const served = serveExplorer(opening.promise, await localPage(), { port: 0 });
      await page.goto(served.address, { waitUntil: "load" });
      await page.waitForFunction(
        `document.querySelector(".wait").textContent === "Opening the model…"`,
      );
      opening.reject(new Error("it is damaged"));
      await page.waitForSelector(".problem");
      assertMatch(await textOf(page, ".problem"), /model: it is damaged/);
      await served.stop();
    }).finally(stop);
  },
));
