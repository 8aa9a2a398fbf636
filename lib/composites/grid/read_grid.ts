/** Reads a study file and checks it before any model is opened: everything that is wrong is said at once. */

import { dirname, resolve } from "node:path";
import { NegscopeError, shown } from "../../errors/negscope_error.ts";
import { unreadableFile } from "../../errors/kinds.ts";
import { DISK, MOST_BYTES, readText } from "../../files/read_file.ts";
import type { Option } from "../../options/option.ts";
import {
  EMBEDDED_BLOCKS,
  EMBEDDED_PAIRS,
  EMBEDDED_SENTENCES,
  type StudyChoice,
} from "../../study/choice/study_options.ts";
import {
  cellsOf,
  type Grid,
  type GridData,
  type GridException,
  type GridExperiment,
  type GridModel,
  hasImages,
} from "./grid.ts";
import {
  DATA_KEYS,
  type Entry,
  experimentOf,
  GIVEN_CONTROLS,
  type GridKeys,
  isPlace,
  MODEL_KEYS,
  NAME,
  nearestOf,
  optionsOfTask,
  type Place,
  PlacedJson,
  SEEDS,
  SHARDS,
  SHARED_KEYS,
  TASKS,
  textOfValue,
} from "./keys.ts";
import { findModel, ownDataOf } from "../../opening/find_model.ts";
import { withOptions } from "../../study/experiment/experiment.ts";

const FILE_KEYS = [
  ...["$schema", "models", "data", "experiments", "seeds", "controls", "shards", "except"],
  ...Object.keys({ ...SHARED_KEYS.models, ...SHARED_KEYS.data }),
];

/** Threads of every job without the key, whatever the machine: jobs on different machines are to give the same bytes. */
const THREADS = 2;

/** What the study writes into its folder besides the models' folders, so that no model can be called so. */
const TAKEN =
  /^(cache|cards|download|embed|report|shards|(manifest|effects|findings)\.json|report\.html|summary\.txt|estimates\.csv|study_accuracy\..*)$/i;

/** Reads a study file; the paths in it begin at its folder. */
export async function readGrid(path: string): Promise<Grid> {
  const text = await readText(path, MOST_BYTES.page).catch((cause: unknown) => {
    const fix = "name a study file, such as examples/study.json";
    throw unreadableFile({ doing: "read study file", path, cause, fix });
  });
  const reader = new GridReader(path, text);
  reader.check();
  const grid = await reader.read(resolve(path));
  reader.check();
  return grid;
}

