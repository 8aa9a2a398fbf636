import { assert, assertEquals } from "@std/assert";
import { Charsmap, loadSiglipTokenizer } from "../../../lib/model/text/siglip_tokenizer.ts";
import { onDisk } from "../../../lib/files/read_file.ts";
import { loadClipConfig } from "../../../lib/model/forms/settings.ts";
import type { ErrorCode } from "../../../lib/errors/errors.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import { TINY } from "./tokenizer_forms.ts";
import { fixture, withFiles } from "../../scripts/task_process.ts";

const pathOf = (name: string) => fixture(`siglip-tokenizers/${name}.json`);
const read = async (name: string) => JSON.parse(await Deno.readTextFile(pathOf(name)));
const { normalizer } = await read("unigram");
const own: string = normalizer.normalizers.at(-1).precompiled_charsmap;

Deno.test("replace() replaces the longest known sequence at every place, and keeps the rest", () => {
  const charsmap = new Charsmap(own);
  const cases = [
    ["no \uff01\uff21", "no !A"],
    ["\u2460\u2461\u2460\u2462", "121\u2462"], // a pair, then its first sign alone
    ["e\u0301e\u0323\u0301", "\u00e9e\u0323\u0301"],
    ["co\u00adop\u3000\u2581", "coop  "],
    ["\u4e2d\u{1f600}\ufeff", "\u4e2d\u{1f600}\ufeff"],
    ["", ""],
  ] as const;
  for (const [text, expected] of cases) assertEquals(charsmap.replace(text), expected);
});

Deno.test("replace() keeps every character if the trie leads out of itself", () => {
  const bytes = Uint8Array.from(atob(own), (character) => character.charCodeAt(0));
  const damaged = bytes.with(7, 0x7f); // the highest bits of the first unit's offset
  const map = new Charsmap(btoa(String.fromCharCode(...damaged)));
  assertEquals(map.replace("no \uff01\uff21 \u2460"), "no \uff01\uff21 \u2460");
});

const text = { ...(await loadClipConfig(onDisk(TINY))).text, maxPositions: 24, vocabSize: 602 };
const load = (name: string) => loadSiglipTokenizer(onDisk(pathOf(name)), text);
const [unigram, bytes, pairs] = await Promise.all(["unigram", "bytes", "pairs"].map(load));

Deno.test("encode() gives the ids of SiglipTokenizer and Siglip2Tokenizer, padding apart", async () => {
  const golden: Record<string, [string, number[]][]> = await read("ids");
  for (const [name, tokenizer] of Object.entries({ unigram, bytes, pairs })) {
    assert(golden[name]!.length > 60);
    for (const [sentence, ids] of golden[name]!) {
      const own = tokenizer!.encode(sentence);
      const padding = new Array<number>(24 - own.length).fill(tokenizer!.padId);
      assertEquals([...own, ...padding], ids, `${name}: ${JSON.stringify(sentence)}`);
    }
  }
});

Deno.test("encode() ends every sentence in the end token, whatever the template of the file", async () => {
  const own = await read("pairs");
  const template = { type: "TemplateProcessing", single: [{ Sequence: { id: "A", type_id: 0 } }] };
  for (const post_processor of [null, { ...template, pair: [], special_tokens: {} }]) {
    await withFiles(
      { "tokenizer.json": JSON.stringify({ ...own, post_processor }) },
      async (folder) => {
        const tokenizer = await loadSiglipTokenizer(onDisk(folder), text);
        assertEquals(tokenizer.encode("No boat."), pairs!.encode("No boat."));
      },
    );
  }
  assertEquals([unigram, bytes, pairs].map((each) => each!.encode("")), [[1], [1], [1]]);
  assertEquals(pairs!.count("no boat ".repeat(20)) > 24, true);
  assertEquals(pairs!.encode("no boat ".repeat(20)).length, 24);
});

