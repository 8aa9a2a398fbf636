import {
  assertAlmostEquals,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import {
  cardsTable,
  mapAgreement,
  type NamedCard,
  seedRows,
} from "../../../lib/composites/cards/tables.ts";
import {
  type Card,
  checkModel,
  checksumOf,
  readCard,
  readCards,
  writeCard,
  writeCards,
} from "../../../lib/composites/cards/card_files.ts";
import { runHere } from "../../scripts/task_here.ts";
import { inFolder } from "../../scripts/task_process.ts";

const SHA = "0123456789abcdef".repeat(4);

function cardOf(changes: Partial<Card> = {}): Card {
  return signed({
    format: "negscope card 1",
    kit: "0.1.0",
    model: {
      name: "mine",
      files: [{ file: "config.json", sha256: SHA }],
      text: { layers: 2, heads: 2, width: 8 },
    },
    seed: 0,
    scores: {
      data: [{ file: "pairs.json", sha256: SHA }],
      protocol: "rephrased",
      cluster: "pair",
      sides: {
        foil: { n: 30, accuracy: [0.8, 0.7, 0.9], d: [2, 1, 3] },
        caption: { n: 10, accuracy: [0.4, 0.2, 0.6], d: [-2, -3, -1] },
        all: { n: 40, accuracy: [0.7, 0.6, 0.8], d: [1, 0, 2] },
      },
      gamma: [1.5, 1, 2],
      alpha: [-0.5, -0.75, -0.25],
    },
    parts: [
      { part: "head 1.2", gamma: [0.9, 0.8, 1], way: ["reads"], circuit: true },
      { part: "mlp 2", gamma: [0.3, 0.2, 0.4], way: ["writes"], circuit: true },
      { part: "head 2.1", gamma: [0.5, 0.4, 0.6], way: ["writes"], circuit: false },
    ],
    circuit: { parts: 2, of: 6, held_out: [0.9, 0.8, 1] },
    says: ["It tells negation."],
    ...changes,
  });
}

function signed(content: Omit<Card, "checksum">): Card {
  return { ...content, checksum: checksumOf(content) };
}

Deno.test("a card is read as it was written, whatever its optional parts, and replaces an earlier one alone", () =>
  inFolder(async (folder) => {
    const path = await writeCard(cardOf(), folder, { name: "mine" });
    assertEquals(await readCard(path), cardOf());
    const { circuit: _, checksum: __, ...content } = cardOf();
    const rest = signed(content);
    await assertRejects(() => writeCard(rest, folder, { name: "mine" }), Error, "another card");
    const replaced = await writeCard(rest, folder, { name: "mine", overwrite: true });
    assertEquals(await readCard(replaced), rest);
    await Deno.writeTextFile(path, '{"another": 1}');
    await assertRejects(
      () => writeCard(cardOf(), folder, { name: "mine" }),
      Error,
      "not known to be the kit's",
    );
  }));

Deno.test("a card that is of another version, malformed or at odds with itself is refused with what is wrong", () =>
  inFolder(async (folder) => {
    const { scores, circuit, model } = cardOf();
    const { foil, caption, all } = scores.sides;
    const sides = (changes: object) => ({
      scores: { ...scores, sides: { foil, caption, all, ...changes } },
    });
    const blocks = Object.fromEntries(
      ["alpha", "beta", "gamma", "sentences_right", "pictures_right", "all_right"]
        .map((name) => [name, [name === "all_right" ? 0.6 : 0.5, 0.4, 0.7]]),
    );
    const part = (changes: object) => ({
      parts: [{ part: "head 1.2", ...changes }],
      circuit: undefined,
    });
    const cases: readonly [object, string][] = [
      [
        { format: "negscope card 2" },
        'it is a "negscope card 2", and this version of the kit reads',
      ],
      [{ format: "a card" }, "its format must be equal to constant"],
      [{ more: 1 }, "its content must NOT have additional properties"],
      [{ model: { ...model, name: "" } }, "its model.name must NOT have fewer than 1 characters"],
      [
        { model: { ...model, files: [{ file: "a", sha256: "12" }] } },
        "its model.files.0.sha256 must match",
      ],
      [
        sides({ all: { ...all, accuracy: [1.2, 1, 1.3] } }),
        "its scores.sides.all.accuracy.0 must be <= 1",
      ],
      [part({ gamma: [1e9, 0, 1] }), "its parts.0.gamma.0 must be <= 1000000"],
      [part({ gamma: [0.5, 0.6, 0.4] }), "a value of it is not in its interval: [0.5,0.6,0.4]"],
      [part({ gamma: [0.9, 0.1, 0.2] }), "a value of it is not in its interval: [0.9,0.1,0.2]"],
      [part({ part: "head 3.1" }), "the model has no head 3.1"],
      [part({ part: "<b>" }), "its parts.0.part must match pattern"],
      [part({ way: ["sings"] }), "its parts.0.way.0 must be equal to one of the allowed values"],
      [
        { parts: [{ part: "mlp 1" }, { part: "mlp 1" }], circuit: undefined },
        "it has a part twice",
      ],
      [{ circuit: { ...circuit, parts: 3 } }, "its circuit has 3 parts, but 2 parts are in it"],
      [{ circuit: { ...circuit, of: 7 } }, "its circuit is of 7 parts, but the model has 6"],
      [sides({ all: { ...all, n: 41 } }), "its sides have 40 rows, but all are 41"],
      [
        sides({ all: { ...all, accuracy: [0.75, 0.6, 0.8] } }),
        "its accuracy of all rows is not the mean",
      ],
      [sides({ foil: { ...foil, d: [2.1, 1, 3] } }), "its d of all rows is not the mean"],
      [
        { scores: { ...scores, blocks } },
        "more of its blocks are right in all than in one of both",
      ],
    ];
    for (const [changes, reason] of cases) {
      const path = `${folder}/card.json`;
      await Deno.writeTextFile(path, JSON.stringify(signed({ ...cardOf(), ...changes } as Card)));
      await assertRejects(() => readCard(path), Error, `card.json": ${reason}`);
    }
    const edited = JSON.stringify({ ...cardOf(), says: ["It tells nothing."] });
    await Deno.writeTextFile(`${folder}/card.json`, edited);
    await assertRejects(() => readCard(`${folder}/card.json`), Error, "it was edited after it was");
    await Deno.writeTextFile(`${folder}/card.json`, "{");
    await assertRejects(() => readCard(`${folder}/card.json`), Error, "it is not JSON");
    await assertRejects(() => readCard(`${folder}/none.json`), Error, "there is no such file");
  }));

Deno.test("a card is of a folder whose files have its checksums", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/config.json`, "abc");
    const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; // FIPS 180-2, appendix B.1
    const of = (file: string, sha256: string) =>
      cardOf({ model: { ...cardOf().model, files: [{ file, sha256 }] } });
    await checkModel(of("config.json", abc), folder);
    await assertRejects(
      () => checkModel(of("config.json", SHA), folder),
      Error,
      "config.json there is another",
    );
    await assertRejects(
      () => checkModel(of("no.json", abc), folder),
      Error,
      "no.json is not there",
    );
  }));

Deno.test("a card is compared with a model that is named, be it the embedded one", async () => {
  const of = async (...flags: string[]) =>
    (await runHere("card", ["data/cards/tuned.json", ...flags])).code;
  assertEquals([await of(), await of("--model", "shapes")], [0, 1]);
  assertEquals(await of("--model", "shapes/tuned"), 0);
});

Deno.test("over models of a recipe means have Student's interval, with parts aligned by what they do", () => {
  const of = (gamma: number, part: string, recipe: string | undefined = "r") =>
    cardOf({
      model: { ...cardOf().model, recipe, files: [{ file: `${gamma}`, sha256: SHA }] },
      scores: { ...cardOf().scores, gamma: [gamma, 0, 9] },
      parts: [
        { part, gamma: [gamma / 4, 0, 1], way: ["reads"] },
        { part: "mlp 1", gamma: [9, 0, 10] },
      ],
    });
  const rows = seedRows([
    of(1, "head 1.1"),
    of(2, "head 2.2"),
    of(3, "head 1.2"),
    of(9, "head 1.1", "alone"),
  ]);
  const row = (quantity: string) => rows.find((each) => each.quantity === quantity)!;
  assertEquals(rows.map(({ quantity }) => quantity), [
    "accuracy",
    "gamma",
    "alpha",
    "reads",
    "circuit",
  ]);
  const { models, mean, low, high, spread } = row("gamma");
  assertEquals([models, mean, spread], [3, 2, 1]);
  const reach = 2.4841377118; // t(.975, 2) / sqrt(3), by scipy
  assertAlmostEquals(mean - low, reach, 1e-6); // the quantile has 7 digits
  assertAlmostEquals(high - mean, reach, 1e-6);
  assertAlmostEquals(row("reads").mean, 0.5, 1e-12);
});

Deno.test("two models agree as far as their parts have gamma in the same order, and only on the same data", () => {
  const of = (name: string, gammas: readonly number[], sha256 = SHA): NamedCard => ({
    name,
    card: cardOf({
      scores: { ...cardOf().scores, data: [{ file: "pairs.json", sha256 }] },
      parts: gammas.map((gamma, i) => ({ part: `head 1.${i + 1}`, gamma: [gamma, 0, 1] })),
    }),
  });
  const rows = mapAgreement([
    of("a", [0.9, 0.3, 0.1]),
    of("b", [0.8, 0.2, 0.15, 0.7]), // of the fourth part the others say nothing
    of("c", [0.1, 0.3, 0.9]),
    of("d", [1, 0.5, 0], "f".repeat(64)),
  ]);
  assertEquals(
    rows.map(({ first, second, n, rho }) => [first, second, n, Math.round(rho!)]),
    [["a", "b", 3, 1], ["a", "c", 3, -1], ["b", "c", 3, -1]],
  );
});

Deno.test("the table has the numbers of each card and the parts by what they do, the largest first", () => {
  const { rows: [row] } = cardsTable([{ name: "a", card: cardOf() }]);
  assertEquals([row!.gamma, row!.gamma_low, row!.gamma_high, row!.n], [1.5, 1, 2, 40]);
  assertEquals([row!.reads, row!.writes, row!.circuit, row!.parts], ["1.2", "2.1, mlp 2", 2, 6]);
  assertEquals([row!.held_out, row!.sentences_right], [0.9, undefined]);
});

Deno.test("200 cards make a page, names stay text, and pages of the explorer are linked", () =>
  inFolder(async (folder) => {
    const name = '<img src=x onerror="alert(1)">';
    const cards = Array.from({ length: 200 }, (_, i): NamedCard => ({
      name: `model ${i}`,
      card: cardOf({ model: { ...cardOf().model, name }, says: [name] }),
    }));
    for (const { name, card } of cards) await writeCard(card, `${folder}/in`, { name });
    await Deno.mkdir(`${folder}/out/model 7`, { recursive: true });
    await Deno.writeTextFile(`${folder}/out/model 7/index.html`, "");
    const files = await writeCards(await readCards(`${folder}/in`), `${folder}/out`);
    assertEquals(files, ["index.html", "cards.csv"]);
    const page = await Deno.readTextFile(`${folder}/out/index.html`);
    assertEquals(page.includes("<img"), false);
    assertEquals(page.match(/href="\.\/model%207\/index.html"/g)?.length, 1);
    assertEquals(page.match(/<td><a href="#card-/g)?.length, 200);
    await assertRejects(
      () => readCards(`${folder}/out/model 7`),
      Error,
      "there is no .json file in it",
    );
  }));

Deno.test("the page shows whole circuits, names each point and the data that differ, and counts a model once", () =>
  inFolder(async (folder) => {
    const out = `${folder}/out`;
    for (const { name } of Deno.readDirSync("data/cards")) {
      await writeCard(await readCard(`data/cards/${name}`), folder, { name: name.slice(0, -5) });
    }
    await Deno.copyFile(`${folder}/seed0.json`, `${folder}/zcopy.json`);
    const { stdout } = await runHere("cards", [folder, "--static", out]);
    const copied = "negscope cards: 7 models\n\nzcopy: the same model and data as seed0";
    assertStringIncludes(stdout, copied);
    await writeCard(await readCard("data/cards/two.json"), `${folder}/one`);
    const one = await runHere("cards", [`${folder}/one`, "--static", `${folder}/page`]);
    assertStringIncludes(one.stdout, "negscope cards: 1 model\n\nPage: ");
    const page = await Deno.readTextFile(`${out}/index.html`);
    const boxes = [...page.matchAll(/viewBox="([^"]*)"/g)].map(([, box]) => box!);
    assertEquals(boxes.length, 8); // the chart, and the circuit of each
    for (const box of boxes) assertMatch(box, /^0 0 \d+ \d+$/);
    const points = [...page.matchAll(/class="point( other)?".*?<title>(\w+):.*?<\/a>/gs)];
    assertEquals(points.length, 7);
    for (const [all, isOther, name] of points) {
      assertStringIncludes(all, `>${name}</text>`);
      assertEquals(isOther !== undefined, name === "relay" || name === "two", name);
    }
    assertStringIncludes(page, "compared: relay, two (pairs.json f59658,");
    assertEquals(page.match(/<td>pairs.json f59658/g)?.length, 2);
    assertStringIncludes(page, "The same model and data: zcopy.");
  }));

Deno.test("a page is written anew over an earlier one, and never into the folder of a run", () =>
  inFolder(async (folder) => {
    const cards = ["a", "b"].map((name): NamedCard => ({ name, card: cardOf() }));
    const write = () => writeCards(cards, folder);
    assertEquals(await write(), ["index.html", "cards.csv", "agreement.csv"]);
    await writeCard(cardOf(), folder);
    await write();
    for (const name of ["index.html", "cards.csv"]) await Deno.remove(`${folder}/${name}`);
    await Deno.writeTextFile(`${folder}/manifest.json`, '{"command": "trace"}');
    await assertRejects(write, Error, "kit's own: manifest.json; move that away, or choose");
    const left = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    assertEquals(left, ["agreement.csv", "card.json", "manifest.json"]);
  }));
