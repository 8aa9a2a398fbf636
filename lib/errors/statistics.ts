/** Statistics of what has none. */

/** A seed that would not be told from another one. */
export function seedOutOfRange(seed: number): RangeError {
  return new RangeError(
    `Cannot seed with ${seed}: expected a whole number from 0 to 4294967295; choose another with --seed`,
  );
}

/** A range without a whole number in it. */
export function randomRangeEmpty(n: number): RangeError {
  return new RangeError(`Cannot draw a whole number below ${n}: expected a whole number from 1`);
}

/** A bootstrap that says nothing. */
export function bootstrapOptionInvalid(
  option: string,
  value: number,
  expected: string,
): RangeError {
  return new RangeError(`Cannot bootstrap with ${option} ${value}: expected ${expected}`);
}

/** A column that does not go with the rows. */
export function bootstrapRowsDiffer(values: number, rows: number): TypeError {
  return new TypeError(
    `Cannot bootstrap ${values} values over ${rows} rows: expected one value per row`,
  );
}

/** A value that would make every sum useless. */
export function bootstrapValueNotFinite(row: number, value: number): RangeError {
  return new RangeError(
    `Cannot bootstrap as every value must be finite: value ${row} is ${value}; leave a missing value undefined`,
  );
}

/** Columns that are not of the same rows. */
export function columnsDiffer(values: number, rows: number): TypeError {
  return new TypeError(
    `Cannot compare columns of ${values} and ${rows} values: expected one value of each per row`,
  );
}

/** A value that would make a statistic useless. */
export function columnValueNotFinite(row: number, value: number): RangeError {
  return new RangeError(
    `Cannot compare columns as every value must be finite: value ${row} is ${value}; leave out rows with a missing value`,
  );
}

/** A permutation test without permutations. */
export function permutationsInvalid(permutations: number): RangeError {
  return new RangeError(
    `Cannot test with ${permutations} permutations: expected a whole number from 1`,
  );
}

/** Keys that do not go with the rows to permute. */
export function permutationKeysDiffer(keys: number, rows: number): TypeError {
  return new TypeError(
    `Cannot permute ${rows} rows with ${keys} keys: expected one key of each kind per row`,
  );
}

/** A feature of rows where one of their clusters is expected. */
export function featureNotOfCluster(feature: number, cluster: string): RangeError {
  return new RangeError(
    `Cannot shuffle feature ${feature} among clusters: it differs between the rows of "${cluster}"; shuffle it among rows with testRowFeatures()`,
  );
}

/** A p-value that is no probability. */
export function pValueOutOfRange(index: number, value: number): RangeError {
  return new RangeError(
    `Cannot adjust p-values as each must be in [0, 1]: value ${index} is ${value}; leave a missing one undefined`,
  );
}

/** A share that is not between 0 and 1. */
export function levelInvalid(level: number): RangeError {
  return new RangeError(`Cannot draw a band at level ${level}: expected a share between 0 and 1`);
}
