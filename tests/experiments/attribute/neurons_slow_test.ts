import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { neuronFinding } from "../../../lib/experiments/attribute/index.ts";
import {
  activeTokens,
  patchNeurons,
  screenNeurons,
  wordsOf,
} from "../../../lib/experiments/attribute/neurons.ts";
import { edit } from "../../../lib/hooks/interventions.ts";
import { Study } from "../../../lib/runs/study.ts";
import { effectOnD, signOf, signOfD, sizeOfD } from "../../../lib/study/effects/noise.ts";
import { assertPlainSentences } from "../../study/plain_sentences.ts";
import { assertKeysAndIntervals } from "../../tables/keys.ts";
import { validate } from "../../charts/vega_lite_schema.ts";
import { TINY } from "../../studies.ts";

const { model, images, pairs: data } = TINY;
const CHOICE = { model, images, data, threads: 1, cache: false } as const;
const EFFECT = 1e-4; // S errs by as much

const NOT_KEPT = { size: 0, get: () => undefined, keep: () => Promise.resolve() };

async function measureNeurons(
  study: Study,
  phase: Parameters<typeof patchNeurons>[2] & Parameters<typeof screenNeurons>[1],
) {
  return await patchNeurons(study, await screenNeurons(study, phase), phase);
}

const PHASE = { keptOf: () => NOT_KEPT, progress: () => {}, seed: 0 };

Deno.test("patchNeurons() gives each MLP's neurons shares that add up to that of its output, by its gradient", async () => {
  await using study = await Study.open(CHOICE);
  const { screen } = (await measureNeurons(study, PHASE))[0]!;
  const { rows } = await study.scoredRows();
  for (const [negation, shares] of screen.shares) {
    const own = rows.filter(({ scores }) => scores.negation === negation);
    const d = own.reduce((sum, { scores }) => sum + sizeOfD(scores.d), 0);
    for (const block of [0, 1, 2]) {
      const hook = `blocks.${block}.hook_mlp_out`;
      let expected = 0;
      for (const { scores } of own) {
        const { negated, affirmative } = await study.row(scores.id);
        const gradient = (await affirmative.gradients(hook)).row(hook, 0).data;
        const [to, from] = [await negated.cache(hook), await affirmative.cache(hook)]
          .map((cache) => cache.row(hook, 0).data);
        const effect = gradient.reduce((sum, x, i) => sum + x * (to![i]! - from![i]!), 0);
        expected += signOfD(scores.d) * signOf(negation) * effect / d;
      }
      const of = shares.slice(block * screen.width, (block + 1) * screen.width);
      assertAlmostEquals(of.reduce<number>((sum, share) => sum + share!, 0), expected, EFFECT);
    }
  }
  const scored = await study.scoredRows();
  const rounded = rows.map((row) =>
    row.scores.negation === "foil" ? row : { ...row, scores: { ...row.scores, d: 1e-5 } }
  );
  const withoutD = {
    ...{ text: study.text, sentencePairs: study.sentencePairs },
    scoresOf: study.scoresOf.bind(study),
    scoredRows: () => Promise.resolve({ ...scored, rows: rounded }),
  };
  const [found] = await measureNeurons(withoutD as never, PHASE);
  for (const [negation, shares] of found!.screen.shares) {
    assert(shares.every((share) => (share === undefined) === (negation === "caption")));
  }
});

