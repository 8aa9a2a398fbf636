import { onDisk } from "../../../lib/files/read_file.ts";
import { assertEquals } from "@std/assert";
import { loadClipConfig } from "../../../lib/model/forms/settings.ts";
import { CLIP, SIGLIP } from "../../../lib/model/families.ts";
import { loadSentences, SentenceReader } from "../../../lib/model/text/text_tower.ts";
import { loadSiglipTokenizer } from "../../../lib/model/text/siglip_tokenizer.ts";
import { assertThrowsCode } from "../../error_codes.ts";
import { fixture } from "../../scripts/task_process.ts";

const sizes = { ...(await loadClipConfig(onDisk(fixture("clip-tiny")))).text, maxPositions: 9 };
const clip = await loadSentences(onDisk(fixture("clip-tiny")));
const [siglip, siglip2] = await Promise.all(["unigram", "pairs"].map(async (name) => {
  const path = fixture(`siglip-tokenizers/${name}.json`);
  return new SentenceReader(await loadSiglipTokenizer(onDisk(path), sizes), SIGLIP);
}));

Deno.test("encode() pads with the tokeniser's padding, and with the last token if it has none", async () => {
  const ids = siglip2!.encode("No boat");
  assertEquals(ids.slice(-7), [1, 0, 0, 0, 0, 0, 0]); // <eos>, then <pad>
  assertEquals(siglip!.encode("No boat.").slice(-7), [1, 1, 1, 1, 1, 1, 1]);
  const own = await CLIP.tokenizer(onDisk(fixture("clip-tiny")), { ...sizes, maxPositions: 9 });
  const padded = new SentenceReader(own, SIGLIP).encode("no boat");
  assertEquals(padded.slice(-6), [601, 601, 601, 601, 601, 601]);
});

Deno.test("ownTokens() lie between the start token, if there is one, and the end token", () => {
  const cases = [
    [clip, { start: 1, end: 4, keepsPunctuation: true, padded: false }],
    [siglip!, { start: 0, end: 2, keepsPunctuation: false, padded: true }],
    [siglip2!, { start: 0, end: 3, keepsPunctuation: true, padded: true }],
  ] as const;
  for (const [reader, own] of cases) assertEquals(reader.ownTokens("No boat."), own);
});

Deno.test("checkLength() counts the tokens that the model adds", () => {
  siglip!.checkLength("no boat ".repeat(4));
  const says = "it has 11 tokens with the end token, but the model reads only the first 9";
  const long = () => siglip!.checkLength("no boat ".repeat(5));
  assertThrowsCode(long, "sentence-beyond-context", says);
});