Deno.test("encode() lowers a sentence once whether or not tokenizer.json does so", async () => {
  const own = await read("pairs");
  const normalizer = { type: "Sequence", normalizers: [{ type: "Lowercase" }, own.normalizer] };
  await withFiles({ "tokenizer.json": JSON.stringify({ ...own, normalizer }) }, async (folder) => {
    const tokenizer = await loadSiglipTokenizer(onDisk(folder), text);
    assertEquals(tokenizer.encode("NO ΑΣ"), pairs!.encode("no ασ"));
  });
});

Deno.test("loadSiglipTokenizer() says how to convert sentencepiece's own file", async () => {
  const own =
    "/spiece.model\": it is sentencepiece's own file, and there is no tokenizer.json beside";
  for (
    const [files, code, says] of [
      [{ "spiece.model": "" }, "tokenizer-unreadable", own],
      [{}, "model-file-missing", ": download it from the model's repository"],
    ] as [Record<string, string>, ErrorCode, string][]
  ) {
    await withFiles(files, async (folder) => {
      const load = () => loadSiglipTokenizer(onDisk(folder), text);
      const { message } = await assertRejectsCode(load, code, says);
      assertEquals(message.includes(folder), true, message);
    });
  }
});

Deno.test("loadSiglipTokenizer() refuses tokenisers of another kind", async () => {
  const [one, two] = [await read("unigram"), await read("pairs")];
  const { "<pad>": _, ...noPad } = two.model.vocab;
  const stage = { type: "Sequence", normalizers: [{ type: "StripAccents" }] };
  const vocab = { "<pad>": 0 };
  const cases: [unknown, string][] = [
    [{ model: { type: "WordPiece", vocab: {} } }, 'it is of type "WordPiece"'],
    [{ ...two, model: { ...two.model, byte_fallback: false } }, 'it is of type "BPE"'],
    [{ ...two, model: { ...two.model, vocab: null } }, "it has no vocabulary"],
    [
      { ...two, added_tokens: [], model: { ...two.model, vocab: noPad } },
      'it has no token "<pad>"',
    ],
    [{ ...one, normalizer: stage }, 'its normaliser has the stage "StripAccents"'],
    [{ ...one, normalizer: { type: "Sequence", normalizers: [7] } }, "has the stage missing"],
    [{ ...one, model: { ...one.model, vocab } }, '"model.vocab" is not a list of tokens'],
  ];
  for (const [contents, message] of cases) {
    await withFiles({ "tokenizer.json": JSON.stringify(contents) }, async (folder) => {
      const loading = () => loadSiglipTokenizer(onDisk(folder), text);
      await assertRejectsCode(loading, "model-files-differ", message);
    });
  }
});

Deno.test("loadSiglipTokenizer() refuses ids that are not the model's, and damaged parts", async () => {
  for (const name of ["unigram", "pairs"]) {
    await assertRejectsCode(
      () => loadSiglipTokenizer(onDisk(pathOf(name)), { ...text, vocabSize: 20 }),
      "model-files-differ: but the model has a vocabulary of 20",
    );
  }
  const [one, two] = [await read("unigram"), await read("pairs")];
  const map = (precompiled_charsmap: unknown) => ({
    ...one,
    normalizer: { type: "Precompiled", precompiled_charsmap },
  });
  const cases: [unknown, "tokenizer-unreadable" | "setting-wrong", string][] = [
    [map("*"), "tokenizer-unreadable", "its precompiled_charsmap is not base64"],
    [map("AAAA"), "tokenizer-unreadable", "its precompiled_charsmap is not whole"],
    [map("////////"), "tokenizer-unreadable", "its precompiled_charsmap is not whole"],
    [{ ...two, model: { ...two.model, merges: [1] } }, "tokenizer-unreadable", "a part of"],
    [{ ...one, model: { ...one.model, unk_id: -1 } }, "setting-wrong", '"model.unk_id" must be'],
  ];
  for (const [contents, code, message] of cases) {
    await withFiles({ "tokenizer.json": JSON.stringify(contents) }, async (folder) => {
      await assertRejectsCode(() => loadSiglipTokenizer(onDisk(folder), text), code, message);
    });
  }
});
