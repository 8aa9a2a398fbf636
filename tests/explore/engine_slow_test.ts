/** The explorer's engine: changes together, what pages and links may send, and how many sessions it keeps. */

import { assert, assertAlmostEquals, assertEquals, assertMatch } from "@std/assert";
import { engineOf } from "../../lib/explore/engine/explorer.ts";
import type { ErrorCode } from "../../lib/errors/errors.ts";
import type { Change, Explorer, Scene, Side } from "../../lib/explore/protocol.ts";
import { loadFiles, openFiles } from "../../lib/explore/serve/open_engine.ts";
import { explainScore } from "../../lib/study/image_scores.ts";
import { CANVAS } from "../../lib/explore/engine/browser.ts";
import { assertRejectsCode } from "../error_codes.ts";

const options = { cache: "none" };
const opened = openFiles({ limit: 60 }, options).then((files) => loadFiles(files, options));
Deno.test.afterAll(async () => await (await opened).study.release());

async function engineAndRow() {
  const { parts } = await opened;
  const [row] = parts.about.rows;
  return { engine: engineOf(parts), row: row!, parts };
}

Deno.test("a patch of all of the negated sentence brings all of d, whatever else is changed", async () => {
  const { engine, row } = await engineAndRow();
  const others: Change[] = [
    { kind: "knock_out", head: "1.2" },
    { kind: "direction", layer: 3, strength: 0.7 },
    { kind: "replace", part: "mlp 2" },
  ];
  const { after, tokens, negated } = await engine.measure(row, others);
  const last = tokens[negated!].length - 1;
  const all: Change[] = [...others, { kind: "patch", layer: 6, position: last }];
  assertAlmostEquals((await engine.measure(row, all)).after.d, 0, 1e-5);
  const map = await engine.grid(row, others, "map");
  assertEquals(map.values.at(-1)!.at(-1), 1);
  const reversed = await engine.measure(row, others.toReversed());
  assertAlmostEquals(reversed.after.d, after.d, 1e-5);
});

Deno.test("a row's block has the d that its other row has under the same changes", async () => {
  const { engine, parts } = await engineAndRow();
  const row = parts.about.rows.find(({ row }) => row === parts.about.first)!;
  const partner = parts.about.rows.find(({ row: own }) => own === row.other)!;
  assertEquals([partner.caption, partner.foil, partner.other], [row.foil, row.caption, row.row]);
  const changes: Change[] = [{ kind: "knock_out", head: "1.2" }];
  const [own, other] = [await engine.measure(row, changes), await engine.measure(partner, changes)];
  assertAlmostEquals(own.other!.before, partner.scores.d, 1e-5);
  assertAlmostEquals(own.other!.after, other.after.d, 1e-5);
  assertAlmostEquals(other.other!.after, own.after.d, 1e-5);
  const seen = await engine.measure({ ...row, picture: partner.picture }, []);
  assertEquals(seen.other, undefined); // with another picture it is no block
});

Deno.test("a map of the changed model has in each cell what a patch beside the changes does", async () => {
  const { engine, row } = await engineAndRow();
  const others: Change[] = [{ kind: "knock_out", head: "1.2" }, { kind: "replace", part: "2.1" }];
  const map = await engine.grid(row, others, "map");
  const { d } = (await engine.measure(row, others)).after;
  for (const [layer, position] of [[0, 3], [1, 4], [3, 4], [5, 6]] as const) {
    const { after } = await engine.measure(row, [...others, { kind: "patch", layer, position }]);
    assertAlmostEquals(map.values[position]![layer]!, (d - after.d) / d, 1e-5);
  }
});

Deno.test("attention sums to 1, direct effects with the norm's to d, and a direction of strength 0 changes nothing", async () => {
  const { engine, row } = await engineAndRow();
  const attention = await engine.grid(row, [], { side: row.negated, head: "3.2" });
  for (const own of attention.values) {
    assertAlmostEquals(own.reduce((a, b) => a! + b!, 0)!, 1, 1e-6);
  }
  const none: Change[] = [{ kind: "direction", layer: 2, strength: 0 }];
  const { before, after } = await engine.measure(row, none);
  assertAlmostEquals(after.d, before.d, 1e-5);
  const [direct, changed] = [
    await engine.grid(row, [], "direct"),
    await engine.grid(row, none, "direct"),
  ];
  direct.values.flat().forEach((x, i) => assertAlmostEquals(changed.values.flat()[i]!, x!, 1e-5));
});

