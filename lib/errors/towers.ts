/** Messages about a tower: what its graph lacks, and what it is run on. */

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

/** A graph that does not store a weight by itself. */
export function weightUnreachable(source: string, name: string, advice: string): TypeError {
  return new TypeError(`Cannot reach weight "${name}" in "${source}": ${advice}`);
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

/** A sentence with fewer tokens than a graph is made for, in a tower where tokens after it would change its embedding. */
export function inputNotFilled(source: string, tokens: number, bound: number): RangeError {
  return new RangeError(
    `Cannot run a sentence of ${tokens} tokens: "${source}" takes exactly ${bound}, and without a causal mask further tokens would change the embedding; use an export with dynamic axes`,
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

/** A value that a run does not hold as numbers. */
export function stateValueMissing(name: string): TypeError {
  return new TypeError(
    `Cannot change "${name}": the run holds no float32 value of this name at this stop; ask for its hook point`,
  );
}
