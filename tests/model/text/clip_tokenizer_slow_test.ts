import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { onDisk } from "../../../lib/files/read_file.ts";
import { loadClipConfig } from "../../../lib/model/forms/settings.ts";
import { type ClipTokenizer, loadTokenizer } from "../../../lib/model/text/clip_tokenizer.ts";
import { VOCABULARY } from "../../../lib/model/text/sentence_tokenizer.ts";
import {
  gzip,
  MERGES,
  OWN,
  POINTER,
  TINY,
  VOCAB,
  VOCABULARY_FILE,
  withFiles,
} from "./tokenizer_forms.ts";
import type { ErrorCode } from "../../../lib/errors/errors.ts";
import { assertRejectsCode, assertThrowsCode } from "../../error_codes.ts";
import { fixture } from "../../scripts/task_process.ts";
import { sharedFile, testWithShared } from "../../reference_material.ts";

const GOLDEN = fixture("golden-tiny/tokens.json");
const SHARED = sharedFile("");
const { text } = await loadClipConfig(onDisk(TINY));
const tiny = await loadTokenizer(onDisk(TINY), text);

/** Compares with the ids that Hugging Face's tokeniser gave. */
async function compareWithGolden(tokenizer: ClipTokenizer, file: string): Promise<void> {
  const golden: {
    readonly sentences: Readonly<Record<string, number[]>>;
    readonly awkward: readonly (readonly [string, number[]])[];
  } = JSON.parse(await Deno.readTextFile(file));
  for (const [sentence, ids] of [...Object.entries(golden.sentences), ...golden.awkward]) {
    assertEquals(tokenizer.encode(sentence), ids, sentence);
  }
}

Deno.test("encode() gives the ids of CLIPTokenizerFast for sentences and awkward strings", async () => {
  await compareWithGolden(tiny, GOLDEN);
});

testWithShared(
  "encode() gives the ids of CLIPTokenizerFast with CLIP's own vocabulary, as tokenizer.json and as OpenAI's file",
  async () => {
    const folder = onDisk(`${SHARED}/fixtures/clip-small`);
    const config = (await loadClipConfig(folder)).text;
    const packed = onDisk(`${SHARED}/data/clip_vocabulary/${VOCABULARY}`);
    for (const place of [folder, packed]) {
      const tokenizer = await loadTokenizer(place, config);
      await compareWithGolden(tokenizer, `${SHARED}/fixtures/golden/tokens.json`);
      assertEquals(
        tokenizer.tokens("caf\u00e9 \u4e2d dogs."),
        ["<|startoftext|>", "caf\u00e9", "\u00e4\u00b8", "\u0143", "dogs", ".", "<|endoftext|>"],
      );
    }
  },
);

Deno.test("loadTokenizer() gives the same ids from every published form", async () => {
  const forms: Record<string, string | Uint8Array>[] = [
    { "vocab.json": VOCAB, "merges.txt": MERGES },
    { [VOCABULARY]: VOCABULARY_FILE },
  ];
  for (const files of forms) {
    await withFiles(files, async (folder) => {
      const tokenizer = await loadTokenizer(onDisk(folder), text);
      await compareWithGolden(tokenizer, GOLDEN);
      assertEquals(tokenizer.tokens("No boat."), tiny.tokens("No boat."));
      assertEquals([tokenizer.bosTokenId, tokenizer.eosTokenId], [600, 601]);
    });
  }
});

Deno.test("loadTokenizer() refuses a vocabulary file whose vocabulary is not the model's", async () => {
  await withFiles({ [VOCABULARY]: VOCABULARY_FILE }, async (folder) => {
    for (const vocabSize of [601, 603]) {
      await assertRejectsCode(
        () => loadTokenizer(onDisk(folder), { ...text, vocabSize, eosTokenId: 2 }),
        `model-files-differ: it makes a vocabulary of 602 tokens, but the model has ${vocabSize}`,
      );
    }
  });
});

