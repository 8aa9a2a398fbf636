import { fileURLToPath } from "node:url";
import { assert, assertEquals, assertLess } from "@std/assert";
import { Clip, type ClipOptions } from "../../../lib/runtime/open_runtime.ts";
import type { TextTower } from "../../../lib/model/text/text_tower.ts";
import type { Tensor } from "../../../lib/hooks/tensor.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import { chosen, FORMS, pathOf, WEIGHTS } from "../../studies.ts";

const FIXTURES = new URL("../../fixtures/", import.meta.url);
const SHARED = new URL("../../../../shared/fixtures/", import.meta.url);
const hasShared = await Deno.stat(SHARED).then(() => true, () => false);

async function withText(
  options: ClipOptions & { readonly model?: URL },
  test: (text: TextTower) => Promise<void> | void,
): Promise<void> {
  const { model = new URL("clip-tiny", FIXTURES), ...rest } = options;
  const clip = await Clip.load(fileURLToPath(model), { ...rest, towers: ["text"] });
  try {
    await test(clip.text);
  } finally {
    await clip.release();
  }
}

function bits({ data }: Tensor): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

interface Activations {
  readonly ids: readonly number[];
  readonly values: Readonly<Record<string, Reference>>;
}

/** A hook point's value; null stands for minus infinity, which JSON does not have. */
interface Reference {
  readonly shape: number[];
  readonly data: (number | null)[];
}

/** The data in ../shared date from when `hook_embed` was the input of the first block and a third of the hook points did not exist. */
function named(values: Activations["values"], hooks: readonly string[]): [string, Reference][] {
  const all = Object.entries(values);
  if (all.length === hooks.length) {
    assertEquals(Object.keys(values).sort(), hooks.toSorted());
    return all;
  }
  return all.filter(([hook]) => hook !== "hook_embed");
}

/** Compares every hook point with the float64 reference: the largest difference over the largest value is below `bound`. */
async function compareWithGolden(
  text: TextTower,
  { pairs, golden, bound }: { readonly pairs: URL; readonly golden: URL; readonly bound: number },
): Promise<void> {
  const [{ negation, caption, foil }] = JSON.parse(await Deno.readTextFile(pairs));
  const activations: Readonly<Record<"negated" | "affirmative", Activations>> = JSON.parse(
    await Deno.readTextFile(golden),
  );
  const sentences = negation === "caption" ? [caption, foil] : [foil, caption];
  const { cache } = await text.runWithCache(sentences, ["*"]);
  assertEquals(cache.names, [...text.hooks], "in the order of computation");
  [activations.negated, activations.affirmative].forEach(({ ids, values }, row) => {
    assertEquals(text.encode(sentences[row]), ids);
    for (const [hook, { shape, data }] of named(values, text.hooks)) {
      const found = cache.row(hook, row);
      assertEquals([1, ...found.shape], shape, hook);
      const largest = Math.max(...data.map((x) => Math.abs(x ?? 0)));
      const difference = Math.max(...data.map((x, i) => {
        if (x !== null) return Math.abs(x - found.data[i]!);
        return found.data[i]! < MASKED ? 0 : Infinity;
      }));
      assertLess(difference / largest, bound, hook);
    }
  });
}

/** Masked scores are -65504, the smallest number of half precision, or less. */
const MASKED = -6e4;

const TINY = {
  pairs: new URL("pairs.json", FIXTURES),
  golden: new URL("golden-tiny/activations.json", FIXTURES),
};
const SMALL = {
  pairs: new URL("pairs.json", SHARED),
  golden: new URL("golden/activations.json", SHARED),
};

// float32 has a relative rounding error of 6e-8; sums over some hundred terms and a few blocks make it about 1e-6.
for (const suffix of [...FORMS, "_fused"]) {
  Deno.test(`every hook point of the text tower matches the reference, export "${suffix}"`, async () => {
    await withText(chosen(suffix), (text) => compareWithGolden(text, { ...TINY, bound: 1e-5 }));
  });

  Deno.test({
    name: `every hook point of clip-small's text tower, export "${suffix}" (needs ../shared)`,
    ignore: !hasShared || suffix === WEIGHTS,
    fn: async () => {
      const model = new URL("clip-small", SHARED);
      await withText(
        { suffix, model },
        (text) => compareWithGolden(text, { ...SMALL, bound: 1e-5 }),
      );
    },
  });
}

/** clip-odd: exports, its weights laid over one, and its weights as open_clip publishes a model. */
const ODD: readonly (ClipOptions & { readonly model: URL })[] = [
  { model: new URL("clip-odd", FIXTURES) },
  { model: new URL("clip-odd", FIXTURES), suffix: "_dynamo23" },
  {
    model: new URL("clip-odd", FIXTURES),
    weights: pathOf("./fixtures/weights/odd/open_clip_model.safetensors"),
  },
  {
    model: new URL("weights/odd", FIXTURES),
    tokenizer: pathOf("./fixtures/clip-odd/tokenizer.json"),
  },
];