class GridReader extends PlacedJson {
  async read(path: string): Promise<Grid> {
    const root = this.root!;
    const entries = this.knownEntries(root, "the file", FILE_KEYS);
    const shared = {
      models: await this.#values(entries, SHARED_KEYS.models, ""),
      data: await this.#values(entries, SHARED_KEYS.data, ""),
    };
    const models: GridModel[] = [];
    for (const entry of this.#named(entries, "models", root)) {
      if (TAKEN.test(entry.name)) {
        this.fault(
          entry.key,
          `a model cannot be called "${entry.name}", since the study writes that itself`,
        );
      }
      models.push(await this.#model(entry, shared.models));
    }
    const data: GridData[] = [];
    for (const entry of this.#named(entries, "data", root)) {
      const called = `data.${entry.name}`;
      const own = this.knownEntries(entry.value, called, Object.keys(DATA_KEYS));
      const choice = { ...shared.data, ...await this.#values(own, DATA_KEYS, called) };
      data.push({ name: entry.name, choice: choiceOf(choice) });
    }
    const experiments: GridExperiment[] = [];
    const shards = await this.#value(entries.get("shards"), "shards", SHARDS) ?? 1;
    const controls = await this.#value(entries.get("controls"), "controls", GIVEN_CONTROLS);
    for (const entry of this.#named(entries, "experiments", root)) {
      const experiment = await this.#experiment(entry, { shards, controls });
      if (experiment !== undefined) experiments.push(experiment);
    }
    const seeds = await this.#value(entries.get("seeds"), "seeds", SEEDS) ?? [0];
    if (seeds.some((seed) => !Number.isInteger(seed))) {
      this.fault(entries.get("seeds")!.value, `seeds must be ${SEEDS.expected}`);
    }
    const except = this.#exceptions(entries.get("except"), { models, data, experiments });
    const grid = { path, models, data, experiments, seeds, except };
    this.#checkImages(grid, entries.get("data"));
    const isEmpty = cellsOf(grid).length === 0 && except.length > 0;
    if (isEmpty) this.fault(entries.get("except")!.key, "except leaves nothing to run");
    return grid;
  }

  /** The entries of a section, whose names are those of folders. */
  #named(entries: ReadonlyMap<string, Entry>, section: string, root: Place): Entry[] {
    const found = entries.get(section);
    if (found === undefined) {
      this.fault(root, `it lacks "${section}", an object with names, such as { "NAME": {} }`);
      return [];
    }
    const named = this.entriesOf(found.value, section);
    if (named.length === 0 && found.value.type === "object") {
      this.fault(found.key, `${section} is empty; it needs a name, such as { "shapes": {} }`);
    }
    const known = new Map<string, string>();
    for (const { name, key } of named) {
      const other = known.get(name.toLowerCase());
      if (other !== undefined) {
        const rule = "which is the same folder on disks that do not tell case";
        this.fault(key, `${section} has "${other}" and "${name}", ${rule}`);
      }
      known.set(name.toLowerCase(), name);
      if (NAME.test(name)) continue;
      const rule = "which cannot be a folder's name: take letters, digits, _, - and .";
      this.fault(key, `${section} has ${shown(name)}, ${rule}`);
    }
    return named;
  }

  async #model({ name, key, value }: Entry, shared: Values): Promise<GridModel> {
    const called = `models.${name}`;
    const own = this.knownEntries(value, called, Object.keys(MODEL_KEYS));
    const values = { threads: THREADS, ...shared, ...await this.#values(own, MODEL_KEYS, called) };
    const { model = "shapes" } = values as { readonly model?: string };
    const found = await findPlace(model, "model", dirname(resolve(this.path)));
    if ("fault" in found) {
      this.fault(own.get("model")?.value ?? key, `${called}: ${found.fault}`);
    }
    const threads = Number(values["threads"]);
    const place = "path" in found && { model: found.path };
    return { name, choice: { ...choiceOf(values), threads, ...place } };
  }

  async #experiment(
    { name, key, value }: Entry,
    all: { readonly shards: number; readonly controls: readonly string[] | undefined },
  ): Promise<GridExperiment | undefined> {
    const called = `experiments.${name}`;
    const entries = this.entriesOf(value, called);
    if (value.type !== "object") return undefined; // which is told, and not again below
    const given = entries.find((entry) => entry.name === "task");
    const task = given === undefined ? name : this.valueOf(given.value);
    if (typeof task !== "string") {
      this.fault(given!.value, `${called}: task must be the name of a task, such as "trace"`);
      return undefined;
    }
    if (!TASKS.includes(task)) {
      const hint = nearestOf(task, TASKS, "there are");
      this.fault(given?.value ?? key, `there is no experiment "${task}"; ${hint}`);
      return undefined;
    }
    if (task !== name && TASKS.includes(name)) {
      this.fault(key, `${called} has the task "${task}"; give it a name of its own`);
    }
    const keys = optionsOfTask(task);
    const own = this.knownEntries(value, called, [...Object.keys(keys), "task", "shards"]);
    const options = await this.#values(own, keys, called);
    const control = keys["control"];
    if (all.controls !== undefined && control !== undefined && options["control"] === undefined) {
      options["control"] = all.controls.filter((each) => control.parse(each) !== undefined);
    }
    const shards = await this.#value(own.get("shards"), `${called}: shards`, SHARDS) ?? all.shards;
    const experiment = experimentOf(task);
    return {
      ...{ name, task, options, shards: runsWhole(task, options) ? 1 : shards },
      ...experiment && { chosen: withOptions(experiment, options) },
    };
  }

