import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertStringIncludes,
} from "@std/assert";
import { runChanges } from "../../lib/engine/changes/run_changes.ts";
import {
  type ConceptEdit,
  type DirectionEdit,
  type Edit,
  type MapEdit,
  type ScaleEdit,
  ScoreRule,
  type ScoreRuleEdit,
  withStrength,
} from "../../lib/edits/edit.ts";
import { activationEdit, unchangedError } from "../../lib/edits/changes.ts";
import { add, patch, scale } from "../../lib/hooks/interventions.ts";
import type { TextTower } from "../../lib/model/text/text_tower.ts";
import { Clip } from "../../lib/runtime/open_runtime.ts";
import { assertRejectsCode, assertThrowsCode } from "../error_codes.ts";
import { fixture, inFolder } from "../scripts/task_process.ts";
import { DEEPER } from "../engine/changes/results.ts";
import { TINY, withClip } from "../studies.ts";
import { rowEngine } from "../../lib/engine/changes/row_engine.ts";
import { Study } from "../../lib/runs/study.ts";

const [NO, SOME] = ["There are no birds.", "There are some birds."];
const SENTENCES = [NO, SOME, "There are no birds in the garden."];

const wave = (size: number, phase = 1) =>
  Array.from({ length: size }, (_, i) => Math.sin(phase + 2 * i));

function directionOf(
  { tower: { shape } }: TextTower,
  parts: Partial<DirectionEdit> = {},
): DirectionEdit {
  return {
    ...{ kind: "direction", name: "wave", strength: 0.6, rule: "add", sentences: "all" },
    blocks: [shape.layers],
    vectors: [wave(shape.width)],
    ...parts,
  };
}

/** Float32 sums over a dozen terms and a norm. */
const BOUND = 2e-6;

function assertNear(found: ArrayLike<number>, expected: ArrayLike<number>): void {
  assertEquals(found.length, expected.length);
  const difference = Math.max(...Array.from(found, (x, i) => Math.abs(x - expected[i]!)));
  assert(difference <= BOUND, `off by ${difference}`);
}

async function lastStream(text: TextTower, sentence: string): Promise<number[]> {
  const hook = `blocks.${text.tower.shape.layers - 1}.hook_resid_post`;
  const { cache } = await text.runWithCache([sentence], [hook]);
  const value = cache.row(hook, 0);
  return [...value.row(value.shape[0]! - 1).data];
}

Deno.test("a direction is added at the last position, or by simple-neg takes the place of a part of the stream", () =>
  withClip(TINY, async ({ text }) => {
    const hook = `blocks.${text.tower.shape.layers - 1}.hook_resid_post`;
    for (const rule of ["add", "simple-neg"] as const) {
      const edit = directionOf(text, { rule });
      const [vector] = edit.vectors as [number[]];
      const edited = await text.edited(edit).run(SENTENCES);
      for (const [row, sentence] of SENTENCES.entries()) {
        const h = await lastStream(text, sentence);
        const [a, part] = [edit.strength, Math.hypot(...h) / Math.hypot(...vector)];
        const moved = Float32Array.from(
          h,
          (x, i) => rule === "add" ? a * vector[i]! : a * (part * vector[i]! - x),
        );
        const position = text.encode(sentence).length - 1;
        const how = { interventions: [add(hook, moved, { position })] };
        assertNear(edited.row(row).data, (await text.run([sentence], how)).data);
      }
    }
  }));

Deno.test("a direction for negated sentences leaves the bits of the others, and the tower without the edit keeps its numbers", () =>
  withClip(TINY, async ({ text }) => {
    const before = await text.run(SENTENCES);
    const edited = await text.edited(directionOf(text, { sentences: "negated" })).run(SENTENCES);
    assertEquals(edited.row(1).data, before.row(1).data);
    assertNotEquals(edited.row(0).data, before.row(0).data);
    assertEquals((await text.run(SENTENCES)).data, before.data);
  }));