for (const [i, options] of ODD.entries()) {
  Deno.test(`every hook point of a text tower of awkward sizes matches the reference, form ${i + 1}`, async () => {
    const golden = new URL("golden-odd/activations.json", FIXTURES);
    const odd = { pairs: TINY.pairs, golden, bound: 1e-5 };
    await withText(options, (text) => compareWithGolden(text, odd));
  });
}

Deno.test("every hook point of a half-precision export matches the reference, computed in single precision", async () => {
  // Half precision holds the weights, which have 8 significant bits, but rounds the scale of scores up to 4, by up to 2^-12.
  await withText(
    { suffix: "_fp16" },
    (text) => compareWithGolden(text, { ...TINY, bound: 1e-3 }),
  );
});

const SENTENCES = [
  "There is no boat.",
  "There are some birds in the garden.",
  "boat",
  "There is a boat.",
  "",
  "There are no birds in the garden.",
];

for (const suffix of FORMS) {
  Deno.test(`no bit of a row changes with its batch or with threads, export "${suffix}"`, async () => {
    const [sentence = "", other = ""] = [SENTENCES[1], SENTENCES[5]]; // of one length
    const keep = ["blocks.2.hook_resid_post"];
    const found: { readonly embedding: Uint8Array; readonly residual: Uint8Array }[] = [];
    for (const threads of [1, 2]) {
      await withText({ ...chosen(suffix), threads }, async (text) => {
        for (const rows of [1, 3, 64]) {
          const batch = [...new Array<string>(rows - 1).fill(other), sentence];
          const { embeddings, cache } = await text.runWithCache(batch, keep);
          found.push({
            embedding: bits(embeddings.row(rows - 1)),
            residual: bits(cache.row(keep[0]!, rows - 1)),
          });
        }
      });
    }
    found.forEach((result) => assertEquals(result, found[0]!));
  });
}

Deno.test("run() divides many sentences among batches without changing any", async () => {
  await withText({}, async (text) => {
    const [sentence = "", other = ""] = SENTENCES; // 600 rows of 7 tokens are more than one batch takes
    const many = Array.from(
      { length: 600 },
      (_, row) => row % 3 === 0 ? sentence : "There is a boat.",
    );
    const embeddings = await text.run([...many, other]);
    const [a, b, c] = [
      await text.run([sentence]),
      await text.run([many[1]!]),
      await text.run([other]),
    ];
    many.forEach((_, row) => assertEquals(bits(embeddings.row(row)), bits(row % 3 === 0 ? a : b)));
    assertEquals(bits(embeddings.row(600)), bits(c));
  });
});

Deno.test("run() accepts the longest sentence, and refuses a longer one instead of cutting it", async () => {
  await withText({}, async (text) => {
    assertEquals((await text.run(["boat ".repeat(22)])).shape[0], 1);
    await assertRejectsCode(
      () => text.run(["boat", "boat ".repeat(23)]),
      "sentence-beyond-context",
      "boat boat…: it has 25 tokens with start and end, but the model reads only the first 24",
    );
    assertEquals(text.encode("boat ".repeat(40)).length, 24);
  });
});

Deno.test("run() and runWithCache() say that a single sentence or hook point must be in a list", async () => {
  await withText({}, async (text) => {
    const untyped = text as unknown as {
      run(sentences: unknown): Promise<unknown>;
      runWithCache(sentences: unknown, hooks: unknown): Promise<unknown>;
    };
    for (
      const [run, message] of [
        [
          () => untyped.run("There is no boat."),
          'Cannot run with "There is no boat.": it is not a list; expected a list of sentences; put it in brackets',
        ],
        [
          () => untyped.run(["boat", 3]),
          'Cannot run with ["boat",3]: it holds 3; expected a list of sentences',
        ],
        [
          () => untyped.runWithCache(["boat"], "hook_embed"),
          'Cannot run with "hook_embed": it is not a list; expected a list of names of hook points',
        ],
      ] as const
    ) await assertRejectsCode(run, "value-wrong", message);
  });
});

Deno.test("a text tower reports the pooled position and its hook points", async () => {
  await withText({}, (text) => {
    assertEquals(text.pooledPosition(text.encode("There is no boat.")), 6);
    assertEquals(text.pooledPosition(text.encode("boat <|endoftext|> boat")), 2);
    const lines = Deno.inspect(text).split("\n");
    assert(lines.includes("  blocks.{0–2}.mlp.hook_post  [batch, position, neuron 64]"));
    assert(lines.includes("  blocks.{0–2}.ln2.hook_scale  [batch, position, scale 1]"));
    assert(lines.includes("  blocks.{0–2}.attn.hook_pattern  [batch, head 2, query, key]"));
  });
});
