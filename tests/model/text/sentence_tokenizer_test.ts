import { assertEquals } from "@std/assert";
import { onDisk } from "../../../lib/files/read_file.ts";
import { tokenizerFiles, VOCABULARY } from "../../../lib/model/text/sentence_tokenizer.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import { withFiles } from "../../scripts/task_process.ts";

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

Deno.test("tokenizerFiles() says which files make a tokeniser where there is none, or half of one", async () => {
  const expected = `expected tokenizer.json, vocab.json with merges.txt, or ${VOCABULARY}; put the`;
  for (const files of [{}, { "vocab.json": "{}" }, { "merges.txt": "" }]) {
    await withFiles({ "config.json": "{}", ...files }, async (folder) => {
      const says = `Cannot find a tokeniser in model folder "${folder}": ${expected}`;
      const find = () => tokenizerFiles(onDisk(folder));
      const { fix } = await assertRejectsCode(find, "model-file-missing", says);
      assertEquals(fix?.includes(`CLIP's: curl -L -o ${VOCABULARY} https://github.com/`), true);
    });
  }
});