Deno.test("patchNeurons() patches the neurons with the largest shares, and names the words at which they are most active", async () => {
  await using study = await Study.open(CHOICE);
  const found = await measureNeurons(study, PHASE);
  const { screen: { shares, patched, width } } = found[0]!;
  const sizeOf = ({ layer, neuron }: typeof patched[number]) =>
    Math.max(...shares.map(([_, own]) => Math.abs(own[(layer - 1) * width + neuron - 1]!)));
  const largest = patched.filter(({ choice }) => choice === "largest").map(sizeOf);
  assertEquals([largest.length, patched.length], [50, 56]);
  assertEquals(largest, largest.toSorted((a, b) => b - a));
  assert(patched.slice(50).every((own) => sizeOf(own) <= largest.at(-1)!));
  const { text, sentencePairs } = study;
  const { images } = await study.scoredRows();
  for (const place of [0, 20, 55]) {
    const { layer, neuron, tokens } = patched[place]!;
    const hook = `blocks.${layer - 1}.mlp.hook_post`;
    const active = new Map<string, number>();
    for (
      const { sentence, tokens } of sentencePairs.flatMap((
        pair,
      ) => [pair.negated, pair.affirmative])
    ) {
      const value = (await text.runWithCache([sentence], [hook])).cache.row(hook, 0);
      wordsOf(sentence, tokens).forEach((word, at) =>
        active.set(word, Math.max(active.get(word) ?? -Infinity, value.row(at).data[neuron - 1]!))
      );
    }
    active.delete("SOT");
    const most = [...active].sort(([, a], [, b]) => b - a).slice(0, 3).map(([word]) => word);
    assertEquals(tokens, most.join(" "));
    const { scores, aligned: { negated, affirmative } } = (await study.scoredRows()).rows[3]!;
    const { cache } = await text.runWithCache([negated.sentence], [hook]);
    const take = edit(hook, (value) => {
      for (let at = neuron - 1; at < value.data.length; at += width) {
        value.data[at] = cache.row(hook, 0).data[at]!;
      }
    });
    const changed = await text.run([affirmative.sentence], { interventions: [take] });
    const s = text.family.similarity.score(changed.row(0).data, images.get(scores.image)!);
    assertAlmostEquals(found[3]!.exact[place]!, effectOnD(scores, s), EFFECT);
  }
  const falling = {
    of: ({ ids }: { readonly ids: readonly number[] }) => [ids.map((_, at) => -at)],
  };
  assertEquals(activeTokens(study, 0, falling), "there is are"); // though it is most active at the start token
});

Deno.test("attribute --neurons says in plain sentences what was patched", async () => {
  await using study = await Study.open(CHOICE);
  const { parts: { outcome: { findings, own, charts } } } = await study.run("attribute", {
    ...{ neurons: true, control: [] },
  });
  const [{ sentences, tables }] = findings as [typeof findings[number]];
  assertPlainSentences(sentences!);
  const [neurons] = tables!;
  assertEquals(neurons!.lines.length, 50);
  assert(sentences!.some((said) => /^Together the neurons of MLP \d add .* and take/.test(said)));
  assert(sentences!.some((said) => said.startsWith("Of 6 others drawn at random, r is ")));
  assert(sentences!.every((said) => !said.includes("named share")));
  const said = sentences!.find((sentence) => sentence.startsWith("Of the 50 largest neurons"))!;
  const r = Number(/patching is (\S+):/.exec(said)?.[1]);
  assert(r > 0.9 && said.endsWith("the gradient puts neurons in the right order"), said);
  assertKeysAndIntervals(own["neurons"]!);
  const shown = own["neurons"]!.rows.filter(({ negation, segment, method }) =>
    negation === "foil" && segment === "all" && method === "gradient"
  );
  assertEquals(shown.length, 3 * 64);
  assert(validate(charts.get("neurons")));
});

