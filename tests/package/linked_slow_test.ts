import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inFolder, runDeno, type TaskResult } from "../scripts/task_process.ts";

const kit = fileURLToPath(new URL("../..", import.meta.url));

const script = `
import { Clip, Study } from "negscope";

const clip = await Clip.load(Deno.args[0]!, { towers: ["text"] });
const name = "blocks.0.hook_resid_post";
const { cache } = await clip.text.runWithCache(["There are no circles."], [name]);
console.log(cache.get(name).shape.join(" x "));
await clip.release();
await using study = await Study.open({ model: "planted/relay", cache: false });
console.log(study.inputs.modelName, study.pairs.length);
`;

interface Config {
  readonly imports: Readonly<Record<string, string>>;
  readonly nodeModulesDir?: string;
}

/** The configuration that the guide gives to a reader's project. */
async function guideConfig(): Promise<Config> {
  const guide = await Deno.readTextFile(join(kit, "docs/guide/project.md"));
  const [, config] = /```json\n([^]*?)```/.exec(guide)!;
  return JSON.parse(config!.replace('"../negscope"', JSON.stringify(kit)));
}

/** The lock file that Deno would write, of the kit's own versions: a project without one asks the registry for them. */
async function lockFile(config: Config): Promise<string> {
  const { name, version } = JSON.parse(await Deno.readTextFile(join(kit, "deno.json")));
  const lock = JSON.parse(await Deno.readTextFile(join(kit, "deno.lock")));
  const own = `jsr:${name}@`;
  const dependencies: string[] = lock.workspace.dependencies;
  for (const name of Object.keys(lock.specifiers)) {
    const isDirect = dependencies.includes(name) || name.startsWith("jsr:"); // or a JSR package's own
    if (!isDirect) delete lock.specifiers[name]; // for the tests alone
  }
  lock.workspace = {
    dependencies: Object.values(config.imports).map((range) => range.replace("@^", "@")),
    links: { [own + version]: { dependencies: dependencies.filter((it) => !it.startsWith(own)) } },
  };
  return JSON.stringify(lock);
}

async function inProject(
  config: Config,
  use: (deno: (...args: string[]) => Promise<TaskResult>, folder: string) => unknown,
): Promise<void> {
  await inFolder(async (folder) => {
    await Deno.writeTextFile(join(folder, "deno.json"), JSON.stringify(config));
    await Deno.writeTextFile(join(folder, "deno.lock"), await lockFile(config));
    await Deno.writeTextFile(join(folder, "main.ts"), script);
    await use((...args) => runDeno(args, { cwd: folder }), folder);
  });
}

const rights = ["--allow-ffi", "--allow-read", "--allow-env"];
const model = join(kit, "data/shapes/model");

for (const extra of [{}, { nodeModulesDir: "none" }]) {
  const named = Object.keys(extra).length === 0 ? "" : ` with ${JSON.stringify(extra)}`;
  Deno.test(`a project in another folder reads an activation, opens a planted model and prints no warning${named}`, async () => {
    await inProject({ ...await guideConfig(), ...extra }, async (deno) => {
      const run = await deno("run", "--cached-only", ...rights, "main.ts", model);
      assertEquals(run, { code: 0, stdout: "1 x 8 x 64\nplanted/relay 48\n", stderr: "" });
    });
  });
}

Deno.test("a project's tests, of the example in mod.ts, pass the type-check and run without a warning", async () => {
  const source = await Deno.readTextFile(join(kit, "mod.ts"));
  const [, example] = /```ts ignore\n([^]*?) \* ```/.exec(source)!;
  await inProject(await guideConfig(), async (deno, folder) => {
    await Deno.writeTextFile(join(folder, "example.ts"), example!.replaceAll(/^ \* ?/gm, ""));
    await Deno.writeTextFile(
      join(folder, "main_test.ts"),
      'Deno.test("runs", async () => void await import("./example.ts"));\n',
    );
    const { code, stdout, stderr } = await deno("test", ...rights, "--allow-write");
    assertEquals([code, stderr.match(/^.*warning.*$/gim)], [0, null], stderr);
    assertStringIncludes(stdout, "the first 5 of 1134 rows");
    assertStringIncludes(stdout, "1 passed");
  });
});

Deno.test("a project makes a task of an example that it has copied", async () => {
  const example = await Deno.readTextFile(join(kit, "examples/own_experiment.ts"));
  await inProject(await guideConfig(), async (deno, folder) => {
    await Deno.writeTextFile(join(folder, "own.ts"), example);
    const flags = ["--limit", "3", "--format", "none", "--quiet"];
    const run = await deno("run", "--cached-only", ...rights, "--allow-write", "own.ts", ...flags);
    assertEquals(run, { code: 0, stdout: "", stderr: "" });
    const table = await Deno.readTextFile(join(folder, "results/negator_parts/negator_parts.csv"));
    assertStringIncludes(table, "id,negation,segment,part,layer,effect\r\n");
  });
});
