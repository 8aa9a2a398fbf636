/** Hook points and interventions that do not fit the model. */

/** Storage and shape disagree. */
export function tensorSizeMismatch(
  values: number,
  shape: readonly number[],
  axes: readonly string[],
): TypeError {
  return new TypeError(
    `Cannot make a tensor of shape [${shape.join(", ")}] with axes [${
      axes.join(", ")
    }] from ${values} values: expected one value per cell and one axis name per size`,
  );
}

/** An index that no value has. */
export function tensorIndexOutside(indices: readonly number[], tensor: string): RangeError {
  return new RangeError(
    `Cannot read index [${
      indices.join(", ")
    }] of ${tensor}: expected one index per axis, each from 0 to below its size`,
  );
}

/** A hook point that the tower does not have. */
export function unknownHook(pattern: string, nearest: readonly string[]): RangeError {
  const names = nearest.map((name) => `"${name}"`).join(", ");
  return new RangeError(
    `Cannot find hook point "${pattern}": the nearest are ${names}; run the inspect task for all of them`,
  );
}

/** A hook point that a cache does not hold. */
export function cacheLacksHook(name: string, cached: readonly string[]): RangeError {
  return new RangeError(
    `Cannot read "${name}" from the cache: it holds ${
      cached.join(", ") || "nothing"
    }; ask for it in runWithCache`,
  );
}

/** A row that a cache does not hold. */
export function cacheLacksRow(name: string, row: number, rows: number): RangeError {
  return new RangeError(
    `Cannot read row ${row} of "${name}" from the cache: expected a row from 0 to ${rows - 1}`,
  );
}

/** A weight that the tower does not have. */
export function unknownWeight(name: string, nearest: readonly string[]): RangeError {
  const names = nearest.map((each) => `"${each}"`).join(", ");
  return new RangeError(
    `Cannot find weight "${name}": the nearest are ${names}; print the tower's weights for all of them`,
  );
}

/** Rows of several lengths cannot stand in one tensor. */
export function cacheLengthsDiffer(name: string): RangeError {
  return new RangeError(
    `Cannot read "${name}" of all rows as one tensor: their token lengths differ; read one row at a time with row(name, index)`,
  );
}

/** A selection on an axis that the hook point does not have. */
export function selectionUnknownAxis(
  hook: string,
  key: string,
  axes: readonly string[],
): TypeError {
  return new TypeError(
    `Cannot select ${key} of "${hook}": its axes are [${axes.join(", ")}]; leave ${key} out`,
  );
}

/** A selection that no value has. */
export function selectionOutside(
  hook: string,
  key: string,
  index: number,
  size: number,
): RangeError {
  return new RangeError(
    `Cannot select ${key} ${index} of "${hook}": expected a whole number from 0 to ${size - 1}`,
  );
}

/** A knock-out of something that is no attention pattern. */
export function interventionNeedsPattern(hook: string): TypeError {
  return new TypeError(
    `Cannot knock out "${hook}": it holds no attention weights; use a hook_pattern, or zero() for other values`,
  );
}

/** A mean over positions of something that has none. */
export function meanNeedsPositions(hook: string, axes: readonly string[]): TypeError {
  return new TypeError(
    `Cannot take the mean of "${hook}" over positions: its axes are [${
      axes.join(", ")
    }]; use patch() or edit()`,
  );
}

/** A vector or a source of another size. */
export function interventionSizeDiffers(hook: string, size: number, expected: number): TypeError {
  return new TypeError(
    `Cannot write into "${hook}": the values given have size ${size} where ${expected} is expected; take them from the same hook point and token length`,
  );
}

/** A cache whose rows do not pair with the run's. */
export function interventionRowsDiffer(hook: string, rows: number, expected: number): RangeError {
  return new RangeError(
    `Cannot patch "${hook}": the cache has ${rows} rows and the run ${expected}; use a cache of one row, one of as many rows, or say fromRow`,
  );
}

/** A patch from one position to none or several. */
export function patchNeedsPosition(hook: string): TypeError {
  return new TypeError(
    `Cannot patch "${hook}" with fromPosition: expected a single position to write to; say position, or leave fromPosition out`,
  );
}

/** An edit function that returns another shape. */
export function editChangedShape(
  hook: string,
  expected: readonly number[],
  found: readonly number[],
): TypeError {
  return new TypeError(
    `Cannot use what the edit of "${hook}" returned: its shape is [${found.join(", ")}] where [${
      expected.join(", ")
    }] is expected`,
  );
}

/** Embeddings of different sizes. */
export function vectorsDiffer(text: number, image: number): RangeError {
  return new RangeError(
    `Cannot compare a text embedding of ${text} values with an image embedding of ${image}: expected both from one model`,
  );
}

/** A role where only positions are known. */
export function roleWithoutStudy(role: string): RangeError {
  return new RangeError(
    `Cannot find the position of "${role}": a tower by itself knows no roles; run the intervention by a study's score() or a row's sentence`,
  );
}

/** A role that no sentence has. */
export function roleUnknown(role: string, roles: readonly string[]): RangeError {
  return new RangeError(`Cannot find the position of "${role}": the roles are ${roles.join(", ")}`);
}

/** A row that the data does not have. */
export function rowUnknown(id: string, ids: readonly string[]): RangeError {
  return new RangeError(
    `Cannot find row "${id}": the study's ${ids.length} rows are "${ids[0]}" to "${ids.at(-1)}"`,
  );
}