Deno.test("a look's senders add up to the change of the score, from either sentence, and a change of the stream is one", async () => {
  const { engine, row, parts: { text } } = await engineAndRow();
  const { tokens, negated } = await engine.measure(row, []);
  const negator = tokens[negated!].findIndex(({ role }) => role === "negator");
  const other = negated === "foil" ? "caption" : "foil";
  const hook = "blocks.5.attn.hook_attn_scores";
  const { cache } = await text.runWithCache([row[negated!], row[other]], [hook]);
  const [own, twins] = [0, 1].map((i) => cache.row(hook, i).row(1).at(negator + 1, negator));
  const why = (side: Side, changes: readonly Change[] = []) =>
    engine.grid(row, changes, { side, head: "6.2", from: negator + 1 });
  const look = await why(negated!);
  assertEquals(look, await why(other)); // in a minimal pair the positions are the same
  assertEquals(look.columns, [negator, negator + 1].map((at) => tokens[negated!][at]!.text));
  assertEquals([look.rows.length, look.rows.at(-1)], [7, "all others"]);
  const sizes = look.values.slice(0, -1).map((ends) => Math.max(...ends.map((x) => Math.abs(x!))));
  assertEquals(sizes, sizes.toSorted((a, b) => b - a));
  const sum = look.values.flat().reduce<number>((sum, part) => sum + part!, 0);
  assertAlmostEquals(sum, own! - twins!, 1e-5);
  const patched = await why(negated!, [{ kind: "patch", layer: 2, position: negator }]);
  assert(!look.rows.includes("rest") && patched.rows.includes("rest"));
  const first = await engine.grid(row, [], { side: negated!, head: "1.2", from: negator + 1 });
  assertEquals(first.rows, ["embedding", "scale"]);
});

Deno.test("sentences of the reader's have maps if one has a negator, and scores in any case", async () => {
  const { engine, row: { picture } } = await engineAndRow();
  const negated: Scene = { caption: "A red star.", foil: "No red star here.", picture };
  const own = await engine.measure(negated, []);
  assertEquals([own.negated, own.noMap], ["foil", undefined]);
  const map = await engine.grid(negated, [], "map");
  assert(map.values.some((row) => row.includes(null)), "a token without a counterpart has no cell");
  const scene: Scene = { caption: "A red star.", foil: "A blue star.", picture };
  const pushed = [{ kind: "direction", layer: 1, strength: 1 }] as const;
  const { noMap, after } = await engine.measure(scene, pushed);
  assertMatch(noMap!, /negating words/);
  assert(Number.isFinite(after.d));
  await assertRejectsCode(() => engine.grid(scene, [], "map"), "pair-not-minimal", "Cannot map");
  const knocked = () => engine.measure(scene, [{ kind: "knock_out", head: "1.1" }]);
  await assertRejectsCode(knocked, "pair-not-minimal", "Cannot change single parts");
});

Deno.test("the direction of one pair, after the last layer, gives the affirmative sentence the score of the negated one", async () => {
  const { parts, row } = await engineAndRow();
  const engine = engineOf({ ...parts, pairs: parts.pairs.slice(0, 1) });
  const { layers } = parts.about;
  const { before, after, negated } = await engine.measure(row, [
    { kind: "direction", layer: layers, strength: 1 },
  ]);
  const affirmative = negated === "caption" ? "foil" : "caption";
  assertAlmostEquals(after[affirmative], before[negated!], 1e-4);
  assert(Math.abs(after[affirmative] - before[affirmative]) > 0.1);
});

Deno.test("CANVAS refuses what the browser cannot decode", async () => {
  const file = { bytes: new TextEncoder().encode("no picture"), name: "<b>.png" };
  const decoding = () => CANVAS.pixels(file, {} as never);
  await assertRejectsCode(decoding, "image-undecodable", "a whole PNG, JPEG, WebP or GIF file");
});

