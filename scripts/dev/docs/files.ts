/** The other files that follow from the source: tasks of experiments, the explorer's scripts, checksums of the kit's data, the schema of a study file. */

import { NegscopeError } from "../../../lib/errors/errors.ts";
import { kitPath } from "../../../lib/files/kit_files.ts";
import { MOST_BYTES, readTextSync, sha256File } from "../../../lib/files/read_file.ts";
import { type Computed, versionOfCode } from "../../../lib/version/code.ts";
import { ALL_EXPERIMENTS } from "../../../lib/experiments/all.ts";
import { replaceMarked } from "../../../lib/tables/text_table.ts";
import { filesBelow, formatted } from "./pages.ts";
import {
  DATA_KEYS,
  type GridKeys,
  isContent,
  MODEL_KEYS,
  NAME,
  optionsOfTask,
  SHARDS,
  SHARED_KEYS,
  TASKS,
  WHOLE_KEYS,
} from "../../../lib/composites/grid/grid.ts";
import type { Option } from "../../../lib/options/option.ts";

export const SCRIPTS = {
  "page.js": "lib/explore/page/app.tsx",
  "worker.js": "lib/explore/engine/worker.ts",
} as const;

/** The first lines of both scripts, which say of which source they are. */
export function scriptHead(): string {
  const version = versionOfCode("page", (module) => readTextSync(module, MOST_BYTES.own));
  return `// deno-lint-ignore-file\n// Written by deno task dev docs from lib/explore; code ${version}\n`;
}

export async function explorerScript(entry: string): Promise<string> {
  const args = ["bundle", "--frozen", "--quiet", "--check=false", "--platform", "browser"];
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args, "--minify", kitPath(entry)],
  }).output();
  const text = new TextDecoder();
  if (success) return scriptHead() + text.decode(stdout);
  throw new NegscopeError("page-not-bundled", {
    problem: `Cannot bundle "${entry}"`,
    reason: text.decode(stderr).trim(),
    fix: "run deno task dev docs again; the first time it needs a network",
  });
}

/** Few pools of memory: glibc makes one for each thread, and a large run keeps what is free in all of them. */
const MEMORY = "MALLOC_ARENA_MAX=2";

/** The permissions of a task: to read and write files and to run ONNX Runtime. */
const PERMISSIONS =
  "--allow-ffi --allow-read --allow-write --allow-env=NEGSCOPE_DEBUG,HF_HUB_CACHE,HUGGINGFACE_HUB_CACHE,HF_HOME,XDG_CACHE_HOME,HOME,USERPROFILE,MALLOC_ARENA_MAX,npm_package_config_libvips";

export function withTasks(text: string): string {
  const config: { readonly tasks: Readonly<Record<string, unknown>> } = JSON.parse(text);
  const made = ALL_EXPERIMENTS.map(({ name, summary }) => [name, {
    description: plain(summary),
    command: `${MEMORY} deno run --no-prompt ${PERMISSIONS} scripts/${name}.ts`,
  }]);
  const names = made.map(([name]) => name);
  const others = Object.entries(config.tasks).filter(([name]) => !names.includes(name));
  const tasks = Object.fromEntries([...made, ...others]);
  return `${JSON.stringify({ ...config, tasks }, null, 2)}\n`;
}

export async function withExperiments(text: string): Promise<string> {
  const rows = ALL_EXPERIMENTS.map(({ name, summary }) => `|\`${name}\`|${summary}|`);
  const table = await formatted(["|experiment|finds out|", "|---|---|", ...rows].join("\n"));
  return replaceMarked(text, "experiments", table);
}

function plain(summary: string): string {
  const text = summary.replaceAll("`", "");
  return text[0]!.toUpperCase() + text.slice(1);
}

/** The folders and files that the kit reads as it runs. */
const READ = [
  "data/explore",
  "data/planted",
  "data/published",
  "data/shapes/blocks",
  "data/shapes/blocks.json",
  "data/shapes/controlled_pairs.json",
  "data/shapes/existence.json",
  "data/shapes/images",
  "data/shapes/model",
  "data/shapes/objects.csv",
  "data/shapes/sentences.txt",
  "lib/draw/fonts",
];

