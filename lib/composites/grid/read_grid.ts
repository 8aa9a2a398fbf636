/** Reads a study file and checks it before any model is opened: everything that is wrong is said at once. */

import { dirname, resolve } from "node:path";
import { NegscopeError, shown } from "../../errors/negscope_error.ts";
import { unreadableFile } from "../../errors/kinds.ts";
import { DISK, MOST_BYTES, readText } from "../../files/read_file.ts";
import { isObject, jsonFailure, parseJson } from "../../reading/json.ts";
import {
  EMBEDDED_BLOCKS,
  EMBEDDED_PAIRS,
  EMBEDDED_SENTENCES,
  type StudyChoice,
} from "../../study/choice/study_options.ts";
import {
  cellsOf,
  DATA_KEYS,
  experimentOf,
  type Grid,
  type GridData,
  type GridException,
  type GridExperiment,
  type GridKeys,
  type GridModel,
  hasImages,
  isPlace,
  MODEL_KEYS,
  NAME,
  nearestOf,
  optionsOfTask,
  SHARDS,
  SHARED_KEYS,
  TASKS,
  textOfValue,
  WHOLE_KEYS,
} from "./grid.ts";
import { PARTS } from "../atlas/atlas.ts";
import { findModel, openEdit, ownDataOf } from "../../opening/find_model.ts";
import { refuseEditIn } from "../../study/experiment/measure_rows.ts";
import { withOptions } from "../../study/experiment/experiment.ts";

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
  const faults: string[] = [];
  const refuse = ([first = "", ...more]: readonly string[], cause?: unknown) =>
    new NegscopeError("file-malformed", {
      problem: `Cannot use study file "${path}"`,
      reason: more.length === 0 ? first : `${1 + more.length} places are wrong`,
      ...more.length > 0 && { details: [first, ...more] },
      cause,
    });
  let content: unknown;
  try {
    content = parseJson(text);
  } catch (cause) {
    throw refuse([`it is no JSON: ${jsonFailure(cause)}`], cause);
  }
  const grid = await new GridReader(resolve(path), faults).read(content);
  if (faults.length > 0) throw refuse(faults);
  return grid;
}

/** Reads a study file, and says what is wrong with it by the paths of the keys. */
class GridReader {
  readonly #path: string;
  readonly #faults: string[];

  constructor(path: string, faults: string[]) {
    [this.#path, this.#faults] = [path, faults];
  }

  async read(content: unknown): Promise<Grid> {
    const shared = { ...SHARED_KEYS.models, ...SHARED_KEYS.data };
    const sections = ["$schema", "models", "data", "experiments", "except"];
    const file = this.#known(content, "the file", [
      ...[...sections, ...Object.keys({ ...WHOLE_KEYS, ...shared })],
    ]);
    const all = await this.#values(file, { ...WHOLE_KEYS, ...shared }, "");
    const sharedOf = (keys: GridKeys) =>
      Object.fromEntries(Object.entries(all).filter(([name]) => name in keys));
    const models: GridModel[] = [];
    for (const [name, value] of this.#named(file, "models")) {
      models.push(await this.#model(name, value, sharedOf(SHARED_KEYS.models)));
    }
    const data: GridData[] = [];
    for (const [name, value] of this.#named(file, "data")) {
      const own = this.#known(value, `data.${name}`, Object.keys(DATA_KEYS));
      const values = await this.#values(own, DATA_KEYS, `data.${name}`);
      data.push({ name, choice: choiceOf({ ...sharedOf(SHARED_KEYS.data), ...values }) });
    }
    const experiments: GridExperiment[] = [];
    for (const [name, value] of this.#named(file, "experiments")) {
      const experiment = await this.#experiment(name, value, all);
      if (experiment !== undefined) experiments.push(experiment);
    }
    const { seeds = [0] } = all as { readonly seeds?: readonly number[] };
    const except = this.#exceptions(file["except"], { models, data, experiments });
    const grid = { path: this.#path, models, data, experiments, seeds, except };
    this.#checkImages(grid);
    await this.#checkEdits(grid);
    if (cellsOf(grid).length === 0 && except.length > 0) {
      this.#faults.push("except leaves nothing to run");
    }
    return grid;
  }

  /** The entries of an object whose keys are known; others are wrong. */
  #known(value: unknown, called: string, known: readonly string[]): Values {
    const entries = this.#entries(value, called);
    for (const [name] of entries) {
      if (known.includes(name)) continue;
      const hint = nearestOf(name, known, "its keys are");
      this.#faults.push(`${called} has no key "${name}"; ${hint}`);
    }
    return Object.fromEntries(entries.filter(([name]) => known.includes(name)));
  }