/** Questions that are refused, with the error's code and what it says. */
const ASKED = (engine: Explorer, row: Scene): readonly (readonly [
  answer: () => Promise<unknown>,
  code: ErrorCode,
  message: string,
])[] => {
  const measure = (scene: object, changes: unknown = []) => () =>
    engine.measure({ ...row, ...scene }, changes as Change[]);
  const add = (bytes: string | number) => () =>
    engine.addPicture(
      typeof bytes === "number" ? new Uint8Array(bytes) : new TextEncoder().encode(bytes),
    );
  const far: Change = { kind: "patch", layer: 1, position: 99 };
  const back: Change = { kind: "cut", from: "5.1", to: "2.1", by: "values" };
  const grid = (side: string, head: string, from?: number) => () =>
    engine.grid(row, [], { side, head, from } as never);
  return [
    [measure({ caption: 1 }), "value-wrong", "Cannot show"],
    [measure({ caption: "a ".repeat(1500) }), "value-wrong", "of at most 2000 letters"],
    [measure({ caption: "red ".repeat(200) }), "sentence-beyond-context", "red red"],
    [measure({ picture: "../../etc/passwd" }), "name-unknown", "Cannot find picture"],
    [measure({ picture: "__proto__" }), "name-unknown", "Cannot find picture"],
    [measure({}, "all"), "value-wrong", "Cannot make changes"],
    [measure({}, [{}]), "value-wrong", "Cannot make change"],
    [measure({}, [far]), "index-outside", "Cannot patch position"],
    [measure({}, [back]), "value-wrong", "Cannot make change"],
    [add("no picture"), "image-undecodable", "your picture"],
    [add("<svg><script>alert(1)</script></svg>"), "image-undecodable", "your picture"],
    [add(20e6 + 1), "value-wrong", "at most 20 MB"],
    [add(0), "value-wrong", "Cannot add picture"],
    [grid("foil", "9.9"), "value-wrong", "Cannot show the attention of"],
    [grid("both", "1.1"), "value-wrong", "caption or foil"],
    [grid("foil", "1.1", 0), "value-wrong", "Cannot say why the head looks from position 0"],
    [grid("foil", "1.1", 99), "value-wrong", "expected one from which the negator is seen"],
    [() => engine.picture("x"), "name-unknown", "dropped or drawn the last 40 are remembered"],
  ];
};

Deno.test("what a page or a link sends is checked before anything runs", async () => {
  const { engine, row } = await engineAndRow();
  for (const [ask, code, message] of ASKED(engine, row)) {
    await assertRejectsCode(ask, code, message);
  }
  await engine.measure(row, []); // the engine goes on
});

Deno.test("a picture of the data that is dropped has the scores that it has in the data", async () => {
  const { engine, row, parts } = await engineAndRow();
  const name = await engine.addPicture(await parts.readImage(row.picture));
  const { before } = await engine.measure({ ...row, picture: name }, []);
  assertAlmostEquals(before.d, row.scores.d, 1e-5);
  assertEquals((await engine.picture(name)).type, "image/png");
  const ranking = await engine.ranking(row, [], "caption");
  assert(ranking.every(({ score }, i) => i === 0 || score <= ranking[i - 1]!.score));
});

Deno.test("any number of different changes takes the same sessions", async () => {
  const { engine, row, parts: { text } } = await engineAndRow();
  const changes = [1, 2, 3, 4, 5, 6].flatMap((layer): Change[] => {
    const name = `${layer}.${1 + layer % 4}`;
    return [
      { kind: "patch", layer, position: layer % 5 },
      { kind: "knock_out", head: name },
      { kind: "replace", part: layer % 2 === 0 ? name : `mlp ${layer}` },
      {
        kind: "cut",
        from: "negator",
        to: name,
        by: (["queries", "keys", "values"] as const)[layer % 3]!,
      },
      { kind: "cut", from: name, to: "score", by: "direct" },
      { kind: "direction", layer, strength: layer - 2 },
    ];
  });
  let made = 0;
  const { runtime } = text.tower;
  const { create } = runtime;
  Object.assign(runtime, {
    create: (...args: Parameters<typeof create>) => {
      made++;
      return create.apply(runtime, args);
    },
  });
  await engine.measure(row, [{ kind: "direction", layer: 1, strength: 1 }]);
  await engine.grid(row, [], "map");
  await engine.grid(row, [], { side: "foil", head: "1.1" });
  const before = made;
  for (const [i, change] of changes.entries()) {
    const together = [change, changes[(7 * i + 5) % changes.length]!];
    await engine.measure(row, together);
    await engine.grid(row, together, { side: "foil", head: `${1 + i % 6}.1` });
  }
  assertEquals(made, before);
  Object.assign(runtime, { create });
});

Deno.test("what d rests on is what score --explain finds, of the reader's picture too, as it is sent", async () => {
  const { engine, row, parts } = await engineAndRow();
  const found = await engine.explain(row);
  const tower = await parts.image();
  const pixels = await tower.pixels(await parts.readImage(row.picture), row.picture);
  const model = { text: parts.text, image: tower, family: parts.text.family };
  const sentences = [row.caption, row.foil];
  const { words, squares, total } = await explainScore(model, { pixels, sentences });
  assertEquals([found.words, found.squares, found.total], [words, squares, total]);
  assertAlmostEquals(total, Math.abs(row.scores.d), 1e-4);
  assertEquals(found.greys.length, 64 ** 2);
  const picture = await engine.addPicture(await parts.readImage(row.picture));
  assertEquals((await engine.explain({ ...row, picture })).squares, squares);
  assertEquals(JSON.parse(JSON.stringify(found)), found); // as a server sends it
});
