/** What is wrong with an ONNX file, or with running a part of it. */

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
export function subgraphTooLarge(source: string, bytes: number): RangeError {
  return new RangeError(
    `Cannot load "${source}": a part between two hook points has ${bytes} bytes of weights where 2 GB is the limit; use a model with smaller blocks`,
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
