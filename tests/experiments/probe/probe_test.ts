import { withOptions } from "../../../lib/study/experiment/experiment.ts";
import { loadStudy } from "../../../lib/opening/load_study.ts";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { probe } from "../../../lib/experiments/probe/index.ts";
import {
  type ProbedRow,
  type ProbeOptions,
  probeRows,
} from "../../../lib/experiments/probe/probe.ts";
import { measureRows, Stopwatch } from "../../../lib/study/experiment/measure_rows.ts";
import { nodeRuntime } from "../../../lib/runtime/node.ts";
import { openInputs } from "../../../lib/opening/open_inputs.ts";
import type { StudyChoice } from "../../../lib/study/choice/study_options.ts";
import { sentencePairKey } from "../../../lib/study/rows/prepare.ts";
import type { Study } from "../../../lib/study/study.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import {
  chosen,
  formsOf,
  goldenCircuits,
  goldenTable,
  SMALL,
  type Study as StudyFiles,
  studyPairs,
  TINY,
} from "../../studies.ts";
import { keptIn } from "../../study/kept_map.ts";

const EFFECT = 5e-4; // scores are 100 x a cosine of float32 embeddings
const LOGIT = 2e-4; // residuals are float32, and are divided by their deviations, which are as small as 0.01

async function load(files: StudyFiles, form = "", choice: StudyChoice = {}): Promise<Study> {
  const { model, pairs: data, images } = files;
  const { suffix, weights } = chosen(form);
  const file = weights === undefined ? { onnx: suffix ?? "" } : { weights: `${weights}` };
  const inputs = { model, data, images, threads: 1, ...file, ...choice };
  return await loadStudy(await openInputs(inputs, {}, { say: () => {} }), {
    runtime: nodeRuntime(),
  });
}

/** Where nothing is kept. */
function options(given: Partial<ProbeOptions> = {}): ProbeOptions {
  const kept = keptIn(new Map());
  return { seed: 0, kept, keptOf: () => kept, progress: () => {}, ...given };
}

/** Folds and one control of TINY, as the recipe of the golden values has them. */
async function goldenSplits() {
  const keys = [...new Set((await studyPairs(TINY)).map(sentencePairKey))].sort();
  return new Map(keys.map((key, i) => [key, { fold: i % 3, swapped: [i >= 3] }]));
}

for (const form of formsOf(TINY)) {
  Deno.test(`probeRows() equals scikit-learn's probes and the golden effects of ${TINY.label}, form "${form}"`, async () => {
    await using study = await load(TINY, form);
    const rows = await probeRows(study, options({ splits: await goldenSplits() }));
    const golden = goldenCircuits(TINY, "probe");
    assertEquals(golden.length, rows.length * 3);
    golden.forEach((line, i) => {
      const { read, effects } = rows[Math.floor(i / 3)]!.layers[i % 3 + 1]!;
      const { logits, control } = read!;
      assertEquals([line["id"], line["layer"]], [
        study.pairs[Math.floor(i / 3)]!.id,
        `${i % 3 + 1}`,
      ]);
      assertAlmostEquals(logits[0], Number(line["logit_negated"]), LOGIT);
      assertAlmostEquals(logits[1], Number(line["logit_affirmative"]), LOGIT);
      assertEquals(control, [Number(line["control"])]);
      assertAlmostEquals(effects.means!, Number(line["effect_direction"]), EFFECT);
      assertAlmostEquals(effects.probe!, Number(line["effect_probe"]), EFFECT);
      assertAlmostEquals(effects.full, Number(line["effect_full"]), EFFECT);
    });
  });
}

