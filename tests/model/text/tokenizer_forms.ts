/** The tiny model's tokeniser in the other forms in which tokenisers are published. */

import { fixture } from "../../scripts/task_process.ts";

export const TINY = fixture("clip-tiny"); // tiny model's folder

/** The tiny model's tokenizer.json. */
export const OWN: {
  readonly normalizer: unknown;
  readonly post_processor: unknown;
  readonly decoder: unknown;
  readonly model: {
    readonly vocab: Readonly<Record<string, number>>;
    readonly merges: readonly (readonly [string, string])[];
  };
} = JSON.parse(await Deno.readTextFile(`${TINY}/tokenizer.json`));

/** `merges.txt`, with its head. */
export const MERGES = `#version: 0.2\n${
  OWN.model.merges.map((pair) => `${pair.join(" ")}\n`).join("")
}`;

export const VOCAB = JSON.stringify(OWN.model.vocab); // `vocab.json`

/** What git leaves in the place of a large file. */
export const POINTER =
  "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 605247071\n";

export async function gzip(text: string | Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const packed = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

/** A file as OpenAI's: a head, the merges, a line end. */
export const VOCABULARY_FILE = await gzip(
  MERGES.replace("#version: 0.2", "bpe_simple_vocab: 16e6"),
);
