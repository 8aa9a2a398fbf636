/** data/study.schema.json: the JSON Schema of study files, made from the options of the tasks. */

import {
  DATA_KEYS,
  GIVEN_CONTROLS,
  type GridKeys,
  isContent,
  MODEL_KEYS,
  NAME,
  optionsOfTask,
  SEEDS,
  SHARDS,
  SHARED_KEYS,
  TASKS,
} from "../../../lib/grid/file/keys.ts";
import type { Option } from "../../../lib/options/option.ts";

/** The schema as text. */
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
      ...propertiesOf({ ...SHARED_KEYS.models, ...SHARED_KEYS.data }),
      ...propertiesOf({ seeds: SEEDS, controls: GIVEN_CONTROLS, shards: SHARDS }),
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
