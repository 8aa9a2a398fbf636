import { onDisk } from "../../../lib/files/read_file.ts";
import { readSlowFiles } from "../../../lib/model/text/clip_tokenizer.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import { MERGES, OWN, POINTER, VOCAB, withFiles } from "./tokenizer_forms.ts";

const read = (folder: string) =>
  readSlowFiles(onDisk(`${folder}/vocab.json`), onDisk(`${folder}/merges.txt`));

Deno.test("readSlowFiles() names the line or the token at fault", async () => {
  const { "<|endoftext|>": _, ...withoutEnd } = OWN.model.vocab;
  const lines = MERGES.split("\n");
  const line = lines.findIndex((text) => text === "t h") + 1;
  const broken = (text: string) => lines.with(line - 1, text).join("\n");
  const cases: [string | Uint8Array, string | Uint8Array, string][] = [
    [JSON.stringify(withoutEnd), MERGES, 'vocab.json": it has no token "<|endoftext|>"'],
    [VOCAB, broken("t h e"), `line ${line} must be two tokens, but it is "t h e"`],
    [VOCAB, broken(""), `line ${line} must be two tokens, but it is ""`],
    [VOCAB, Uint8Array.of(0xff, 0xfe), 'merges.txt": it is not UTF-8 text'],
  ];
  for (const [vocab, merges, message] of cases) {
    await withFiles({ "vocab.json": vocab, "merges.txt": merges }, async (folder) => {
      await assertRejectsCode(() => read(folder), "tokenizer-unreadable", message);
    });
  }
  for (const file of ["vocab.json", "merges.txt"]) {
    const files = { "vocab.json": VOCAB, "merges.txt": MERGES, [file]: POINTER };
    await withFiles(files, async (folder) => {
      const says =
        `Cannot read "${folder}/${file}": it is a Git LFS pointer, not the file itself; down`;
      await assertRejectsCode(() => read(folder), "file-unreadable", says);
    });
  }
  await withFiles({ "vocab.json": VOCAB }, async (folder) => {
    const unreadable = () => read(folder);
    await assertRejectsCode(unreadable, "file-unreadable: there is no such file");
    await Deno.mkdir(`${folder}/merges.txt`);
    await assertRejectsCode(unreadable, "file-unreadable: it is a folder");
  });
  const large = new Uint8Array(10_000_001);
  await withFiles({ "vocab.json": VOCAB, "merges.txt": large }, async (folder) => {
    const message = "it has 10,000,001 bytes where 10,000,000 are allowed";
    await assertRejectsCode(() => read(folder), "file-unreadable", message);
  });
});
