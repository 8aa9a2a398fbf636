/** Every command in README, docs, the help of tasks and the head of scripts is run, with small files where it names some. */

import { assert, assertEquals } from "@std/assert";
import { writeNpy } from "../../lib/files/tensors.ts";
import { Tensor } from "../../lib/hooks/tensor.ts";
import { DEFAULT_MODEL } from "../../lib/hub/repository.ts";
import { filesIn, ROOT } from "../imports.ts";
import { done, runHere } from "../scripts/task_here.ts";
import { fixture, inFolder, TASKS, TINY } from "../scripts/task_process.ts";

/** Commands that a test cannot run, with the reason; of those with a task, the flags are read. */
const NOT_RUN: readonly (readonly [command: RegExp, reason: string])[] = [
  [/ task download\b/, "needs the network; tests/scripts/download*_slow_test.ts use a server here"],
  [/ task (dev )?(check|fmt|test|test:\w+)\b/, "is the gate or the tests themselves"],
  [/ task dev notebooks\b/, "needs a Jupyter client, which .ci/run installs"],
  [
    / task dev (docs|readme|explore:circuit|shapes|bench:planted)\b/,
    "writes into the repository; tests compare it",
  ],
  [
    / task (dev )?bench.*( --compare| --document)/,
    "needs a Python with torch, or writes into docs",
  ],
  [/ task dev bench:statistics.* --csv/, "takes half an hour, and writes into docs"],
  [
    / task (dev )?(paper|atlas|card|bench|study)\b/,
    "takes long; tests/scripts run it on the tiny model",
  ],
  [
    / task transplant --from shapes\//,
    "takes long",
  ],
  [
    / task (dev )?explore\b/,
    "serves a page until Ctrl-C, or needs an atlas; tests/explore has both",
  ],
  [/ run -A examples\//, "tests/examples_slow_test.ts runs it"],
  [/ run .*make\.ts/, "writes the files of data/planted"],
  [/^(pip|python3|JUPYTER_PATH)\b/, "installs or starts Jupyter"],
  [/^(deno install|negscope)\b/, "installs the package, which tests/package run over HTTP"],
  [/^python recipe\//, "trains the embedded model, with torch"],
];

const PAGES = [
  ...["README.md", "CONTRIBUTING.md", "data/shapes/README.md", "data/planted/README.md"],
  ...[...walk("docs")].filter((path) => path.endsWith(".md") && !path.includes("/notebooks/")),
];

function* walk(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(ROOT + folder)) {
    if (isDirectory) yield* walk(`${folder}/${name}`);
    else yield `${folder}/${name}`;
  }
}

/** What is in blocks of a shell, or indented. */
function inBlocks(page: string): string[] {
  const text = Deno.readTextFileSync(ROOT + page);
  const fenced = [...text.matchAll(/^```sh\n([^]*?)^```/gm)].map(([, block]) => block!);
  const indented = text.replace(/^```[^]*?^```/gm, "").match(/^ {4}(deno|npx) .*$/gm) ?? [];
  return [...fenced.join("").split("\n"), ...indented];
}

/** What is between the backquotes of prose and begins like a command. */
function inProse(page: string): string[] {
  const text = Deno.readTextFileSync(ROOT + page).replace(/^```[^]*?^```/gm, "");
  return [...text.matchAll(/`(deno task [^`…]+)`/g)].map(([, command]) => command!);
}

const withoutComment = (line: string) => line.replace(/\s+#.*/, "").trim().replace(/\s+/g, " ");

/** The task of a command and its arguments; undefined if it runs none. */
function taskOf(command: string): { readonly task: string; readonly args: string[] } | undefined {
  const [, task, rest] = / ?\btask (?:dev )?([\w:]+) ?(.*)$/.exec(command) ?? [];
  if (task === undefined) return undefined;
  return { task, args: [...rest!.matchAll(/"([^"]*)"|(\S+)/g)].map(([, a, b]) => (a ?? b)!) };
}

const isUsers = (task: string) => TASKS[task]!.command.endsWith(`scripts/${task}.ts`);
const reasonOf = (command: string) => NOT_RUN.find(([pattern]) => pattern.test(command))?.[1];

/** Reads the flags of a command of users without running it; the help comes only where all flags are known. */
async function readsFlags(command: string): Promise<void> {
  const { task, args } = taskOf(command)!;
  assert(task in TASKS, command);
  if (isUsers(task)) await done(task, [...args, "--help"]);
}

Deno.test("commands in prose are of tasks and flags that there are", async () => {
  const pages = PAGES.filter((page) => page !== "docs/errors.md"); // it has parts of sentences
  const commands = pages.flatMap(inProse).filter((command) =>
    !/ NAME$|^deno task NAME/.test(command)
  );
  assert(commands.length > 60);
  for (const command of new Set(commands)) await readsFlags(command);
});

/** A folder with the files that commands name: small ones, and finished runs. */
async function makeFiles(folder: string): Promise<void> {
  const json = Deno.readTextFileSync(fixture("pairs.json"));
  await Deno.mkdir(`${folder}/results/download`, { recursive: true });
  for (const path of ["existence.json", "results/download/existence.json"]) {
    await Deno.writeTextFile(`${folder}/${path}`, json);
  }
  for (const path of ["images", "coco", "visual7w", "results/download/visual7w"]) {
    await Deno.symlink(fixture("images"), `${folder}/${path}`);
  }
  const [picture] = [...Deno.readDirSync(fixture("images"))].map(({ name }) => name).sort();
  for (const name of ["photo.jpg", "a.jpg", "b.jpg"]) {
    await Deno.copyFile(`${fixture("images")}/${picture}`, `${folder}/${name}`);
  }
  await Deno.copyFile(fixture("weights/tiny.safetensors"), `${folder}/negclip.pth`);
  await Deno.copyFile(fixture("weights/tiny_disturbed.safetensors"), `${folder}/tuned.safetensors`);
  const nouns = ["dogs", "cats", "people", "cars", "birds", "trees"];
  const sentences = nouns.map((noun) => `a\tThere are no ${noun}.\t1\n`).join("");
  const write = (path: string, text: string) => Deno.writeTextFile(`${folder}/${path}`, text);
  await write("cannot_dataset_v1.1.tsv", `premise\thypothesis\tlabel\n${sentences}`);
  for (const [file, name] of [["negbench_mcq", "COCO_val_mcq"], ["choices", "choices"]]) {
    await Deno.copyFile(fixture(`benchmarks/files/${file}.csv`), `${folder}/${name}.csv`);
  }
  const pairs: { readonly id: string }[] = JSON.parse(json);
  const sizes = pairs.map(({ id }) => `${id},0.5\r\n`).join("");
  await Deno.mkdir(`${folder}/results/segment`);
  await write("results/segment/subject_sizes.csv", `id,subject_size\r\n${sizes}`);
  const rows = nouns.map((noun, i) =>
    `${i},shapes_000${i}.png,foil,There are some ${noun}.,There are no ${noun}.\r\n`
  ).join("");
  const instances = {
    categories: [{ id: 1, name: "dog" }],
    images: [1, 2].map((id) => ({ id, file_name: `shapes_000${id}.png` })),
    annotations: [{ image_id: 1, category_id: 1 }],
  };
  await write("instances_val2017.json", JSON.stringify(instances));
  await Deno.mkdir(`${folder}/results/pairs`);
  await write("results/pairs/controlled_pairs.json", json);
  await write("pairs.csv", `id,image,negation,caption,foil\r\n${rows}`);
  const run = async (task: string, out: string, ...flags: string[]) => {
    const all = [...TINY, "--format", "none", "--out", `${folder}/results/${out}`, ...flags];
    await done(task, all);
  };
  for (const out of ["trace", "vit-b-32"]) await run("trace", out);
  await run("trace", "trace-random-1", "--random-weights", "1");
  for (const [k, out] of ["one", "two"].entries()) await run("trace", out, "--shard", `${k + 1}/2`);
  await run("attend", "attend");
  await run("evaluate", "negator_parts");
  const embedding = new Tensor(new Float32Array(12).fill(1), [1, 12], ["batch", "width"]);
  await writeNpy(`${folder}/images.npy`, embedding);
  await write("images.txt", `${folder}/a.jpg\n`);
  const nodes = ["head 1.2", "mlp 3"];
  await Deno.mkdir(`${folder}/results/circuit`);
  await write("results/circuit/circuit.json", JSON.stringify({ nodes }));
  await write("my_sets.json", JSON.stringify({ relay: nodes }));
}

/** Placeholders, and the model of the Hub that `deno task download clip` fetches. */
const STANDS_FOR: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "--model": { [DEFAULT_MODEL]: TINY[1]!, FOLDER: TINY[1]!, OTHER: "shapes" },
  "--from": { TUNED: fixture("weights/tiny_disturbed.safetensors") },
  "--images": { FOLDER: fixture("images") },
};

/** The arguments with files of the folder, few rows, and a folder of their own for what is written. */
function argsIn(folder: string, task: string, args: readonly string[], i: number): string[] {
  const given = args.map((arg, at) => {
    const flag = args[at - 1] ?? "";
    if (flag === "--out") return `${folder}/out/${i}`;
    if (flag === "--limit") return "6";
    const known = STANDS_FOR[flag]?.[arg];
    if (known !== undefined) return known;
    return /^(results\/|[\w.-]+\.\w+$|images$|visual7w$|coco$)/.test(arg)
      ? `${folder}/${arg}`
      : arg;
  });
  const flags = new Set(taskFlags.get(task));
  const add = (flag: string, value: string) => {
    if (flags.has(flag) && !given.includes(flag)) given.push(flag, value);
  };
  if (task === "compare" || task === "figures") {
    if (args.length === 0) given.push(`${folder}/results/trace`); // what they read without one
  } else add("--limit", args.includes("--folds") ? "60" : "6");
  if (task === "segment") add("--segmenter", fixture("clipseg-tiny"));
  if (task === "score" && !args.includes("--explain")) return given; // writes nothing
  add("--out", `${folder}/out/${i}`);
  if (task !== "figures") add("--format", "none");
  return given;
}

const taskFlags = new Map<string, readonly string[]>();

/** A command without the names of files and models, placeholders and numbers, and of figures without venue and format, which take long. */
function kindOf(task: string, args: readonly string[]): string {
  const isName = /[./]|^[A-Z]+$|^\d|^(images|visual7w|coco)$/;
  const words = args.map((arg) => isName.test(arg) ? "…" : arg);
  return [task, ...words.filter((arg) => task !== "figures" || /^(-|…)/.test(arg))].join(" ");
}

Deno.test("commands in blocks, of the help and at the head of scripts are run as far as it goes", () =>
  inFolder(async (folder) => {
    const commands = new Set(PAGES.flatMap(inBlocks).map(withoutComment));
    for (const path of filesIn("scripts")) {
      const text = Deno.readTextFileSync(ROOT + path);
      for (const [, line] of text.matchAll(/^ \* {5}((?:deno|npx) [^$\n]*)$/gm)) {
        commands.add(withoutComment(line!));
      }
    }
    for (const task of Object.keys(TASKS).filter(isUsers)) {
      const stdout = await done(task, ["--help"]);
      const [, example] = /^Example\n {2}(.*)$/m.exec(stdout) ?? [];
      if (example !== undefined) commands.add(example);
      taskFlags.set(task, stdout.match(/(?<=^ {2})--[\w-]+/gm) ?? []);
    }
    await makeFiles(folder);
    const unknown: string[] = [];
    const kinds = new Set<string>();
    for (const [i, command] of [...commands].filter((line) => line !== "").entries()) {
      const called = taskOf(command);
      const reason = reasonOf(command);
      if (called === undefined || reason !== undefined) {
        if (reason === undefined) unknown.push(command);
        else if (called !== undefined && !reason.startsWith("is the gate")) {
          await readsFlags(command);
        }
        continue;
      }
      const kind = kindOf(called.task, called.args);
      if (kinds.has(kind)) {
        await readsFlags(command);
        continue;
      }
      kinds.add(kind);
      const args = argsIn(folder, called.task, called.args, i);
      const { code, stdout, stderr } = await runHere(called.task, args);
      assertEquals(code, 0, `${command}\n${stdout}\n${stderr}`);
    }
    assertEquals(unknown, []);
  }));
