/** Which tensors of a saved value are the weights, and their names. */

import { NegscopeError, shown } from "../../errors.ts";
import type { WeightFile } from "../weight_file.ts";
import { Dict, Global, Inert, isTensor, List, Tensor, type Value } from "./pickle/values.ts";

/** Names under which checkpoints keep the weights beside other things. */
const WRAPPERS = new Set([
  ...["state_dict", "model_state_dict", "model_state", "model", "module", "net", "network"],
  ...["weights", "params", "ema", "ema_state_dict", "model_ema", "state_dict_ema"],
]);
const LISTED = 8;

/**
 * Finds the weights: a module's; else, of a dictionary, those of the one dictionary or module in it that has one of the usual names and
 * holds tensors; else the dictionary's own tensors; else those of the one dictionary or module in it that holds tensors. Returns the
 * tensors by name; in place of a tensor that cannot be read, what would have made it.
 */
export function findStateDict(file: WeightFile, root: Value): Map<string, Tensor | Inert> {
  const direct = tensorsOf(file, root);
  if (direct !== undefined && !isDict(root)) return direct;
  if (!isDict(root)) throw file.withoutWeights("it holds neither a dictionary nor a module");
  const inner = [...dictOf(root).entries()].filter(([key, value]) =>
    typeof key === "string" && holdsTensors(value)
  ) as [string, Value][];
  const usual = inner.filter(([key]) => WRAPPERS.has(key));
  const candidates = usual.length > 0 || direct !== undefined ? usual : inner;
  if (candidates.length > 1) throw ambiguous(file.path, candidates.map(([key]) => key));
  const found = candidates.length === 1 ? tensorsOf(file, candidates[0]![1]) : direct;
  if (found !== undefined) return found;
  const keys = [...dictOf(root).entries()].slice(0, LISTED).map(([key]) =>
    typeof key === "string" ? shown(key) : "another key"
  );
  throw file.withoutWeights(
    keys.length === 0 ? "its dictionary is empty" : `no tensors are under ${keys.join(", ")}`,
  );
}

/** The tensors of a module, or of a dictionary with some, by name; undefined of anything else. */
function tensorsOf(file: WeightFile, value: Value): Map<string, Tensor | Inert> | undefined {
  if (isModule(value)) return moduleTensors(file, value);
  if (!isDict(value) || !dictOf(value).hasTensors) return undefined;
  const found = new Map<string, Tensor | Inert>();
  for (const [key, each] of dictOf(value).entries()) {
    if (typeof key !== "string" || !isTensor(each)) continue;
    if (found.has(key)) throw file.damaged(`its dictionary has ${shown(key)} twice`);
    found.set(key, each);
  }
  return found;
}

function holdsTensors(value: Value): boolean {
  return isDict(value) ? dictOf(value).hasTensors : isModule(value);
}

/** Whether a value is a dictionary, or an object of a subclass with items. */
function isDict(value: Value): value is Dict | Inert {
  return value instanceof Dict || (value instanceof Inert && value.dict.flat.length > 0);
}

function dictOf(value: Dict | Inert): Dict {
  return value instanceof Dict ? value : value.dict;
}

function ambiguous(path: string, names: readonly string[]): NegscopeError {
  return new NegscopeError("weights-not-one-model", {
    problem: `Cannot choose between the weights in "${path}"`,
    reason: `there are tensors under ${names.slice(0, LISTED).map(shown).join(", ")}`,
    expected: "one set of weights",
    fix: "save the one that you mean alone",
  });
}

/** Modules within each other. */
const DEEPEST = 64;
/** Attributes that are looked at. Modules may share parts, so there can be far more names than objects. */
const MOST_ATTRIBUTES = 200_000;
/** Characters of a name. */
const LONGEST_NAME = 1024;

/**
 * The tensors of a module by name, attributes joined with "."; a part that it has under two names is there twice, as in a state dict. Of
 * TorchScript also those that a state dict would leave out, which it does not tell apart.
 */
export function moduleTensors(file: WeightFile, module: Inert): Map<string, Tensor | Inert> {
  const found = new Map<string, Tensor | Inert>();
  let attributes = 0;
  const visit = (module: Inert, prefix: string, depth: number) => {
    if (depth > DEEPEST) throw file.tooLarge(`its modules are nested more than ${DEEPEST} deep`);
    for (const [key, value] of attributesOf(module)) {
      if (++attributes > MOST_ATTRIBUTES) {
        throw file.tooLarge(`its modules have more than ${MOST_ATTRIBUTES} attributes`);
      }
      if (typeof key !== "string" || !(value instanceof Inert || value instanceof Tensor)) continue;
      const name = prefix + key;
      if (name.length > LONGEST_NAME) {
        throw file.tooLarge(`the name of a weight has more than ${LONGEST_NAME} characters`);
      }
      if (value instanceof Inert && !isTensor(value)) visit(value, `${name}.`, depth + 1);
      else if (found.has(name)) throw file.damaged(`its module has ${shown(name)} twice`);
      else found.set(name, value);
    }
  };
  visit(module, "", 0);
  if (found.size === 0) throw file.withoutWeights("its module has no parameters");
  return found;
}

/** Whether a value is a module: one from Python keeps its parts by kind, one from TorchScript has a class of its own. */
function isModule(value: Value): value is Inert {
  if (!(value instanceof Inert) || !(value.state instanceof Dict)) return false;
  return value.state.get("_modules") !== undefined ||
    (value.of instanceof Global && /^__torch__(\.|$)/.test(value.of.module));
}

/** What a module has: of one from Python its parameters, buffers and modules; of one from TorchScript all attributes. */
function* attributesOf(module: Inert): Generator<[key: Value, value: Value]> {
  if (!isModule(module)) return;
  const state = module.state as Dict;
  const [parameters, buffers, modules] = ["_parameters", "_buffers", "_modules"]
    .map((name) => state.get(name));
  if (modules === undefined) return yield* state.entries();
  const unsaved = state.get("_non_persistent_buffers_set");
  yield* entriesOf(parameters);
  for (const [key, value] of entriesOf(buffers)) {
    if (!(unsaved instanceof List && unsaved.has(key))) yield [key, value];
  }
  yield* entriesOf(modules);
}

function* entriesOf(value: Value | undefined): Generator<[key: Value, value: Value]> {
  if (value instanceof Dict) yield* value.entries();
}