Deno.test("a concept is taken out: of the noun after the negator nothing is left at strength 1", () =>
  withClip(TINY, async ({ text }) => {
    const { width, layers } = text.tower.shape;
    const edit: ConceptEdit = {
      ...{ kind: "concept", name: "birds", strength: 1, sentences: "negated", block: layers },
      nouns: [["garden", "gardens"], ["bird", "birds"]],
      vectors: [wave(width), wave(width, 2)],
    };
    const hook = `blocks.${layers - 1}.hook_resid_post`;
    const { cache } = await text.edited(edit).runWithCache([NO, SENTENCES[2]!], [hook]);
    const [garden, bird] = edit.vectors as [number[], number[]];
    const axis = bird.map((x, i) => (x - garden[i]!) / 2);
    for (const row of [0, 1]) { // "birds" in both: in the second, it comes before "garden"
      const value = cache.row(hook, row);
      const h = value.row(value.shape[0]! - 1).data;
      const left = axis.reduce((sum, x, i) => sum + x * (h[i]! - (bird[i]! + garden[i]!) / 2), 0);
      assert(Math.abs(left) < 1e-5, `${left} is left`);
    }
    assertEquals((await text.edited(edit).run([SOME])).data, (await text.run([SOME])).data);
  }));

const MERGE: Edit = { kind: "merge", name: "m", strength: 0.75 };
const SUBTRACT: ScoreRuleEdit = {
  ...{ kind: "score_rule", name: "r", strength: 1, rule: "subtract", prompt: "a {}" },
};

Deno.test("a merge mixes each embedding of the negator and its noun with their mean, and leaves other tokens and sentences", () =>
  withClip(TINY, async ({ text }) => {
    const table = await text.weights.get("embed.W_E");
    const { cache } = await text.edited(MERGE).runWithCache(SENTENCES, ["hook_embed"]);
    for (const [row, sentence] of SENTENCES.entries()) {
      const rows = text.encode(sentence).map((id) => [...table.row(id).data]);
      const merged = sentence === SOME ? [] : [3, 4]; // start, There, are, no, birds
      const mean = rows[3]!.map((x, i) => (x + rows[4]![i]!) / 2);
      const expected = rows.map((own, at) =>
        merged.includes(at) ? own.map((x, i) => 0.25 * x + 0.75 * mean[i]!) : own
      );
      assertNear(cache.row("hook_embed", row).data, expected.flat());
    }
    assertEquals((await text.edited(MERGE).run([SOME])).data, (await text.run([SOME])).data);
  }));

Deno.test("a merge is of the first negator and the noun phrase after it, whose words may be several tokens", () => {
  const cases = [
    ["a ring and no red star , no sky", "no red star"],
    ["isn 't a traffic light in the sky", "'t traffic light"],
    ["not mandol+in by a ring", "not mandol in"], // one word of two tokens, the second also a preposition
    ["star in the sky , not", ""],
    ["a ring is not in the sky", ""],
    ["a ring", ""],
  ] as const;
  for (const [sentence, merged] of cases) {
    const parts = `${sentence} <end>`.split(/[ +]/);
    const pieces = new Map([["mandolin", ["mandol", "in"]]]);
    const ids = parts.map((_, id) => id);
    const idsOf = (word: string) => (pieces.get(word) ?? [word]).map((part) => parts.indexOf(part));
    const tokens = { idsOf, tokens: (ids: readonly number[]) => ids.map((id) => parts[id]!) };
    const { apply } = activationEdit(
      MERGE,
      { layers: 1, heads: 1, width: 1, projection: 1 },
      tokens,
    )!;
    const data = Float32Array.from(ids, (id) => id * id);
    apply("hook_embed", { data, shape: [ids.length, 1] } as never, ids);
    assertEquals(parts.filter((_, id) => data[id] !== id * id).join(" "), merged);
    const error = unchangedError(MERGE, new Map([[sentence, ids]]), tokens);
    assertEquals(error?.code, merged === "" ? "rows-too-few" : undefined);
    if (merged === "") assertStringIncludes(error!.message, "a negator before its noun");
  }
});

