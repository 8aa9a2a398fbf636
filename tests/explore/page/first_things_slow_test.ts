/** The ten things that a person does first on the explorer's page, with the numbers that its engine gives for them. */

import { assert, assertAlmostEquals, assertEquals, assertMatch } from "@std/assert";
import type { Page } from "puppeteer-core";
import type { Change } from "../../../lib/explore/protocol.ts";
import { ROOT } from "../../imports.ts";
import { browserTest } from "../../chromium.ts";
import { runDeno } from "../../scripts/task_process.ts";
import { click, drive, type Driven, open, settled, shownD, textOf, valueOf } from "./driven.ts";

/** Shown numbers have two decimals. */
const SHOWN = 0.0051;

Deno.test(browserTest(
  "the explorer's page does the ten things that a person does first",
  async (folder, t) => {
    await drive(folder, undefined, async (driven) => {
      for (const [name, does] of Object.entries(THINGS)) {
        await t.step(name, async () => {
          const page = await open(driven);
          await does(page, driven, folder);
          await page.close();
        });
      }
      await t.step("no request goes to another host, and nothing is complained of", () => {
        const { origin } = new URL(driven.address);
        const asked = driven.asked.filter((url) => !/^blob:/.test(url));
        assertEquals(asked.filter((url) => new URL(url).origin !== origin), []);
        assertEquals(driven.complaints.filter((text) => !/422/.test(text)), []);
      });
    });
  },
));

type Does = (page: Page, driven: Driven, folder: string) => Promise<void>;

