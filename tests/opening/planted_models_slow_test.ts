import { assertEquals, assertStringIncludes } from "@std/assert";
import { kitModel, PLANTED } from "../../lib/opening/find_model.ts";
import { openInputs } from "../../lib/opening/open_inputs.ts";
import { Study } from "../../lib/runs/study.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { done } from "../scripts/task_here.ts";
import { inFolder, runTask } from "../scripts/task_process.ts";
import { TINY } from "../studies.ts";

const model = "planted/relay";

Deno.test("openInputs() gives a planted model its own data and images, and says nothing", async () => {
  const said: string[] = [];
  const inputs = await openInputs({ model }, {}, { say: (line) => said.push(line) });
  const { modelFolder, modelName, dataPath, pairs, images } = inputs;
  assertEquals([modelFolder, modelName], [kitModel(model)!.folder, model]);
  assertEquals([dataPath, pairs.length, said], [PLANTED.data, 48, []]);
  const folders = [...images!.paths.values()].map((path) => path.startsWith(PLANTED.images));
  assertEquals(folders, new Array(8).fill(true));
});

Deno.test("openInputs() takes other data and images for a planted model if they are given", async () => {
  const { dataPath, images } = await openInputs({ model, data: TINY.pairs, images: TINY.images });
  assertEquals(dataPath, TINY.pairs);
  for (const path of images!.paths.values()) assertStringIncludes(path, TINY.images);
  await inFolder(async (folder) => {
    for (const { name } of Deno.readDirSync(PLANTED.images)) {
      await Deno.copyFile(`${PLANTED.images}/${name}`, `${folder}/${name}`);
    }
    const own = await openInputs({ model, images: folder });
    assertEquals(own.dataPath, PLANTED.data);
    for (const path of own.images!.paths.values()) assertStringIncludes(path, folder);
  });
});

Deno.test("openInputs() lists the planted models for a name that none of them has, and leaves names with a revision to the Hub", async () => {
  const open = (model: string) => () => openInputs({ model });
  const says = 'planted model "planted/rely": expected one of planted/relay, planted/backup, ';
  await assertRejectsCode(open("planted/rely"), "name-unknown", says);
  await assertRejectsCode(open("planted/relay@main"), "model-missing: planted/relay");
});

Deno.test("a study names a planted model, and its weights may be replaced or random", async () => {
  const weights = `${kitModel("planted/decoy")!.folder}/model.safetensors`;
  await using study = await Study.open({ model, weights, threads: 1, cache: false });
  assertEquals(study.inputs.modelName, `${model} with model.safetensors`);
  assertEquals((await study.score()).rows.length, 48);
});

Deno.test("a task refuses the name of a planted model if a folder has it too, and takes own folders beside it", () =>
  inFolder(async (cwd) => {
    for (const name of ["relay", "mine"]) {
      await Deno.mkdir(`${cwd}/planted/${name}`, { recursive: true });
      for (const { name: file } of Deno.readDirSync(kitModel(model)!.folder)) {
        await Deno.copyFile(`${kitModel(model)!.folder}/${file}`, `${cwd}/planted/${name}/${file}`);
      }
    }
    const variables = { NEGSCOPE_DEBUG: "1" }; // the whole error is printed, with its code
    const inspect = (model: string) => runTask("inspect", ["--model", model], { cwd, variables });
    const [both, own, mine] = await Promise.all(
      [model, `./${model}`, "planted/mine"].map(inspect),
    );
    assertEquals([both!.code, both!.stdout], [1, ""]);
    assertStringIncludes(
      both!.stderr,
      `Cannot tell which model "${model}" is: it is the name of a model of negscope, and there is a folder of this name; write "./${model}" for the folder, `,
    );
    assertStringIncludes(both!.stderr, 'code: "model-ambiguous"');
    assertEquals([own!.code, mine!.code], [0, 0], own!.stderr + mine!.stderr);
  }));

Deno.test("a task takes the name of a planted model from another working directory: data/, where the folder of this name is the planted model itself", async () => {
  const { code, stderr } = await runTask("inspect", ["--model", model], {
    cwd: new URL("../../data", import.meta.url).pathname,
  });
  assertEquals([code, stderr], [0, ""]);
});

Deno.test("a run's manifest has the planted model's name, and merged shards show its images in the report", () =>
  inFolder(async (folder) => {
    const flags = ["--model", model, "--threads", "1", "--format", "none", "--quiet"];
    const run = async (name: string, ...more: readonly string[]) => {
      const out = `${folder}/${name}`;
      await done("trace", [...flags, ...more, "--out", out]);
      return out;
    };
    const shards = [await run("a", "--shard", "1/2"), await run("b", "--shard", "2/2")];
    const out = `${folder}/merged`;
    await done("merge", [...shards, "--format", "none", "--out", out]);
    const manifest = JSON.parse(await Deno.readTextFile(`${out}/manifest.json`));
    const { options, model: { name } } = manifest;
    assertEquals([options.model, options.data, name], [model, undefined, model]);
    const whole = await Deno.readTextFile(`${await run("whole")}/report.html`);
    const pictures = (html: string) => html.match(/data:image\/\w+/g)?.length;
    assertEquals(pictures(await Deno.readTextFile(`${out}/report.html`)), pictures(whole));
    assertEquals(pictures(whole)! > 0, true);
  }));