Deno.test("neuronFinding() says what one gradient says of neurons, by r of the largest and of others, and how far sizes are off", () => {
  const shares = { foil: [[4, 3, 2, 1], [4, -3, 2, -2]], caption: [] }; // 10 of MLP 1, 6 and -5 of MLP 2
  /** What the largest neurons and others do to first order; patched, those are so many times as large, and one of them has so much more. */
  const said = (factor: number, more: { largest?: number; drawn?: number }, gamma?: number) => {
    const rows = (["exact", "gradient"] as const).flatMap((method) =>
      (["largest", "drawn"] as const).flatMap((choice, i) =>
        [4, 3, 2, 1].flatMap((effect, neuron) =>
          (["foil", "caption", "both"] as const).map((negation) => ({
            ...{ negation, segment: "all", method, choice, layer: i + 1, neuron, tokens: "no" },
            mean_effect: method === "gradient"
              ? effect
              : effect * factor + (neuron === 3 ? more[choice] ?? 0 : 0),
            share: negation === "both"
              ? gamma && gamma * (neuron + 1)
              : shares[negation][i]?.[neuron],
          }))
        )
      )
    );
    const found = neuronFinding({ neurons: { rows } as never }, {});
    assertStringIncludes(
      found.sentences!.join(),
      "MLP 2 add 6.00 and take 5.00 of d where the foil",
    );
    const sentences = found.sentences!.filter((sentence) => /gradient/.test(sentence));
    assertPlainSentences(sentences);
    const { title, lines: [line] } = found.tables![0]!;
    return [...sentences.map((text) => text.replace(/^Of .*: /, "")), title, JSON.stringify(line)];
  };
  const [ordered, only] = [
    "the gradient puts neurons in the right order",
    "only effects of patched neurons can be relied on",
  ];
  const off = (factor: string) =>
    `Sizes by gradient are off: patched, they are ${factor} times as large`;
  const cases: readonly (readonly [Parameters<typeof said>, readonly string[]])[] = [
    [[1, {}], [ordered]],
    [[0.81, {}], [ordered]],
    [[1.24, {}], [ordered]],
    [[0.79, {}], [ordered, off("0.79")]],
    [[1.5, {}], [ordered, off("1.50")]],
    [[1.5, { drawn: 9 }], [only]],
    [[1.5, { largest: 9 }], [only]],
    [[0, {}], []], // nothing without an r
  ];
  for (const [given, expected] of cases) assertEquals(said(...given).slice(0, -2), expected);
  const title = "The 4 largest neurons: shares of";
  assertEquals(said(1, {}).at(-2), `${title} d by side, patched`);
  assertEquals(said(1, {}, 0.50026).slice(-2), [
    `${title} gamma, patched and by one gradient, and by side of d`,
    '{"neuron":"mlp 1 neuron 3","gamma":2.001,"simultaneous":"","active at":"no","gradient":2.001,"foil / caption":"1.000 / none"}', // four times gamma's, to three digits
  ]);
});

Deno.test("wordsOf() joins the pieces of words, and leaves what is none as it is", () => {
  const cases = [
    ["This is no triangle.", "<|startoftext|> this is no triang le . <|endoftext|>"],
    ["No hearts, no heart", "no hear ts no heart <|endoftext|>"], // without punctuation
    ["No hearts", "▁no ▁ hearts </s>"],
  ].map(([sentence, tokens]) => wordsOf(sentence!, tokens!.split(" ")).join(" "));
  assertEquals(cases, [
    "SOT this is no triangle triangle . EOT",
    "no hearts hearts no heart EOT",
    "no hearts hearts </s>",
  ]);
});

Deno.test("patchNeurons() finds the one neuron of a planted circuit, and takes finished rows as they are", async () => {
  const planted = (name: string) =>
    new URL(`../../../data/planted/${name}`, import.meta.url).pathname;
  await using study = await Study.open({
    ...{ model: planted("and"), data: planted("pairs.json"), images: planted("images") },
    ...{ limit: 8, threads: 1, cache: false },
  });
  const { rows } = await study.scoredRows();
  const kept = new Map<string, number[]>();
  const keptOf = () => ({
    ...{ size: kept.size, get: (id: string) => kept.get(id) },
    keep: (id: string, values: ArrayLike<number>) =>
      Promise.resolve(void kept.set(id, Array.from(values))),
  });
  const found = await measureNeurons(study, { ...PHASE, keptOf });
  assertEquals(found[0]!.screen.patched[0]!.layer, 2);
  found.forEach(({ exact }, row) => {
    const [first, ...others] = exact;
    assertAlmostEquals(first!, rows[row]!.scores.d, EFFECT);
    others.forEach((effect) => assertAlmostEquals(effect, 0, EFFECT));
  });
  const [{ scores: { id, negation } }] = rows as [typeof rows[number]];
  kept.set(id, kept.get(id)!.map((s) => s + 1));
  const again = await measureNeurons(study, { ...PHASE, keptOf });
  assertAlmostEquals(again[0]!.exact[0]! - found[0]!.exact[0]!, signOf(negation), EFFECT);
});