Deno.test("a merge finds a negator and a noun that the embedded model's tokeniser takes apart, and leaves determiners out", async () => {
  const cases = [
    ["There is no red heart.", "no red heart"],
    ["There is not a heart.", "n o t heart"],
    ["There isn't a heart.", "' t heart"],
    ["There couldn't be the hearts.", ""], // a verb comes first
    ["There are not any hearts in the picture.", "n o t hear ts"],
    ["a picture without the heart", "w i th o u t heart"],
    ["There is never an ox.", "n e v e r o x"],
    ["A knot and no heart.", "no heart"],
    ["A knot by a heart.", ""],
    ["A heart is not in the picture.", ""],
    ["There is nothing.", ""],
    ["It does not show a heart.", "n o t s h o w a heart"], // no grammar tells verbs
  ] as const;
  await using clip = await Clip.load(DEEPER, { towers: ["text"] });
  const sentences = cases.map(([sentence]) => sentence);
  const [own, merged] = await Promise.all(
    [clip.text, clip.text.edited(MERGE)].map((text) =>
      text.runWithCache(sentences, ["hook_embed"])
    ),
  );
  for (const [row, [sentence, expected]] of cases.entries()) {
    const [before, after] = [own, merged].map((run) => run!.cache.row("hook_embed", row));
    const changed = clip.text.tokens(sentence).filter((_, at) =>
      `${before!.row(at).data}` !== `${after!.row(at).data}`
    );
    assertEquals(changed.join(" "), expected, sentence);
  }
});

/** A tokeniser of words, for edits on three nouns whose vectors are the axes. */
const WORDS = ["There", "no", "star", "ring", "cross", "sky"];
const TOKENS = {
  idsOf: (word: string) => [WORDS.indexOf(word)],
  tokens: (ids: readonly number[]) => ids.map((id) => WORDS[id]!),
};
const idsOf = (sentence: string) => sentence.split(" ").flatMap(TOKENS.idsOf);
const STREAM = "blocks.0.hook_resid_post";
const AXES: ConceptEdit = {
  ...{ kind: "concept", name: "axes", strength: 1, sentences: "negated", block: 1 },
  ...{ nouns: [["star"], ["ring"], ["cross"]], vectors: [[1, 0, 0], [0, 1, 0], [0, 0, 1]] },
};

Deno.test("the noun taken out is the first after the negator, else the last before it, where it differs from the mean of all", () => {
  const taken = (sentence: string, edit = AXES) => {
    const shape = { layers: 1, heads: 1, width: 3, projection: 3 };
    const { apply } = activationEdit(edit, shape, TOKENS)!;
    const data = Float32Array.of(6, 2, 1);
    apply(STREAM, { data } as never, idsOf(sentence));
    const left = edit.vectors.map((vector) =>
      vector.reduce((sum, x, i) => sum + (x - 1 / 3) * (data[i]! - 1 / 3), 0)
    );
    return edit.nouns.flatMap(([noun], i) => Math.abs(left[i]!) < 1e-6 ? [noun] : []);
  };
  assertEquals(taken("star no ring cross"), ["ring"]);
  assertEquals(taken("star ring no sky"), ["ring"]);
  assertEquals(taken("star no sky"), ["star"]);
  assertEquals(taken("star ring sky"), []);
  assertEquals(taken("no sky"), []);
  const likeMean = [[1, 0, 0], [1 / 3, 1 / 3, 1 / 3], [-1 / 3, 2 / 3, 2 / 3]];
  assertEquals(taken("no ring", { ...AXES, vectors: likeMean }), ["ring"]); // nothing to take out
});

