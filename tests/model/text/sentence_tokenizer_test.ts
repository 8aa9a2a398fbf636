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

Deno.test("tokenizerFiles() says what is missing of a tokeniser, and what is accepted in place of a half of one", async () => {
  const [one, two] = ["vocab.json", "merges.txt"];
  const cases: [Readonly<Record<string, string>>, string, string][] = [
    [
      {},
      "",
      `expected tokenizer.json, vocab.json with merges.txt, or ${VOCABULARY}; put the model's`,
    ],
    [{}, "", `CLIP's: curl -L -o ${VOCABULARY} https://github.com/openai/CLIP/raw/main/clip/`],
    [{ [one]: "{}" }, "", `"${one}" is only half of a tokeniser; download ${two} from the same`],
    [{ [two]: "{}" }, "", `"${two}" is only half of a tokeniser; download ${one} from the same`],
    [
      ALL,
      `/${one}`,
      `${one} is only half of one; expected tokenizer.json, ${VOCABULARY}, or a folder`,
    ],
    [
      ALL,
      `/${two}`,
      `${two} is only half of one; expected tokenizer.json, ${VOCABULARY}, or a folder`,
    ],
  ];
  for (const [files, place, says] of cases) {
    await withFiles({ "config.json": "{}", ...files }, async (folder) => {
      const find = () => tokenizerFiles(onDisk(`${folder}${place}`));
      const { message } = await assertRejectsCode(find, "model-file-missing", says);
      assertEquals(message.includes(folder), true, message);
    });
  }
});
