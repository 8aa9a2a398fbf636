import { assertEquals } from "@std/assert";
import { onDisk } from "../../../lib/files/read_file.ts";
import { tokenizerFiles, VOCABULARY } from "../../../lib/model/text/sentence_tokenizer.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import { withFiles } from "./tokenizer_forms.ts";

const ALL = { "tokenizer.json": "{}", "vocab.json": "{}", "merges.txt": "", [VOCABULARY]: "" };

Deno.test("tokenizerFiles() prefers tokenizer.json, then the older pair, then OpenAI's vocabulary", async () => {
  const { "tokenizer.json": fast, ...others } = ALL;
  const { "merges.txt": merges, ...withoutMerges } = others;
  const cases: [Record<string, string>, string[]][] = [
    [{ ...others, "tokenizer.json": fast }, ["tokenizer.json"]],
    [{ ...others, "merges.txt": merges }, ["vocab.json", "merges.txt"]],
    [withoutMerges, [VOCABULARY]],
  ];
  for (const [files, names] of cases) {
    await withFiles(files, async (folder) => {
      const expected = names.map((name) => `${folder}/${name}`);
      assertEquals(await tokenizerFiles(onDisk(folder)), expected);
      assertEquals(await tokenizerFiles(onDisk(`${folder}/`)), expected);
    });
  }
});

Deno.test("tokenizerFiles() says what to put into a folder without a tokeniser", async () => {
  await withFiles({ "config.json": "{}" }, async (folder) => {
    await assertRejectsCode(
      () => tokenizerFiles(onDisk(folder)),
      "model-file-missing",
      `Cannot find a tokeniser in model folder "${folder}": expected tokenizer.json, vocab.json with merges.txt, or ${VOCABULARY}; ` +
        `put the model's own there; CLIP's: curl -L -o ${VOCABULARY} https://github.com/openai/CLIP/raw/main/clip/${VOCABULARY}`,
    );
  });
});

Deno.test("tokenizerFiles() names the missing half of the older pair", async () => {
  for (const [there, missing] of [["vocab.json", "merges.txt"], ["merges.txt", "vocab.json"]]) {
    await withFiles({ [there!]: "{}", "config.json": "{}" }, async (folder) => {
      const { message } = await assertRejectsCode(
        () => tokenizerFiles(onDisk(folder)),
        "model-file-missing",
      );
      assertEquals(
        message,
        `Cannot find "${missing}" in model folder "${folder}": its "${there}" is only half of a tokeniser; ` +
          `download ${missing} from the same repository, or tokenizer.json instead of both`,
      );
    });
  }
});

Deno.test("tokenizerFiles() says what is accepted in place of one file of the older pair", async () => {
  await withFiles(ALL, async (folder) => {
    for (const half of ["vocab.json", "merges.txt"]) {
      const place = `${folder}/${half}`;
      const { message } = await assertRejectsCode(
        () => tokenizerFiles(onDisk(place)),
        "model-file-missing",
      );
      assertEquals(
        message,
        `Cannot read a tokeniser from "${place}": ${half} is only half of one; ` +
          `expected tokenizer.json, ${VOCABULARY}, or a folder with vocab.json and merges.txt; name the folder, "${folder}"`,
      );
    }
  });
});