  async #values(
    entries: ReadonlyMap<string, Entry>,
    keys: GridKeys,
    called: string,
  ): Promise<Record<string, unknown>> {
    const values: Record<string, unknown> = {};
    for (const [name, option] of Object.entries(keys)) {
      const label = `${called}${called && ": "}${name}`;
      const value = await this.#value(entries.get(name), label, option);
      if (value !== undefined) values[name] = value;
    }
    return values;
  }

  /** The value of a key, read and checked as that of a flag; undefined if it is not given, or wrong. */
  async #value<Value>(
    entry: Entry | undefined,
    called: string,
    option: Option<Value>,
  ): Promise<Value | undefined> {
    if (entry === undefined) return undefined;
    const { name, value: at } = entry;
    if (at.type === "array" && this.itemsOf(at, called).length === 0) return undefined;
    const value = this.valueOf(at);
    const text = textOfValue(value, option);
    const found = text !== undefined && isPlace(name, option) && name !== "model"
      ? await findPlace(text, name, dirname(resolve(this.path)))
      : undefined;
    if (found !== undefined && "fault" in found) {
      this.fault(at, `${called}: ${found.fault}`);
      return undefined;
    }
    const read = text === undefined ? undefined : this.#parsed(found?.path ?? text, at, option);
    if (read === "faulty") return undefined;
    if (read === undefined) {
      const wrong = text === undefined ? value : option.wrongPart?.(text) ?? value;
      this.fault(at, `${called} cannot be ${shown(wrong)}; expected ${option.expected}`);
    }
    return read;
  }

  #parsed<Value>(text: string, at: Place, option: Option<Value>): Value | undefined | "faulty" {
    try {
      return option.parse(text, DISK);
    } catch (error) {
      if (!(error instanceof NegscopeError)) throw error;
      this.fault(at, error.message);
      return "faulty";
    }
  }

  #exceptions(
    entry: Entry | undefined,
    names: Readonly<
      Record<"models" | "data" | "experiments", readonly { readonly name: string }[]>
    >,
  ): GridException[] {
    if (entry === undefined) return [];
    const known = { model: names.models, data: names.data, experiment: names.experiments };
    return this.itemsOf(entry.value, "except").map((item) => {
      const own = this.knownEntries(item, "except", Object.keys(known));
      const cells = [...own].map(([key, { value }]) => {
        const name = String(this.valueOf(value));
        const all = known[key as keyof typeof known].map(({ name }) => name);
        if (!all.includes(name)) {
          this.fault(
            value,
            `except has ${key} "${name}", which is none of ${all.join(", ")}`,
          );
        }
        return [key, name] as const;
      });
      if (cells.length === 0 && item.type === "object") {
        this.fault(item, "except has {}, which is every run");
      }
      return Object.fromEntries(cells);
    });
  }

  /** Data without images cannot be run by an experiment that needs them. */
  #checkImages(grid: Grid, section: Entry | undefined): void {
    const cells = cellsOf(grid);
    for (const data of grid.data.filter((each) => !hasImages(each))) {
      const needing = cells.find(({ data: own, experiment: { chosen } }) =>
        own === data && chosen?.reads !== "text, images if given"
      );
      if (needing === undefined) continue;
      const [at] = (section?.value.children ?? []).filter(({ children }) =>
        children?.[0]?.value === data.name
      );
      this.fault(
        at!,
        `data.${data.name} has no images, which experiments.${needing.experiment.name} needs; give "images", or leave the cell out with "except"`,
      );
    }
  }
}

type Values = Readonly<Record<string, unknown>>;

function choiceOf(values: Values): StudyChoice {
  const camel = (key: string) => key.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [camel(key), value]));
}

/** Whether a run cannot be cut into shards, since a circuit is searched in all rows. */
function runsWhole(task: string, { sets, circuit }: Values): boolean {
  return task === "atlas" || task === "circuit" && sets === undefined && circuit === undefined;
}

/** Finds a file or a folder by the text of a key. */
async function findPlace(text: string, key: string, folder: string): Promise<
  { readonly path: string } | { readonly fault: string }
> {
  const isEmbedded = key === "data" &&
    [EMBEDDED_SENTENCES, EMBEDDED_PAIRS, EMBEDDED_BLOCKS].includes(text);
  const isJson = text.trimStart().startsWith("{"); // the content of a file in its place
  if (isEmbedded || isJson) return { path: text };
  const path = resolve(folder, text);
  if (key !== "model") {
    return await exists(path) ? { path } : { fault: `there is no file or folder "${path}"` };
  }
  if (ownDataOf(text) !== undefined) return { path: text };
  if (await exists(path)) return { path };
  try {
    await findModel({ model: text }, () => "model");
    return { path: text };
  } catch (error) {
    if (!(error instanceof NegscopeError)) throw error;
    return { fault: error.message };
  }
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
