import { inFolder } from "../../scripts/task_process.ts";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { cellsOf } from "../../../lib/composites/grid/grid.ts";
import { readGrid } from "../../../lib/composites/grid/read_grid.ts";
import { ACCURACY_CHART } from "../../../lib/composites/grid/study_report.ts";
import { ESTIMATES } from "../../../lib/composites/grid/study_table.ts";
import { PICTURE_ENDINGS } from "../../../lib/draw/pictures.ts";
import { fileNames } from "../../../lib/runs/write_results.ts";
import { NegscopeError } from "../../../lib/errors/errors.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import { gridOf, study } from "./grid_file.ts";

/** The message for a wrong study file, without the folder that it lies in. */
async function messageOf(content: string | object): Promise<string> {
  const error = await assertRejects(() => gridOf(content), NegscopeError);
  assertEquals(error.code, "file-malformed");
  return error.message.replaceAll(/\/[^" ]*\/(?=(study|nowhere)\.json)/g, "");
}

const tasked = (experiments: object) => study({ experiments });
const modelled = (models: object) => study({ models });

Deno.test("readGrid() reads keys as the flags of the tasks, and lists as their commas", async () => {
  const grid = await gridOf(study({
    models: { relay: { "model": "planted/relay", "random-weights": 3 }, shapes: { threads: 1 } },
    data: { own: {}, few: { limit: "12", cluster: "noun" } },
    experiments: {
      heads: { task: "trace", site: "z", segments: ["correct", "incorrect"] },
      attend: { control: "none", shards: 3 },
      ablate: {},
      circuit: {},
    },
    seeds: [4, 0],
    controls: ["image", "random"],
    shards: 2,
    limit: 24,
    threads: 4,
  }));
  const [relay, shapes] = grid.models;
  assertEquals(relay!.choice, { model: "planted/relay", randomWeights: 3, threads: 4 });
  assertEquals(shapes!.choice, { model: "shapes", threads: 1 });
  assertEquals(grid.data.map(({ choice }) => choice), [
    { limit: 24 },
    { limit: 12, cluster: "noun" },
  ]);
  assertEquals(grid.seeds, [0, 4]);
  const [heads, attend, ablate, circuit] = grid.experiments;
  assertEquals(
    heads!.options,
    { site: "z", segments: ["correct", "incorrect"], control: ["image", "random"] },
  );
  assertEquals([attend!.options, attend!.shards], [{ control: [] }, 3]);
  assertEquals(ablate!.options, { control: ["image", "random"] });
  assertEquals(circuit!.shards, 1);
  assertEquals(cellsOf(grid).length, 2 * 2 * 4 * 2);
  assertEquals(cellsOf(grid)[1]!.folder, "relay/own/heads/seed_4");
});

Deno.test("readGrid() gives each experiment the controls that it takes", async () => {
  const grid = await gridOf(study({ experiments: { attend: {} }, controls: ["image", "random"] }));
  assertEquals(grid.experiments[0]!.options, { control: ["random"] });
});

Deno.test("readGrid() leaves out the runs that have all names of an exception", async () => {
  const grid = await gridOf(study({
    models: { shapes: {}, relay: { model: "planted/relay" } },
    experiments: { evaluate: {}, trace: {} },
    except: [{ model: "relay", experiment: "trace" }],
  }));
  assertEquals(cellsOf(grid).map(({ folder }) => folder), [
    ...["shapes/own/evaluate", "shapes/own/trace", "relay/own/evaluate"],
  ]);
});

Deno.test("readGrid() finds files from the folder of the study file, and takes their content in their place", () =>
  inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/images`);
    await Deno.writeTextFile(`${folder}/mine.json`, "[]");
    await Deno.writeTextFile(`${folder}/sets.json`, '{"relay": ["head 1.2"]}');
    const file = study({
      data: { mine: { data: "mine.json", images: "images" } },
      experiments: {
        filed: { task: "circuit", sets: "sets.json" },
        given: { task: "circuit", sets: { relay: ["head 1.2"] } },
      },
      shards: 2,
    });
    await Deno.writeTextFile(`${folder}/study.json`, JSON.stringify(file));
    const { data: [mine], experiments: [filed, given] } = await readGrid(`${folder}/study.json`);
    assertEquals(mine!.choice, { data: `${folder}/mine.json`, images: `${folder}/images` });
    assertEquals(filed!.options, given!.options);
    assertEquals(filed!.shards, 2); // what is named beforehand can be sharded
  }));

Deno.test("readGrid() refuses a model of the Hub that is not here, with the command that fetches it", async () => {
  const message = await messageOf(study({ models: { away: { model: "nobody/no-such-clip" } } }));
  assertStringIncludes(message, "models.away: Cannot find model");
  assertStringIncludes(message, "deno task download clip nobody/no-such-clip");
});

const NAMED = 'must be an object with names, such as { "NAME": {} }';
const TWICE =
  '{ "models": { "a": {},\n "a": {} }, "data": { "own": {} }, "experiments": { "evaluate": {} } }';

/** Wrong study files, and what is said of each. */
const WRONG: readonly (readonly [string | object, says: string])[] = [
  ['{\n  "models": {},\n}', "it is no JSON: "],
  [TWICE, 'it is no JSON: key "a" is there again in line 2'],
  ["[".repeat(200_000), "it is no JSON: "],
  [study({ experiment: {} }), 'the file has no key "experiment"; the nearest is "experiments"'],
  [tasked({ trace: { sites: "z" } }), 'experiments.trace has no key "sites"; the nearest is'],
  [tasked({ trace: { site: "zz" } }), 'experiments.trace: site cannot be "zz"; expected resid'],
  [modelled({ a: { threads: "many" } }), 'models.a: threads cannot be "many"; expected a whole'],
  [study({ seeds: [] }), "seeds is an empty list; leave it out, or fill it"],
  [study({ seeds: [0.5] }), 'seeds cannot be "0.5"; expected a list of whole numbers from 0'],
  [study({ data: { "../up": {} } }), 'data has "../up", which cannot be a folder\'s name: take'],
  [
    study({ data: { mine: { data: "nowhere.json", images: "." } } }),
    'data.mine: data: there is no file or folder "nowhere.json"',
  ],
  [
    study({ data: { mine: { data: "study.json" } } }),
    "data.mine has no images, which experiments.evaluate needs; give ",
  ],
  [
    tasked({ tracing: {} }),
    'experiments.tracing: there is no task "tracing"; the nearest is "trace"',
  ],
  [tasked({ heads: { task: ["attend"] } }), "experiments.heads: there is no task ["],
  [tasked({ evaluate: { task: "trace" } }), 'experiments.evaluate has the task "trace"; give'],
  [tasked({ attend: [1] }), `experiments.attend ${NAMED}`],
  [modelled({ a: { model: "planted/rely" } }), 'models.a: Cannot find planted model "planted/r'],
  [modelled({}), 'models is empty; it needs a name, such as { "shapes": {} }'],
  [modelled(["shapes"]), `models ${NAMED}`],
  [{ models: { a: {} }, data: { own: {} } }, `experiments ${NAMED}`],
  [modelled({ shards: {} }), 'a model cannot be called "shards", since the study writes that'],
  [modelled({ Shapes: {}, shapes: {} }), 'models has "Shapes" and "shapes", which is the same'],
  [study({ except: [{ model: "shape" }] }), 'except has model "shape", which is none of shapes'],
  [study({ except: [{ model: "shapes" }] }), "except leaves nothing to run"],
];

Deno.test("readGrid() refuses a wrong study file in one line with the path of the key", async () => {
  for (const [content, says] of WRONG) {
    const found = await messageOf(content);
    const message = `Cannot use study file "study.json": ${says}`;
    assert(found.startsWith(message) && !found.includes("\n"), found);
  }
});

Deno.test("readGrid() says everything that is wrong at once", async () => {
  const message = await messageOf(study({
    shards: 0,
    models: { shapes: { thread: 2 } },
    experiments: { trace: { site: "zz" } },
  }));
  assertEquals(message.split("\n").slice(1), [
    "  shards cannot be 0; expected a whole number from 1 to 10000",
    '  models.shapes has no key "thread"; the nearest is "threads"',
    '  experiments.trace: site cannot be "zz"; expected resid or resid_mid or attn_out or mlp_out or z',
  ]);
});

Deno.test("readGrid() refuses an edit that is not of its kind's form, and experiments that cannot run with one", () =>
  inFolder(async (folder) => {
    const named = { name: "wave", strength: 0.5 };
    const edits = {
      form: { ...named, kind: "direction", blocks: [1] },
      moved: { ...named, kind: "direction", blocks: [1], vectors: [[1, 0]] },
      scored: { ...named, kind: "score_rule", prompt: "a photo of a {}" },
      scaled: { ...named, kind: "scale", nodes: ["mlp 1"], factor: 0 },
      still: { ...named, kind: "score_rule", prompt: "a photo of a {}", strength: 0 },
      kind: { ...named, kind: "directions" },
    };
    for (const [name, edit] of Object.entries(edits)) {
      await Deno.writeTextFile(`${folder}/${name}.json`, JSON.stringify(edit));
    }
    const models = Object.fromEntries(
      Object.keys(edits).map((name) => [name, { edit: `${folder}/${name}.json` }]),
    );
    const experiments = { evaluate: {}, attribute: {}, trace: {}, atlas: {} };
    const lines = (await messageOf(study({ models, experiments }))).split("\n").slice(1);

    const expected = [
      "models.form: Cannot read edit",
      "models.moved: Cannot run attribute with edit",
      "models.scored: Cannot run attribute with edit",
      "models.scored: Cannot run trace with edit",
      "models.scored: Cannot run attend with edit",
      "models.kind: Cannot read edit",
    ];
    assertEquals(lines.map((line, i) => line.trim().slice(0, expected[i]?.length)), expected);
    const evaluated = study({ models: { scored: models["scored"] } });
    assertEquals((await gridOf(evaluated)).models.length, 1);
  }));

Deno.test("readGrid() refuses a model called like a file that the study's report is written into", async () => {
  const files = fileNames({ tables: [ESTIMATES.name], charts: [ACCURACY_CHART] }, PICTURE_ENDINGS);
  for (const name of [...files, "manifest.json", "Estimates.CSV"]) {
    const message = await messageOf(study({ models: { [name]: {} } }));
    assertEquals(message.includes(`a model cannot be called "${name}"`), true, message);
  }
  const grid = await gridOf(study({ models: { "estimates.csv.b": {}, "b32.json": {} } }));
  assertEquals(grid.models.length, 2);
});

Deno.test("readGrid() refuses a file that is not there", async () => {
  await assertRejectsCode(
    () => readGrid("nowhere.json"),
    'file-unreadable: Cannot read study file "nowhere.json": there is no such file; name a study file, such as examples/study.json',
  );
});