Deno.test("unchangedError() tells an edit that leaves every sentence as it is", () => {
  const errorOf = (edit: Edit, sentences: readonly string[]) =>
    unchangedError(edit, new Map(sentences.map((sentence) => [sentence, idsOf(sentence)])), TOKENS);
  const refused = (edit: Edit, sentences: readonly string[], said: string) =>
    assertStringIncludes(`${errorOf(edit, sentences)?.message}`, said);
  const check = (edit: Edit, sentences: readonly string[]) =>
    assertEquals(errorOf(edit, sentences), undefined);
  check(AXES, ["There sky", "no star"]);
  check({ ...AXES, sentences: "all" }, ["There star"]);
  check(withStrength(AXES, 0), ["sky"]);
  refused(AXES, ["no sky", "star"], "it changes none of the 2 sentences of the rows");
  refused({ ...AXES, vectors: AXES.vectors.map(() => [1, 2, 3]) }, ["no star"], "name one of its");
  const direction: DirectionEdit = {
    ...{ kind: "direction", name: "d", strength: 1, rule: "add", sentences: "negated" },
    ...{ blocks: [1], vectors: [[1, 0, 0]] },
  };
  check(direction, ["There no sky"]);
  const data = Float32Array.of(0, 0, 0);
  const shape = { layers: 1, heads: 1, width: 3, projection: 3 };
  activationEdit(direction, shape, TOKENS)!.apply(STREAM, { data } as never, idsOf("no star"));
  assertEquals([...data], [1, 0, 0]); // also where no token stands before the negator
  check({ ...direction, sentences: "all" }, ["There sky"]);
  refused(direction, ["There sky"], "expected sentences with a negator");
  check(SUBTRACT, ["There is no star."]);
  refused(SUBTRACT, ["There is a star."], "expected sentences with a negator");
});

for (const kind of ["direction", "merge"] as const) {
  Deno.test(`changed runs of a tower with an edit of kind ${kind} have it in every row, by the general engine`, () =>
    withClip(TINY, async ({ text }) => {
      const direction = directionOf(text, { blocks: [1], sentences: "negated" });
      const edited = text.edited(kind === "merge" ? MERGE : direction);
      const sentenceOf = (sentence: string) => {
        const ids = edited.encode(sentence);
        return { ids, pooled: ids.length - 1 };
      };
      const sentences = { negated: sentenceOf(NO), affirmative: sentenceOf(SOME) };
      const hook = "blocks.1.hook_resid_pre";
      const position = sentences.negated.ids.length - 1;
      const runs = [
        { of: "affirmative", changes: [patch(hook, { position, from: "negated" })] },
        { of: "negated", changes: [scale("blocks.1.hook_mlp_out", 0)] },
        { of: "negated", changes: [patch(hook, { position, from: "affirmative" })] },
      ];
      const found = (await Array.fromAsync(runChanges(edited, [{ sentences, runs }]))).flat()
        .toSorted((a, b) => a.place - b.place).map(({ embedding }) => embedding);
      const vector = Float32Array.from(direction.vectors[0]!, (x) => x * direction.strength);
      const { cache: input } = await text.runWithCache([NO], ["hook_embed"]);
      const [no, birds] = [3, 4].map((at) => input.row("hook_embed", 0).row(at).data);
      const toMean = (sign: number) => no!.map((x, i) => sign * 0.75 * (birds![i]! - x) / 2);
      const plain = kind === "merge"
        ? [1, -1].map((sign, i) => add("hook_embed", toMean(sign), { position: 3 + i }))
        : [add("blocks.0.hook_resid_post", vector, { position })];
      const { cache } = await text.runWithCache([NO], [hook], { interventions: plain });
      const { cache: some } = await text.runWithCache([SOME], [hook]);
      const expected = [
        await text.run([SOME], { interventions: [patch(hook, { position, from: cache })] }),
        await text.run([NO], { interventions: [...plain, scale("blocks.1.hook_mlp_out", 0)] }),
        await text.run([NO], { interventions: [...plain, patch(hook, { position, from: some })] }),
      ];
      expected.forEach((embedding, i) => assertNear(found[i]!, embedding.data));
    }));
}

Deno.test("an edit of strength 0 changes no bit, whatever its kind", () =>
  withClip(TINY, async ({ text }) => {
    const { width, projection } = text.tower.shape;
    const edits: readonly Edit[] = [
      directionOf(text),
      {
        ...{ kind: "concept", name: "c", strength: 1, sentences: "all", block: 1 },
        ...{ nouns: [["birds"], ["garden"]], vectors: [wave(width), wave(width, 2)] },
      },
      SCALE,
      {
        ...{ kind: "map", name: "m", strength: 1 },
        matrix: Array.from({ length: projection }, (_, i) => wave(projection, i)),
      },
      SUBTRACT,
      MERGE,
    ];
    const { data } = await text.run(SENTENCES);
    for (const edit of edits) {
      const none = withStrength(edit, 0);
      assertEquals((await text.edited(none).run(SENTENCES)).data, data, edit.kind);
      await using loaded = await Clip.load(TINY.model, { towers: ["text"], edit: none });
      assertEquals((await loaded.text.run(SENTENCES)).data, data, edit.kind);
    }
  }));