  #entries(value: unknown, called: string): [name: string, value: unknown][] {
    if (isObject(value)) return Object.entries(value);
    this.#faults.push(`${called} must be an object with names, such as { "NAME": {} }`);
    return [];
  }

  /** The entries of a section, whose names are those of folders. */
  #named(file: Values, section: string): [name: string, value: unknown][] {
    const named = this.#entries(file[section], section);
    if (named.length === 0 && isObject(file[section])) {
      this.#faults.push(`${section} is empty; it needs a name, such as { "shapes": {} }`);
    }
    const known = new Map<string, string>();
    for (const [name] of named) {
      const other = known.get(name.toLowerCase());
      if (other !== undefined) {
        const rule = "which is the same folder on disks that do not tell case";
        this.#faults.push(`${section} has "${other}" and "${name}", ${rule}`);
      }
      known.set(name.toLowerCase(), name);
      if (NAME.test(name)) continue;
      const rule = "which cannot be a folder's name: take letters, digits, _, - and .";
      this.#faults.push(`${section} has ${shown(name)}, ${rule}`);
    }
    return named;
  }

  async #model(name: string, value: unknown, shared: Values): Promise<GridModel> {
    if (TAKEN.test(name)) {
      this.#faults.push(
        `a model cannot be called "${name}", since the study writes that itself`,
      );
    }
    const called = `models.${name}`;
    const own = this.#known(value, called, Object.keys(MODEL_KEYS));
    const values = { threads: THREADS, ...shared, ...await this.#values(own, MODEL_KEYS, called) };
    const { model = "shapes" } = values as { readonly model?: string };
    const found = await findPlace(model, "model", dirname(this.#path));
    if ("fault" in found) this.#faults.push(`${called}: ${found.fault}`);
    const threads = Number(values["threads"]);
    const place = "path" in found && { model: found.path };
    return { name, choice: { ...choiceOf(values), threads, ...place } };
  }

  async #experiment(
    name: string,
    value: unknown,
    { controls, shards }: Values,
  ): Promise<GridExperiment | undefined> {
    const called = `experiments.${name}`;
    const { task = name } = isObject(value) ? value : {};
    if (typeof task !== "string" || !TASKS.includes(task)) {
      const hint = nearestOf(`${task}`, TASKS, "there are");
      this.#faults.push(`${called}: there is no task ${shown(task)}; ${hint}`);
      return undefined;
    }
    if (task !== name && TASKS.includes(name)) {
      this.#faults.push(`${called} has the task "${task}"; give it a name of its own`);
    }
    const keys = { ...optionsOfTask(task), shards: SHARDS };
    const own = this.#known(value, called, [...Object.keys(keys), "task"]);
    const { shards: n = shards ?? 1, ...options } = await this.#values(own, keys, called);
    const { control } = optionsOfTask(task);
    if (Array.isArray(controls) && control !== undefined) {
      options["control"] ??= controls.filter((each) => control.parse(each) !== undefined);
    }
    const experiment = experimentOf(task);
    return {
      ...{ name, task, options, shards: runsWhole(task, options) ? 1 : Number(n) },
      ...experiment && { chosen: withOptions(experiment, options) },
    };
  }

  /** The values of keys, each read and checked as that of a flag, without those that are wrong. */
  async #values(given: Values, keys: GridKeys, called: string): Promise<Record<string, unknown>> {
    const values: Record<string, unknown> = {};
    for (const [name, option] of Object.entries(keys)) {
      const value = given[name];
      if (value === undefined) continue;
      const label = called === "" ? name : `${called}: ${name}`;
      const text = textOfValue(value, option);
      const place = text !== undefined && isPlace(name, option) && name !== "model"
        ? await findPlace(text, name, dirname(this.#path))
        : { path: text };
      if (Array.isArray(value) && value.length === 0) {
        this.#faults.push(`${label} is an empty list; leave it out, or fill it`);
      } else if ("fault" in place) this.#faults.push(`${label}: ${place.fault}`);
      else {
        try {
          const read = place.path === undefined ? undefined : option.parse(place.path, DISK);
          if (read !== undefined) values[name] = read;
          else {
            const wrong = text === undefined ? value : option.wrongPart?.(text) ?? value;
            this.#faults.push(`${label} cannot be ${shown(wrong)}; expected ${option.expected}`);
          }
        } catch (error) {
          if (!(error instanceof NegscopeError)) throw error;
          this.#faults.push(error.message);
        }
      }
    }
    return values;
  }

  #exceptions(
    given: unknown,
    { models, data, experiments }: Pick<Grid, "models" | "data" | "experiments">,
  ): GridException[] {
    if (given === undefined) return [];
    if (!Array.isArray(given) || given.length === 0) {
      this.#faults.push("except must be a list that is not empty");
      return [];
    }
    const known: Readonly<Record<string, readonly { readonly name: string }[]>> = {
      ...{ model: models, data, experiment: experiments },
    };
    return given.map((item) => {
      const cells = Object.entries(this.#known(item, "except", Object.keys(known)));
      for (const [key, name] of cells) {
        const all = known[key]!.map(({ name }) => name);
        if (all.includes(`${name}`)) continue;
        this.#faults.push(`except has ${key} "${name}", which is none of ${all.join(", ")}`);
      }
      if (cells.length === 0) this.#faults.push("except has {}, which is every run");
      return Object.fromEntries(cells);
    });
  }

  /** Data without images cannot be run by an experiment that needs them. */
  #checkImages(grid: Grid): void {
    const cells = cellsOf(grid);
    for (const data of grid.data.filter((each) => !hasImages(each))) {
      const needing = cells.find(({ data: own, experiment: { chosen } }) =>
        own === data && chosen?.needs.imagesAre !== "used"
      );
      if (needing === undefined) continue;
      this.#faults.push(
        `data.${data.name} has no images, which experiments.${needing.experiment.name} needs; give "images", or leave the cell out with "except"`,
      );
    }
  }

  /** An edit must be of the form of its kind, and such that the experiments can run with it. */
  async #checkEdits(grid: Grid): Promise<void> {
    const edits = new Map<GridModel, ReturnType<typeof openEdit>>();
    const faults = new Set<string>();
    for (const { model, experiment: { chosen } } of cellsOf(grid)) {
      try {
        const edit = await edits.getOrInsertComputed(model, () => openEdit(model.choice));
        for (const part of chosen === undefined ? PARTS : [chosen]) refuseEditIn(part, { edit });
      } catch (error) {
        if (!(error instanceof NegscopeError)) throw error;
        faults.add(`models.${model.name}: ${error.message}`);
      }
    }
    this.#faults.push(...faults);
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