Deno.test({
  name: `probeRows() patches whole vectors as causal tracing does in ${SMALL.label}`,
  ignore: !SMALL.exists,
  fn: async () => {
    await using study = await load(SMALL, "", { limit: 6 });
    const rows = await probeRows(study, options());
    const trace = Map.groupBy(goldenTable(SMALL, "trace_resid"), ({ id }) => id!);
    for (const [row, { layers }] of rows.entries()) {
      const cells = trace.get(study.pairs[row]!.id)!;
      const end = Math.max(...cells.map(({ position }) => Number(position)));
      for (const { layer, position, effect } of cells) {
        if (Number(position) !== end) continue;
        assertAlmostEquals(layers[Number(layer)]!.effects.full, Number(effect), EFFECT);
      }
    }
  },
});

Deno.test("probeRows() reads and moves exactly nothing at the embeddings, and the whole vector of the last block is exactly d", async () => {
  await using study = await load(TINY);
  const rows = await probeRows(study, options());
  const { rows: scored } = await study.scoredRows();
  for (const [row, { layers }] of rows.entries()) {
    assertEquals(layers[0], {
      ...{ differs: false, read: undefined },
      effects: { means: 0, probe: 0, full: 0 },
    });
    assertEquals(layers.at(-1)!.effects.full, scored[row]!.scores.d);
    assert(layers.at(-1)!.effects.means !== 0);
  }
});

Deno.test("probeRows() gives rows of one sentence pair one fold and the same logits, and a shard the numbers of the whole run", async () => {
  await using study = await load(TINY);
  const reports: (readonly [number, number])[] = [];
  const progress = (...report: [number, number]) => void reports.push(report);
  const whole = await probeRows(study, options({ seed: 3, folds: 2, progress }));
  assertEquals(new Set(reports.map(([, total]) => total)), new Set([reports.at(-1)![0]]));
  const ofPair = Map.groupBy(whole.keys(), (row) => sentencePairKey(study.pairs[row]!));
  assert([...ofPair.values()].some(({ length }) => length > 1), "pairs are repeated");
  const read = ({ layers }: ProbedRow) => layers.map(({ read }) => read);
  for (const [first, ...others] of ofPair.values()) {
    for (const other of others) assertEquals(read(whole[other]!), read(whole[first!]!));
  }
  assertEquals(new Set(whole.map(({ layers }) => layers[1]!.read!.fold)), new Set([0, 1]));
  for (const k of [1, 2]) {
    await using shard = await load(TINY, "", { shard: { k, n: 2 } });
    const rows = await probeRows(shard, options({ seed: 3, folds: 2 }));
    assertEquals(rows, whole.filter((_, row) => row % 2 === k - 1));
  }
});

Deno.test("probe refuses rows with too few sentence pairs for its folds, and rows of any shard that are not minimal pairs, before any work begins", async () => {
  const measure = (study: Study, folds?: number) => {
    const fail = (): never => {
      throw new Error("no work may begin");
    };
    const kept = { kept: fail, begin: fail, bar: fail };
    const stopwatch = new Stopwatch();
    return measureRows(withOptions(probe, { folds }), {
      study,
      stopwatch,
      seed: 0,
      owned: false,
      ...kept,
    });
  };
  await using six = await load(TINY, "", { shard: { k: 1, n: 2 } });
  await assertRejectsCode(() => measure(six, 4), "rows-too-few: pairs (6) out to 4 folds");
  const [pair] = await studyPairs(TINY);
  await using one = await load(TINY, "", { pairs: [pair!], data: undefined });
  await assertRejectsCode(() => measure(one), "rows-too-few: pairs (1) out to 2 folds");
  const unfit = { ...pair!, id: "unfit", foil: "There is no boat in the old harbour." };
  const [first, ...rest] = await studyPairs(TINY);
  const choice = { pairs: [first!, unfit, ...rest], data: undefined };
  const shard = { protocol: "standard", shard: { k: 1, n: 2 } } as const;
  await using other = await load(TINY, "", { ...choice, ...shard });
  assert(!other.pairs.some(({ id }) => id === "unfit"));
  await assertRejectsCode(() => measure(other), 'pair-not-minimal: "unfit"');
});