Deno.test("an edit that does not fit the model is refused", () =>
  withClip(TINY, ({ text }) => {
    const { layers } = text.tower.shape;
    const wrong: readonly (readonly [Edit, string])[] = [
      [directionOf(text, { vectors: [[1, 2]] }), "its vectors have 2 numbers"],
      [directionOf(text, { blocks: [layers + 1] }), `it changes block ${layers + 1}`],
      [{ kind: "scale", name: "s", strength: 1, factor: 0, nodes: ["head 9.1"] }, "lacks head 9.1"],
      [{ kind: "map", name: "m", strength: 1, matrix: [[1]] }, "its matrix has 1 rows"],
    ];
    for (const [edit, said] of wrong) {
      assertThrowsCode(() => text.edited(edit), "sizes-differ", said);
    }
    for (const strength of [-1, 2]) {
      const said = `Cannot make edit "m" at strength ${strength}: expected one from 0 to 1`;
      assertThrowsCode(() => text.edited(withStrength(MERGE, strength)), "value-wrong", said);
    }
  }));

async function embedded(edit: Edit | undefined, onnx = ""): Promise<Float32Array> {
  await using clip = await Clip.load(TINY.model, { towers: ["text"], edit, suffix: onnx });
  if (edit !== undefined) assertEquals((await rowEngine(clip.text)).refusal, undefined); // fast, as without
  return (await clip.text.run(SENTENCES)).data;
}

const SCALE: ScaleEdit = {
  ...{ kind: "scale", name: "s", strength: 0.5, factor: -1 },
  nodes: ["head 1.2", "head 1.1", "head 3.2", "mlp 2"],
};

for (const onnx of ["", "_sdpa"]) {
  Deno.test(`scale in the weights of text_model${onnx}.onnx is scale in the activations`, async () => {
    await using clip = await Clip.load(TINY.model, { towers: ["text"] });
    const { data } = await clip.text.edited(SCALE).run(SENTENCES);
    assertNear(await embedded(SCALE, onnx), data);
  });
}

Deno.test("a map of embeddings is the product with the matrix", async () => {
  const plain = await embedded(undefined);
  const size = plain.length / SENTENCES.length;
  const edit: MapEdit = {
    ...{ kind: "map", name: "m", strength: 0.7 },
    matrix: Array.from(
      { length: size },
      (_, row) => Array.from({ length: size }, (_, column) => Math.cos(row * size + column)),
    ),
  };
  const expected = SENTENCES.flatMap((_, i) => {
    const t = plain.subarray(i * size, (i + 1) * size);
    const made = Array.from(
      t,
      (own, column) =>
        0.3 * own + 0.7 * t.reduce((sum, x, row) => sum + x * edit.matrix[row]![column]!, 0),
    );
    const length = Math.hypot(...made);
    return made.map((x) => x / length);
  });
  assertNear(await embedded(edit), expected);
});

Deno.test("without its planted writer, a model tells no sentence from its negation", async () => {
  const largest = async (edit?: string) => {
    await using study = await Study.open({ model: "planted/relay", edit, cache: false });
    return Math.max(...(await study.score()).rows.map(({ d }) => Math.abs(d)));
  };
  assert(await largest() > 1);
  await inFolder(async (folder) => {
    const path = `${folder}/edit.json`;
    const edit = { kind: "scale", name: "writer", strength: 1, factor: 0, nodes: ["head 3.3"] };
    await Deno.writeTextFile(path, JSON.stringify(edit));
    const left = await largest(path);
    assert(left < 1e-5, `${left} is left`); // float32 rounding of 100 x a cosine
  });
});