/** Made by hand for readers, or what the files were made with. */
const UNREAD = /\.md$|^LICENSE|^recipe$/;

/** data/files.json: the kit's data and fonts with their checksums, for where the kit is imported over the network and fetches them. */
export async function dataFiles(): Promise<string> {
  const names = await filesBelow(READ, (name) => !UNREAD.test(name));
  const lines = await Promise.all(
    names.map(async (name) => `  ${JSON.stringify(name)}: "${await sha256File(kitPath(name))}"`),
  );
  return `{\n${lines.join(",\n")}\n}\n`;
}

export function committedCode(): string {
  const version = (computed: Computed) =>
    versionOfCode(computed, (module) => readTextSync(module, MOST_BYTES.own));
  return `/** The kit's code as it was committed, see code.ts. Written by \`deno task dev docs\`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "${version("embeddings")}",
  page: "${version("page")}",
  runs: "${version("runs")}",
};
`;
}

export function studySchema(): string {
  const named = (entry: object, about: string) => ({
    description: about,
    type: "object",
    minProperties: 1,
    propertyNames: { pattern: NAME.source },
    additionalProperties: entry,
  });
  const name = { type: "string" };
  const schema = {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "A study file of negscope (docs/study.md)",
    type: "object",
    required: ["models", "data", "experiments"],
    properties: {
      $schema: { type: "string" },
      models: named(objectOf(MODEL_KEYS), "Models by the names of their folders."),
      data: named(objectOf(DATA_KEYS), "Data by name; {} is the data of the model."),
      experiments: {
        ...named(
          { allOf: [{ required: ["task"] }, { anyOf: TASKS.map(reference) }] },
          "Experiments by name: a task's own name, or another name with the task in it.",
        ),
        properties: Object.fromEntries(TASKS.map((task) => [task, reference(task)])),
      },
      ...propertiesOf({ ...SHARED_KEYS.models, ...SHARED_KEYS.data, ...WHOLE_KEYS }),
      except: {
        description: "Runs that are left out: those that have all names of an entry.",
        type: "array",
        minItems: 1,
        items: {
          type: "object",
          minProperties: 1,
          properties: { model: name, data: name, experiment: name },
          additionalProperties: false,
        },
      },
    },
    additionalProperties: false,
    definitions: Object.fromEntries(
      TASKS.map((task) => [task, {
        ...objectOf({ ...optionsOfTask(task), shards: SHARDS }, { task: { const: task } }),
      }]),
    ),
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

function reference(task: string): object {
  return { $ref: `#/definitions/${task}` };
}

function objectOf(keys: GridKeys, more: Readonly<Record<string, object>> = {}): object {
  const properties = { ...more, ...propertiesOf(keys) };
  return { type: "object", properties, additionalProperties: false };
}

function propertiesOf(keys: GridKeys): Record<string, object> {
  return Object.fromEntries(
    Object.entries(keys).map(([name, option]) => [name, {
      description: option.help,
      ...typeOf(option),
    }]),
  );
}

/** What values of JSON an option can have, as far as it says so itself: one of some words, a switch, a number, a list, or a text. */
function typeOf(option: Option<unknown>): object {
  const { placeholder, parse, standard } = option;
  if (placeholder === undefined) return { type: "boolean" };
  const words = placeholder.split("|");
  const isChoice = words.length > 1 && words.every((word) => parse(word) === word);
  if (isChoice && /^[a-z_|]+$/.test(placeholder)) return { enum: words };
  const scalars = ["string", "number", "boolean"];
  if (placeholder === "LIST" || Array.isArray(standard)) {
    return { type: [...scalars, "array"], items: { type: scalars }, minItems: 1 };
  }
  if (placeholder === "N") return { type: ["number", "string"] };
  return { type: isContent(option) ? ["string", "object"] : "string" };
}
