/** What is wrong with an ONNX graph, or cannot be reached in it. */

import { firstLine, readingFailure } from "./wording.ts";

/** The bytes are no ONNX model. */
export function onnxUnreadable(source: string, cause: unknown): SyntaxError {
  const message =
    `Cannot read "${source}" as an ONNX model: the file is truncated or of another format; export or download it again`;
  return new SyntaxError(message, { cause });
}

/** The model has nothing to compute. */
export function onnxEmpty(source: string): SyntaxError {
  return new SyntaxError(
    `Cannot read "${source}" as an ONNX model: it holds no graph with nodes; export or download it again`,
  );
}

/** A node reads what nothing before it makes. */
export function onnxUnsorted(source: string, node: string, value: string): SyntaxError {
  return new SyntaxError(
    `Cannot use "${source}": node "${node}" reads "${value}", which no weight, input or earlier node provides; export it again`,
  );
}

/** A graph with more nodes and values than CLIP can have. */
export function onnxTooLarge(source: string, entries: number, limit: number): RangeError {
  return new RangeError(
    `Cannot use "${source}": its graph describes ${entries} nodes and values where ${limit} are allowed; export the plain CLIP towers`,
  );
}

/** A value that is made twice. */
export function onnxRepeats(source: string, value: string): SyntaxError {
  return new SyntaxError(
    `Cannot use "${source}": value "${value}" is made or stored twice; export or download it again`,
  );
}

/** A weight whose data and dimensions disagree. */
export function weightWrong(source: string, weight: string, has: string): RangeError {
  return new RangeError(
    `Cannot use "${source}": weight "${weight}" ${has}; export or download it again`,
  );
}

/** A node that no part of CLIP has. */
export function nodeWrong(source: string, node: string, why: string): RangeError {
  return new RangeError(
    `Cannot use "${source}": node "${node}" ${why}; export the plain CLIP towers`,
  );
}

/** A weight that lies in another file where no such file is looked for. */
export function weightElsewhere(source: string, weight: string): TypeError {
  return new TypeError(
    `Cannot use "${source}": weight "${weight}" lies in another file; expected only named weights to, save the model again`,
  );
}

/** A weight whose file lies outside the model's folder. */
export function externalDataOutside(source: string, weight: string, location: string): RangeError {
  return new RangeError(
    `Cannot read weight "${weight}" of "${source}": "${location}" lies outside the model's folder; put the file beside the model`,
  );
}

/** A weight that its file does not hold. */
export function externalDataWrong(source: string, weight: string, why: string): RangeError {
  return new RangeError(
    `Cannot read weight "${weight}" of "${source}": ${why}; download model and weights again, both of one version`,
  );
}

/** A part of a model that is too large to be loaded by itself. */
export function pieceTooLarge(source: string, bytes: number): RangeError {
  return new RangeError(
    `Cannot load "${source}": a part between two hook points has ${bytes} bytes of weights where 2 GB is the limit; use a model with smaller blocks`,
  );
}

/** A graph whose attention blocks are not those of the configuration. */
export function blockCountDiffers(source: string, found: number, expected: number): TypeError {
  return new TypeError(
    `Cannot find the attention blocks of "${source}": expected ${expected} as in config.json, found ${found}; check that the file and config.json belong together`,
  );
}

/** A graph in which a hook point has no value of its own. */
export function hookUnreachable(source: string, hook: string, advice: string): TypeError {
  return new TypeError(`Cannot reach hook point "${hook}" in "${source}": ${advice}`);
}

/** A graph without a tower's input or output. */
export function towerMissing(
  source: string,
  tower: string,
  names: readonly string[],
  found: readonly string[],
): TypeError {
  const expected = names.map((name) => `"${name}"`).join(" and ");
  return new TypeError(
    `Cannot find the ${tower} tower in "${source}": expected ${expected}, found ${
      found.join(", ")
    }; point at a CLIP export with this tower`,
  );
}

/** A graph that wants an input the kit cannot provide. */
export function inputUnknown(source: string, input: string): TypeError {
  return new TypeError(
    `Cannot feed input "${input}" of "${source}": expected input_ids, attention_mask, position_ids or pixel_values; export the plain CLIP towers`,
  );
}

/** A value whose size is not what config.json says. */
export function hookShapeDiffers(
  source: string,
  hook: string,
  values: number,
  expected: readonly number[],
): TypeError {
  return new TypeError(
    `Cannot use "${source}": hook point "${hook}" holds ${values} values where config.json asks for [${
      expected.join(", ")
    }]; check that the file and config.json belong together`,
  );
}

/** An input that is bound to more rows and positions than can be run. */
export function inputTooLarge(source: string, input: string, size: readonly string[]): RangeError {
  return new RangeError(
    `Cannot use "${source}": its input "${input}" has the fixed size [${
      size.join(", ")
    }]; use an export with dynamic axes`,
  );
}