Deno.test("a transplant takes weights of another model, in the share of its strength, and refuses other shapes", async () => {
  const self: Edit = {
    ...{ kind: "transplant", name: "t", strength: 1, from: TINY.model, weights: ["blocks.*"] },
  };
  assertEquals(await embedded(self), await embedded(undefined)); // from itself
  const load = (edit?: Edit) => Clip.load(TINY.model, { towers: ["text"], randomWeights: 3, edit });
  await using clip = await load();
  await using changed = await load({ ...self, weights: ["*"] });
  assertEquals((await changed.text.run(SENTENCES)).data, await embedded(undefined)); // every weight is the other model's
  await using mixed = await load({ ...self, strength: 0.25, weights: ["W_proj"] });
  const [a, b, both] = await Promise.all(
    [clip, changed, mixed].map(async ({ text }) => (await text.weights.get("W_proj")).data),
  );
  assertNear(both!, a!.map((x, i) => 0.75 * x + 0.25 * b![i]!));
  const odd = { ...self, from: fixture("siglip-tiny"), weights: ["W_proj"] };
  await assertRejectsCode(() => embedded(odd), "sizes-differ: Cannot take weight");
  const none = { ...self, weights: ["W_prog"] };
  await assertRejectsCode(() => embedded(none), "name-unknown: find weight");
});

const CAP: ScoreRuleEdit = {
  ...{ kind: "score_rule", name: "c", strength: 0.25, rule: "cap", cosine: 0.9 },
  prompt: "There is a {}.",
};

const vector = (...values: readonly number[]) => Float32Array.from(values);
const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);

Deno.test("a cap is of what a sentence affirms before its negator, or of something", () => {
  const rule = new ScoreRule(CAP);
  const projecting = new ScoreRule({
    ...{ kind: "score_rule", name: "p", strength: 0.25, rule: "project", prompt: "There is a {}." },
  });
  const cases = [
    ["There is no star.", "There is a star.", "There is something."],
    [
      "This is a photo with a ring but no star.",
      "There is a star.",
      "This is a photo with a ring.",
    ],
    ["A ring, not a star.", "There is a star.", "A ring."],
  ] as const;
  for (const [sentence, denied, affirmed] of cases) {
    assertEquals(rule.withPrompts(new Set([sentence])), new Set([sentence, denied, affirmed]));
    const embeddings = new Map([
      [sentence, vector(0, 0, 1)],
      [denied, vector(1, 0, 0)],
      [affirmed, vector(Math.cos(0.4), Math.sin(0.4), 0)],
    ]);
    const own = rule.score(sentence, vector(0, 1, 2), { score: dot, embeddings });
    assertAlmostEquals(own, 0.75 * 2 + 0.25 * Math.sin(Math.acos(0.9) + 0.2), 1e-6); // single precision
    const projected = projecting.score(sentence, vector(1, 0, 2), { score: dot, embeddings });
    const along = 0.25 * Math.cos(0.4); // what is denied is the first axis
    assertAlmostEquals(projected, (along + 2) / Math.hypot(along, 1), 1e-6);
  }
  assertEquals(rule.withPrompts(new Set(["A star."])), new Set(["A star."]));
  const whole = new ScoreRule(withStrength(CAP, 1)); // what is affirmed itself, where it is as far as the cap reaches
  const far = 2 * Math.acos(0.9) + 0.01;
  for (const near of [[1, 0], [1.0000001, 0], [Math.cos(far), Math.sin(far)]]) {
    const embeddings = new Map([
      ["No star.", vector(0, 0, 1)],
      ["There is a star.", vector(1, 0, 0)],
      ["There is something.", vector(...near, 0)],
    ]);
    const found = whole.score("No star.", vector(1, 2, 0), { score: dot, embeddings });
    assertAlmostEquals(found, near[0]! + 2 * near[1]!, 1e-6); // single precision
  }
  const sum = new ScoreRule(withStrength(SUBTRACT, 0.5));
  const embeddings = new Map([["No star.", vector(0, 1)], ["a star", vector(1, 0)]]);
  const shifted = (a: Float32Array, b: Float32Array) => 10 * dot(a, b) - 7;
  const score = sum.score("No star.", vector(1, 2), { score: shifted, embeddings });
  assertEquals(score, 20 - 7 - 0.5 * 10); // the constant of a SigLIP counts once
});