const THINGS: Readonly<Record<string, Does>> = {
  async "sees S, d and the circuit of a row, and what they are"(page, { engine }) {
    const row = await shownRow(page, engine);
    assertAlmostEquals(await shownD(page), row.scores.d, SHOWN);
    assertMatch(await textOf(page, "header"), /how well a sentence fits a picture/);
    assertMatch(await textOf(page, ".circuit"), /negator.*score|score.*negator/s);
    const [, other] = await page.$$eval(".scene img", (images) => images.map(({ alt }) => alt));
    assertEquals(other, `The other picture: ${row.foil}`); // with which the foil is true
    assertMatch(await textOf(page, ".told"), /sentence gains [\d.]+ where it is true/);
    await press(page, "1.2 at");
    assertMatch(await textOf(page, ".told"), /take [\d.]+ of the understanding of/);
  },

  async "chooses a row by a word"(page, { engine }) {
    await click(page, "All rows");
    await page.type(".list input", "star no");
    await page.click(".list ul button");
    await settled(page);
    const row = await shownRow(page, engine);
    assertMatch(row.caption + row.foil, /star/);
    assertAlmostEquals(await shownD(page), row.scores.d, SHOWN);
    assertEquals(await page.$$eval(".tokens .negator", (all) => all.length), 1);
    assertEquals(await textOf(page, ".tokens .negator"), "nonegator");
    for (const side of ["caption", "foil"] as const) { // the circuit is that of the sentence with the negator
      const { row } = (await engine.about()).rows.find(({ negated }) => negated === side)!;
      await page.click(".list input", { count: 3 });
      await page.type(".list input", row);
      await page.click(".list ul button");
      await settled(page);
      await click(page, "Attention");
      assertEquals(await textOf(page, ".looks [aria-pressed=true]"), side);
    }
  },

  async "knocks out the head that reads the negator, and sees where it looks"(page, driven) {
    await click(page, "Who reads “no”");
    const label = await textOf(page, ".readout");
    assertMatch(label, /^Head 1\.2: 0\.\d+ of d$/);
    await click(page, label);
    await sameAs(driven, page, [{ kind: "knock_out", head: "1.2" }]);
    assertMatch(await textOf(page, ".changes ul"), /Knock out 1\.2/);
    await click(page, "Attention");
    assertEquals(await valueOf(page, ".looks select"), "1.2");
    const looks = await labelOf(page, '[aria-label^="“heart” reads “no”"]');
    assert(Number(looks.split(" ").at(-1)) > 0.5, looks); // as before it was knocked out
    await page.select(".looks select", "6.4");
    await settled(page);
    assertMatch(await textOf(page, ".map"), /start.*end/s);
  },

  async "patches a cell of the map with the keyboard alone"(page, driven) {
    const heard = () =>
      page.evaluate(
        "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent",
      ) as Promise<string>;
    for (let i = 0; i < 60 && await heard() !== "Circuit"; i++) await page.keyboard.press("Tab");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await settled(page);
    for (let i = 0; i < 5 && !/ of d$/.test(await heard()); i++) await page.keyboard.press("Tab");
    await page.keyboard.press("Home");
    for (const key of ["ArrowUp", "ArrowDown", "ArrowRight"] as const) {
      await page.keyboard.press(key);
    }
    assertMatch(await heard(), /^Layer 1 at “no”/);
    await page.keyboard.press("Enter");
    await settled(page);
    await sameAs(driven, page, [{ kind: "patch", layer: 1, position: 3 }]);
    await page.keyboard.down("Control");
    await page.keyboard.press("z");
    await page.keyboard.up("Control");
    await settled(page);
    await sameAs(driven, page, []);
  },

  async "cuts an arrow of the circuit, and replaces an MLP"(page, driven) {
    await press(page, "negator → 1.2 by its values:");
    const cut: Change = { kind: "cut", from: "negator", to: "1.2", by: "values" };
    await sameAs(driven, page, [cut]);
    await press(page, "mlp 6 at");
    await sameAs(driven, page, [cut, { kind: "replace", part: "mlp 6" }]);
  },

  async "moves a direction's slider, and sees the answer to its last place"(page, driven) {
    await page.focus(".slider input");
    for (let i = 0; i < 15; i++) await page.keyboard.press("ArrowLeft");
    await page.waitForFunction(`document.querySelector("output").textContent === "−1.5"`);
    await settled(page);
    await sameAs(driven, page, [{ kind: "direction", layer: 5, strength: -1.5 }]);
    await click(page, "Undo");
    await sameAs(driven, page, []);
    await click(page, "Redo");
    await click(page, "Clear");
    await sameAs(driven, page, []);
  },

  async "types sentences, with and without a negator"(page, driven) {
    await type(page, "#foil", "There is no blue ring.");
    const { scene } = await held(page);
    assertEquals(scene.foil, "There is no blue ring.");
    await type(page, "#caption", "There is a blue ring.");
    await sameAs(driven, page, []);
    await click(page, "Where “no” is");
    assertMatch(await textOf(page, ".map"), /blue/);
    await type(page, "#foil", "There is a star.");
    assertMatch(await textOf(page, "#panel .problem"), /\w/);
    await sameAs(driven, page, []);
  },

  async "draws a picture, drops one, and takes one of the ranking"(page, driven, folder) {
    await type(page, "#caption", "There is a red circle.");
    await type(page, "#foil", "There is no red circle.");
    await click(page, "Draw shapes");
    const empty = await shownD(page);
    await click(page, "row 2, column 3: empty");
    const drawn = await shownD(page);
    assert(drawn > empty + 1, `${empty} ${drawn}`);
    assertMatch(await textOf(page, ".scores"), /correct/);
    await type(page, "#foil", "There is no red heart.");
    assert((await held(page)).scene["drawing"] !== undefined);
    await click(page, "Next row"); // the row's picture takes the place of the drawing
    const tags = (all: readonly { readonly tagName: string }[]) => all.map((one) => one.tagName);
    assertEquals(await page.$$eval(".drawing, .pictures > img", tags), ["IMG"]);
    await click(page, "Undo");
    assertEquals(await page.$$eval('.cells [aria-label$="red circle"]', (all) => all.length), 1);
    await click(page, "Done");
    const bytes = `${folder}/dropped.png`;
    const picture = await driven.engine.picture((await driven.engine.about()).rows[0]!.picture);
    await Deno.writeFile(bytes, await picture.bytes());
    const before = JSON.stringify(await textOf(page, ".scores .difference strong"));
    const input = await page.$("input[type=file]");
    await (input as unknown as { uploadFile(path: string): Promise<void> }).uploadFile(bytes);
    await page.waitForFunction(
      `document.querySelector(".scores .difference strong").textContent !== ${before}`,
    );
    await settled(page);
    await click(page, "Pictures");
    await page.click(".ranking button");
    await settled(page);
    assertMatch(await textOf(page, "#panel .readout"), /number 1 of/);
  },

  async "takes along TypeScript, JSON and a link to the same state"(page, driven, folder) {
    await click(page, "Where “no” is");
    await page.click('[data-cell="4 2"]');
    await settled(page);
    await click(page, "TypeScript");
    await page.waitForSelector("textarea");
    const s = Number(await textOf(page, ".scores .caption strong"));
    assertAlmostEquals(await runScript(await valueOf(page, "textarea"), folder), s, SHOWN);
    await click(page, "JSON");
    await page.waitForFunction(`document.querySelector("textarea").value.startsWith("{")`);
    const { changes } = JSON.parse(await valueOf(page, "textarea"));
    assertEquals(changes, [{ kind: "patch", layer: 2, position: 4 }]);
    await click(page, "Link");
    await page.waitForFunction(`document.querySelector("textarea").value.startsWith("http")`);
    const link = new URL(await valueOf(page, "textarea"));
    const other = await open(driven, {}, link.hash);
    assertEquals(await shownD(other), await shownD(page));
    assertEquals(await textOf(other, "[aria-selected=true]"), "Where “no” is");
    const linkOf = (held: object) => `#1=${encodeURIComponent(JSON.stringify(held))}`;
    const row = "<img src=x onerror=alert(1)>";
    const hostile = await open(driven, {}, linkOf({ row, changes: [] }));
    assertMatch(await textOf(hostile, "[role=alert]"), /no row “<img src=x/);
    const wrong: Change[] = [{ kind: "patch", layer: 1, position: 99 }];
    const { scene } = await held(page);
    const refused = await open(driven, {}, linkOf({ row: scene["row"], changes: wrong }));
    assertMatch(await textOf(refused, ".scores .problem"), /patch position "?99/);
    for (const opened of [other, hostile, refused]) await opened.close();
  },

  async "saves the picture as SVG and as PNG"(page, _, folder) {
    const session = await page.createCDPSession();
    const allowed = { behavior: "allow", downloadPath: folder, eventsEnabled: true } as const;
    await session.send("Browser.setDownloadBehavior", allowed);
    for (const as of ["SVG", "PNG"]) {
      const saved = new Promise<void>((done) =>
        session.on("Browser.downloadProgress", ({ state }) => state === "completed" && done())
      );
      await click(page, as);
      await saved;
    }
    const files = [...Deno.readDirSync(folder)].map(({ name }) => name);
    const svg = Deno.readTextFileSync(`${folder}/${files.find((name) => name.endsWith(".svg"))}`);
    assertMatch(svg, /^<svg[^>]+xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    assertMatch(svg, />negator</);
    assert(!/color\(|class=|style=/.test(svg), "it needs the page's style sheet");
    const png = Deno.readFileSync(`${folder}/${files.find((name) => /circuit.*png$/.test(name))}`);
    assertEquals(new TextDecoder().decode(png.slice(1, 4)), "PNG");
    assert(png.length > 10_000, `${png.length}`);
  },
};

/** What the address holds once it has followed. */
async function held(page: Page) {
  await new Promise((done) => setTimeout(done, 500));
  const row = await page.evaluate("location.hash") as string;
  const { changes = [], ...scene } = row === "" ? {} : JSON.parse(decodeURIComponent(row.slice(3)));
  return { changes, scene } as {
    readonly changes: readonly Change[];
    readonly scene: Readonly<Record<string, string>>;
  };
}

/** The row of the data whose sentences are shown. */
async function shownRow(page: Page, engine: Driven["engine"]) {
  const [caption, foil] = [await valueOf(page, "#caption"), await valueOf(page, "#foil")];
  const { rows } = await engine.about();
  const at = Number(/Row (\d+)/.exec(await textOf(page, ".rows"))![1]) - 1;
  const row = rows[at]!;
  assertEquals([row.caption, row.foil], [caption, foil]);
  return row;
}

/** Whether the page shows what the engine answers for the same changes. */
async function sameAs({ engine }: Driven, page: Page, changes: readonly Change[]): Promise<void> {
  const { rows } = await engine.about();
  const { changes: inLink, scene } = await held(page);
  assertEquals(inLink, changes);
  const known = rows.find(({ row }) => row === scene["row"]);
  const { caption, foil, picture } = { ...rows[0]!, ...scene, ...known };
  const shown = { caption, foil, picture, ...known && { row: known.row } };
  const { after } = await engine.measure(shown, changes);
  assertAlmostEquals(await shownD(page), after.d, SHOWN);
}

async function type(page: Page, field: string, text: string): Promise<void> {
  await page.click(field, { count: 3 });
  await page.keyboard.type(text);
  await page.keyboard.press("Enter");
  await settled(page);
}

/** S of the changed sentence, as a copied script prints it. */
async function runScript(script: string, folder: string): Promise<number> {
  await Deno.writeTextFile(`${folder}/copied.ts`, script);
  const args = ["run", "--frozen", "--no-check", "-A", "--config", `${ROOT}deno.json`];
  const env = { XDG_CACHE_HOME: folder };
  const { stdout, stderr } = await runDeno([...args, `${folder}/copied.ts`], { env });
  const [, s] = /affirmative sentence changed: S = ([\d.]+),/.exec(stdout) ?? [];
  assert(s !== undefined, `${stdout}${stderr}`);
  return Number(s);
}

function labelOf(page: Page, selector: string): Promise<string> {
  return page.$eval(selector, (element) => element.getAttribute("aria-label")!);
}

/** Presses what has a label that begins so with the keyboard; the middle of an arrow's box may be beside it. */
async function press(page: Page, label: string): Promise<void> {
  const found = JSON.stringify(`[aria-label^="${label}"]`);
  await page.evaluate(`document.querySelector(${found}).focus()`);
  await page.keyboard.press("Enter");
  await settled(page);
}