Deno.test("loadTokenizer() takes as many merges of CLIP's vocabulary file as CLIP has, whatever follows, also where the model has more embeddings than tokens", async () => {
  const merges = Array.from({ length: 60_000 }, (_, i) => `${i} x`);
  const file = await gzip(["#version: 0.2", ...merges, ""].join("\n"));
  await withFiles({ [VOCABULARY]: file }, async (folder) => {
    for (const eosTokenId of [49407, 2]) {
      const sizes = { ...text, vocabSize: 49412, eosTokenId };
      const tokenizer = await loadTokenizer(onDisk(folder), sizes);
      assertEquals(tokenizer.encode(""), [49406, 49407]);
    }
    for (
      const sizes of [{ vocabSize: 49412, eosTokenId: 49411 }, { vocabSize: 49407, eosTokenId: 2 }]
    ) {
      const load = () => loadTokenizer(onDisk(folder), { ...text, ...sizes });
      await assertRejectsCode(load, "model-files-differ");
    }
  });
});
Deno.test("encode() gives CLIPTokenizerFast's ids where JavaScript and Rust differ", () => {
  // A word-final sigma, and a byte order mark within a sentence; ids of transformers 4.57.
  assertEquals(tiny.encode("ΑΣ a"), [600, 138, 109, 139, 481, 320, 601]);
  const mark = [600, 320, 158, 222, 251, 171, 119, 379, 321, 601];
  assertEquals(tiny.encode("a\u201d\ufeff b"), mark);
});

Deno.test("encode() takes as white space what CLIPTokenizerFast does, and nothing else", () => {
  // Of all characters of 16 bits, those that tokenizers 0.23 reads as a space between, before and after words.
  const spaces = "\t\n\v\f\r \u0085\u00a0\u1680\u2028\u2029\u202f\u205f\u3000" +
    Array.from({ length: 11 }, (_, i) => String.fromCharCode(0x2000 + i)).join("");
  const plain = tiny.encode("no boat").join();
  const found = Array.from({ length: 0xd800 }, (_, code) => String.fromCharCode(code)).filter(
    (letter) => !/[\p{L}\p{N}\p{M}]/u.test(letter), // no letter is a space
  ).filter((letter) => tiny.encode(`${letter}no${letter}${letter}boat${letter}`).join() === plain);
  assertEquals(found, [...spaces].sort());
});

Deno.test("encode() keeps the start of a long sentence and ends it with the end token", () => {
  const ids = tiny.encode("there is no boat ".repeat(20));
  assertEquals(ids.length, 24);
  assertEquals([ids[0], ids.at(-1)], [600, 601]);
  assertEquals(ids.slice(0, 5), tiny.encode("there is no boat").slice(0, 5));
});

Deno.test("encode() gives the same ids again, whatever is done with the first ones and however many sentences come between", () => {
  const sentence = "There is no dog.";
  const first = tiny.encode(sentence);
  const kept = [...first];
  first.fill(0);
  assertEquals(tiny.encode(sentence), kept);
  for (let i = 0; i < 5000; i++) tiny.count(`${i}`);
  assertEquals(tiny.encode(sentence), kept);
  assertEquals(tiny.count(sentence), kept.length);
});

Deno.test("tokens() names every position without the end-of-word mark", () => {
  const tokens = ["<|startoftext|>", "there", "is", "no", "boat", ".", "<|endoftext|>"];
  assertEquals(tiny.tokens("There is no boat."), tokens);
  assertEquals(tiny.tokens(tiny.encode("There is no boat.")), tokens);
  assertThrowsCode(() => tiny.tokens([600, 9999]), "index-outside: Cannot name token 9999");
});

Deno.test("loadTokenizer() says what is missing or broken, and refuses tokenisers of another kind", async () => {
  const says = 'Cannot find a tokeniser in model folder "no/such"';
  await assertRejectsCode(() => loadTokenizer(onDisk("no/such"), text), "model-file-missing", says);
  const own = JSON.parse(await Deno.readTextFile(`${TINY}/tokenizer.json`));
  const empty = { model: { type: "BPE", vocab: {}, end_of_word_suffix: "</w>" } };
  const unmarked = { ...own, model: { ...own.model, end_of_word_suffix: null } };
  const another = { model: { type: "WordPiece", vocab: {} } };
  const cases: [unknown, ErrorCode, string][] = [
    ["{", "file-malformed", "as JSON"],
    [empty, "tokenizer-unreadable", "Cannot make a tokeniser"],
    [{}, "model-files-differ", "it is not the file of a tokeniser"],
    [another, "model-files-differ", 'it is of type "WordPiece"'],
    [unmarked, "model-files-differ", "it does not mark the end of a word"],
    [
      { ...own, post_processor: null },
      "model-files-differ",
      "it makes 0 tokens of an empty sentence",
    ],
  ];
  for (const [contents, code, message] of cases) {
    const text1 = typeof contents === "string" ? contents : JSON.stringify(contents);
    await withFiles({ "tokenizer.json": text1 }, async (folder) => {
      await assertRejectsCode(() => loadTokenizer(onDisk(folder), text), code, message);
    });
  }
});

