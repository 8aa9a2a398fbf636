import { assertEquals, assertStringIncludes } from "@std/assert";
import { onDisk } from "../../../lib/files/read_file.ts";
import { readVocabularyFile } from "../../../lib/model/text/clip_tokenizer.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import { gzip, MERGES, VOCABULARY_FILE, withFiles } from "./tokenizer_forms.ts";
import { sharedFile, testWithShared } from "../../reference_material.ts";

const SHARED = sharedFile("");

testWithShared("readVocabularyFile() makes CLIP's tokenizer.json of OpenAI's file", async () => {
  const packed = `${SHARED}data/clip_vocabulary/bpe_simple_vocab_16e6.txt.gz`;
  const own = `${SHARED}fixtures/clip-small/tokenizer.json`;
  const contents = (await readVocabularyFile(onDisk(packed))).entries();
  assertEquals(JSON.parse(JSON.stringify(contents)), JSON.parse(await Deno.readTextFile(own)));
});

Deno.test("readVocabularyFile() refuses what is not a whole vocabulary", async () => {
  const damaged = VOCABULARY_FILE.with(VOCABULARY_FILE.length >> 1, 0x55);
  const notText = await gzip(Uint8Array.of(0x61, 0xff, 0x61));
  const cases: [Uint8Array, string][] = [
    [VOCABULARY_FILE.slice(0, -20), "it is not a whole gzip file of UTF-8 text"],
    [damaged, "it is not a whole gzip file of UTF-8 text"],
    [notText, "it is not a whole gzip file of UTF-8 text"],
    [await gzip(MERGES.replace("t h\n", "th\n")), 'must be two tokens, but it is "th"'],
  ];
  for (const [contents, message] of cases) {
    await withFiles({ "v.gz": contents }, async (folder) => {
      const path = `${folder}/v.gz`;
      const reading = () => readVocabularyFile(onDisk(path));
      const { message: whole } = await assertRejectsCode(reading, "tokenizer-unreadable", message);
      assertStringIncludes(whole, `Cannot read the vocabulary in "${path}": `);
    });
  }
});
