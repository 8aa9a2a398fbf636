/** Properties of every experiment in the list. */

import { assert, assertEquals, assertGreater, assertRejects } from "@std/assert";
import { Ajv } from "ajv";
// A name in deno.json would make each project that links the kit install this version, with a warning about its peers.
// deno-lint-ignore no-import-prefix
import schema from "npm:vega-lite@5.23.0/build/vega-lite-schema.json" with { type: "json" };
import { SCREEN } from "../../lib/charts/venues.ts";
import { ALL_EXPERIMENTS } from "../../lib/experiments/all.ts";
import { type AnyExperiment, emptyTablesOf } from "../../lib/experiments/experiment.ts";
import { completeOptions, printOptions, standardOptions } from "../../lib/options/values.ts";
import { mergeRuns } from "../../lib/runs/merge_runs.ts";
import { fileNames, outcomeFiles } from "../../lib/runs/outcome.ts";
import { runOnFiles } from "../../lib/runs/run_on_files.ts";
import type { StudyChoice } from "../../lib/subject/choice/study_options.ts";
import { differingFiles, keptRows } from "../scripts/killed_run.ts";
import { inFolder, namesIn } from "../scripts/task_process.ts";
import { TINY } from "../studies.ts";

const CHOICE: StudyChoice = {
  model: TINY.model,
  data: TINY.pairs,
  images: TINY.images,
  threads: 1,
  cluster: "noun", // so that what names clusters cannot name the standard ones
};
const PICTURES = { formats: [], preset: SCREEN };
const validate = new Ajv({ strict: false, validateFormats: false, code: { optimize: false } })
  .compile(schema);

/** Options other than the defaults, for experiments with a choice that adds rows, or one without which there are no shards. */
function optionsOf({ options }: AnyExperiment): Readonly<Record<string, unknown>> {
  const others = {
    segments: ["correct", "incorrect", "ambiguous"],
    circuit: { nodes: ["head 1.1", "head 2.2", "mlp 3"] },
    receivers: [{ layer: 2, head: 1 }, { layer: 3, head: 2 }], // none are searched, so that rows are kept from the beginning
  };
  return completeOptions(
    options,
    Object.fromEntries(Object.entries(others).filter(([name]) => name in options)),
  );
}

/** Runs an experiment on the committed model, into a folder. */
async function run(
  experiment: AnyExperiment,
  out: string,
  { choice = CHOICE, stop = Infinity }: {
    readonly choice?: StudyChoice;
    /** The number of its own progress reports after which the run fails. */
    readonly stop?: number;
  } = {},
) {
  let reports = 0;
  return await runOnFiles(experiment, optionsOf(experiment), choice, {
    ...{ out, pictures: PICTURES, seed: 0, cache: undefined },
    bar: (label) => ({
      report: () => {
        if (label === experiment.name && ++reports >= stop) throw new Error("stopped here");
      },
      [Symbol.dispose]: () => {},
    }),
  });
}

Deno.test("experiments have names, tables and charts of their own", () => {
  const files = ALL_EXPERIMENTS.map((experiment) => outcomeFiles(experiment, { scored: false }));
  const names = [
    ALL_EXPERIMENTS.map(({ name }) => name),
    files.flatMap(({ tables }) => tables),
    files.flatMap(({ charts }) => charts),
  ];
  for (const own of names) assertEquals(new Set(own).size, own.length, own.join());
});

for (const experiment of ALL_EXPERIMENTS) {
  const { name } = experiment;

  Deno.test(`${name} makes tables, charts and findings from no rows`, () => {
    const context = {
      ...standardOptions(experiment.options),
      ...{ seed: 0, sources: { model: [], data: [] } },
    };
    const tables = emptyTablesOf(experiment, context);
    assert(Object.values(tables).every(({ schema }) => schema !== undefined));
    for (const [chart, spec] of Object.entries(experiment.charts(tables, context))) {
      assert(validate(spec), `${chart}: ${JSON.stringify(validate.errors?.slice(0, 3))}`);
    }
    assert(/^$|\n$/.test(experiment.findings(tables)));
  });

  Deno.test(`${name} reads back the options that it writes down`, () => {
    const options = optionsOf(experiment);
    const texts = printOptions(experiment.options, options);
    for (const [option, text] of Object.entries(texts)) {
      assertEquals(experiment.options[option].parse(text), options[option]);
    }
  });

  Deno.test(`${name} merged from shards, and resumed, has the files and bytes of a whole run`, () =>
    inFolder(async (folder) => {
      const out = (part: string) => `${folder}/${part}`;
      const whole = (await run(experiment, out("whole")))!;
      const expected = fileNames(
        outcomeFiles(experiment, { scored: true, options: optionsOf(experiment) }),
        [],
      );
      assertEquals(namesIn(out("whole")), [...expected, "manifest.json"].sort());
      for (const [chart, spec] of whole.outcome.charts) {
        assert(validate(spec), `${chart}: ${JSON.stringify(validate.errors?.slice(0, 3))}`);
        assert(!JSON.stringify(spec).includes("sentence pairs"), `${chart} names other clusters`);
      }
      const shards = [1, 2].map((k) => ({ k, shard: out(`shard-${k}`) }));
      for (const { k, shard } of shards) {
        await run(experiment, shard, { choice: { ...CHOICE, shard: { k, n: 2 } } });
      }
      const merged = { out: out("merged"), images: CHOICE.images, pictures: PICTURES };
      await mergeRuns(shards.toReversed().map(({ shard }) => shard), ALL_EXPERIMENTS, merged);
      assertEquals(differingFiles(out("merged"), out("whole")), []);
      if (experiment.runs !== "none") {
        const stopped = () => run(experiment, out("resumed"), { stop: 1 });
        await assertRejects(stopped, Error, "stopped here");
        assertGreater(keptRows(out("resumed"))[name] ?? 0, 0, "finished rows are on the disk");
      }
      await run(experiment, out("resumed"));
      assertEquals(differingFiles(out("resumed"), out("whole")), []);
      assertEquals(await run(experiment, out("resumed")), undefined); // it is finished
    }));
}