Deno.test("loadTokenizer() reports a malformed part of the file in its own words", async () => {
  const own = JSON.parse(await Deno.readTextFile(`${TINY}/tokenizer.json`));
  const cases = [
    { ...own, normalizer: 7 },
    { ...own, pre_tokenizer: { type: "Split" } },
    { ...own, model: { ...own.model, merges: [1, null] } },
    { ...own, decoder: { type: "Sequence", decoders: 5 } },
  ];
  for (const contents of cases.map((each) => JSON.stringify(each))) {
    await withFiles({ "tokenizer.json": contents }, async (folder) => {
      const load = () => loadTokenizer(onDisk(folder), text);
      const error = await assertRejectsCode(load, "tokenizer-unreadable");
      assertMatch(
        error.message,
        /^Cannot make a tokeniser from ".+": .+; download it again, or save it again/,
      );
      assert(!/Cannot read propert|is not a|call stack/.test(error.message), error.message);
    });
  }
});

Deno.test("loadTokenizer() refuses ids that are not the model's", async () => {
  const load = (sizes: object) => loadTokenizer(onDisk(TINY), { ...text, ...sizes });
  const [many, end] = ["the model has a vocabulary of 600", "its end token has id 601, but"];
  await assertRejectsCode(() => load({ vocabSize: 600 }), "model-files-differ", many);
  await assertRejectsCode(() => load({ eosTokenId: 7 }), "model-files-differ", end);
  assertEquals((await load({ eosTokenId: 2 })).eosTokenId, 601); // as older settings have it
});

Deno.test("loadTokenizer() refuses what is not a whole vocabulary file", async () => {
  const damaged = VOCABULARY_FILE.with(VOCABULARY_FILE.length >> 1, 0x55);
  const cases: [Uint8Array, string][] = [
    [VOCABULARY_FILE.slice(0, -20), "it is not a whole gzip file of UTF-8 text"],
    [damaged, "it is not a whole gzip file of UTF-8 text"],
    [await gzip(Uint8Array.of(0x61, 0xff, 0x61)), "it is not a whole gzip file of UTF-8 text"],
    [await gzip(MERGES.replace("t h\n", "th\n")), 'must be two tokens, but it is "th"'],
  ];
  for (const [contents, message] of cases) {
    await withFiles({ [VOCABULARY]: contents }, async (folder) => {
      const reading = () => loadTokenizer(onDisk(folder), text);
      const { message: whole } = await assertRejectsCode(reading, "tokenizer-unreadable", message);
      assertStringIncludes(whole, `Cannot read the vocabulary in "${folder}/${VOCABULARY}": `);
    });
  }
});

Deno.test("loadTokenizer() names the line or the token at fault in vocab.json and merges.txt", async () => {
  const { "<|endoftext|>": _, ...withoutEnd } = OWN.model.vocab;
  const lines = MERGES.split("\n");
  const line = lines.findIndex((text) => text === "t h") + 1;
  const broken = (text: string) => lines.with(line - 1, text).join("\n");
  const pointer = (file: string) => `/${file}": it is a Git LFS pointer, not the file itself; down`;
  const cases: [string | Uint8Array, string | Uint8Array, ErrorCode, string][] = [
    [JSON.stringify(withoutEnd), MERGES, "tokenizer-unreadable", 'no token "<|endoftext|>"'],
    [
      VOCAB,
      broken("t h e"),
      "tokenizer-unreadable",
      `line ${line} must be two tokens, but it is "t`,
    ],
    [VOCAB, broken(""), "tokenizer-unreadable", `line ${line} must be two tokens, but it is ""`],
    [VOCAB, Uint8Array.of(0xff, 0xfe), "file-unreadable", 'merges.txt": it is not text in UTF-8'],
    [POINTER, MERGES, "file-unreadable", pointer("vocab.json")],
    [VOCAB, POINTER, "file-unreadable", pointer("merges.txt")],
  ];
  for (const [vocab, merges, code, message] of cases) {
    await withFiles({ "vocab.json": vocab, "merges.txt": merges }, async (folder) => {
      await assertRejectsCode(() => loadTokenizer(onDisk(folder), text), code, message);
    });
  }
  await withFiles({ "vocab.json": VOCAB }, async (folder) => {
    await Deno.mkdir(`${folder}/merges.txt`);
    const load = () => loadTokenizer(onDisk(folder), text);
    await assertRejectsCode(load, "file-unreadable: it is a folder");
  });
});
