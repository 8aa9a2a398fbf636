/** The tensors of a saved module, under the names that its `state_dict()` would give them. */

import { shown } from "../../errors.ts";
import type { WeightFile } from "../weight_file.ts";
import { Dict, Global, Inert, isTensor, List, Tensor, type Value } from "./pickle/values.ts";

/** Modules within each other. */
const DEEPEST = 64;
/** Attributes that are looked at. Modules may share parts, so there can be far more names than objects. */
const MOST_ATTRIBUTES = 200_000;
/** Characters of a name. */
const LONGEST_NAME = 1024;

/**
 * Finds the tensors of a module that `torch.save(module)` or `torch.jit.save` wrote. A part that a module has under two names is there
 * twice, as in a state dict. TorchScript does not tell which attributes a state dict would leave out: tensors that are neither parameters
 * nor buffers, and buffers that are not persistent; these are there, too. Returns the tensors by name, attributes joined with ".".
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
export function isModule(value: Value): value is Inert {
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