/** An output that holds no embeddings. */
export function embeddingTypeDiffers(
  source: string,
  output: string,
  type: string | undefined,
): TypeError {
  return new TypeError(
    `Cannot use "${source}": its output "${output}" must be of float32, but it is of ${
      type ?? "no known type"
    }; export the plain CLIP towers`,
  );
}

/** A sentence with more tokens than a graph is made for. */
export function inputTooLong(source: string, tokens: number, limit: number): RangeError {
  return new RangeError(
    `Cannot run a sentence of ${tokens} tokens: "${source}" is bound to ${limit}; use an export with dynamic axes`,
  );
}

/** A tower without a file. */
export function onnxFileMissing(candidates: readonly string[], found: readonly string[]): Error {
  const expected = candidates.map((path) => `"${path}"`).join(" or ");
  const names = found.length === 0 ? "no ONNX file" : found.join(", ");
  return new Error(
    `Cannot find ${expected}: the folder's onnx/ holds ${names}; choose one with --onnx, --onnx-text or --onnx-vision`,
  );
}

/** A tower that was left out when loading. */
export function towerNotLoaded(tower: string): TypeError {
  return new TypeError(
    `Cannot use the ${tower} tower: it was not loaded; add "${tower}" to the towers of Clip.load()`,
  );
}

/** A tower whose sessions are gone. */
export function towerReleased(tower: string): TypeError {
  return new TypeError(`Cannot run the ${tower} tower: it was released; load the model again`);
}

/** Pixels of another size than the image tower's input. */
export function pixelsShapeDiffers(
  found: readonly number[],
  expected: readonly number[],
): TypeError {
  return new TypeError(
    `Cannot embed pixels of shape [${found.join(", ")}]: expected [${
      expected.join(", ")
    }] as made by pixels()`,
  );
}

/** An embedding whose size is not what config.json says. */
export function embeddingSizeDiffers(source: string, found: number, expected: number): TypeError {
  return new TypeError(
    `Cannot use "${source}": its embeddings have ${found} values where config.json asks for ${expected}; check that the file and config.json belong together`,
  );
}

/** A model file that cannot be read. */
export function modelFileUnreadable(path: string, cause: unknown): Error {
  return new Error(
    `Cannot read model file "${path}": ${readingFailure(cause)}; check --model and --onnx`,
    { cause },
  );
}

/** A model file that another has taken the place of. */
export function modelFileChanged(path: string): Error {
  return new Error(
    `Cannot go on with model file "${path}": it has changed since it was loaded; start again`,
  );
}

/** A value whose element type cannot be told. */
export function onnxUnknownType(source: string, value: string): TypeError {
  return new TypeError(
    `Cannot cut "${source}" at "${value}": its element type is neither stored nor known from its operator; export it again with shape inference`,
  );
}

/** A cut at a place that its chain has passed. */
export function cutOutOfOrder(source: string, value: string): RangeError {
  return new RangeError(
    `Cannot cut "${source}" at "${value}": it is made before its stage, or depends on another target of the stage; list targets in the order of computation`,
  );
}

/** A graph whose blocks need more than rows outside attention. */
export function rowsInseparable(source: string): TypeError {
  return new TypeError(
    `Cannot sweep "${source}" by the fast schedule: a block's projections or its MLP need more than the rows that they change; the general sweep is used, or take a plain export of CLIP`,
  );
}

/** Pieces that, row by row, do not compute what the whole graph does. */
export function rowsDisagree(source: string, { difference, bound }: {
  readonly difference: number;
  readonly bound: number;
}): TypeError {
  return new TypeError(
    `Cannot sweep "${source}" by the fast schedule: row by row its embeddings differ by ${
      difference.toExponential(1)
    } of the largest value, expected at most ${
      bound.toExponential(0)
    }, as with half-precision weights; the general sweep is used, or take a float32 export of CLIP`,
  );
}

/** A thread of a sweep that does not start, or that ends on its own. */
export function threadStopped(cause: unknown): Error {
  return new Error(
    `Cannot sweep in a thread of its own: ${
      firstLine(cause)
    }; let the program read the kit's own files, or take one thread (--threads 1)`,
    { cause },
  );
}

/** The runtime does not load a model. */
export function sessionRefused(source: string, cause: unknown): TypeError {
  return new TypeError(`Cannot load "${source}" in ONNX Runtime: ${firstLine(cause)}`, { cause });
}

/** The runtime stops in a run. */
export function sessionRunFailed(source: string, cause: unknown): Error {
  return new Error(
    `Cannot run "${source}": ${
      firstLine(cause)
    }; check that the file and config.json belong together`,
    { cause },
  );
}

/** A value of a type that CLIP has no use for. */
export function valueTypeUnknown(source: string, value: string, type: string): TypeError {
  return new TypeError(
    `Cannot use value "${value}" of "${source}": expected float32, int64, int32 or bool, but it is ${type}; export the plain CLIP towers`,
  );
}

/** A value that a run does not hold as numbers. */
export function liveValueMissing(name: string): TypeError {
  return new TypeError(
    `Cannot change "${name}": the run holds no float32 value of this name at this stop; ask for its hook point`,
  );
}
