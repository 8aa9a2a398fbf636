/** Ridge regression of vectors on vectors. */

/**
 * The matrix B, [inputs, outputs], that minimises |X B - Y|^2 + a |B|^2, where a is a share of the mean of the diagonal of X'X; solved by
 * Cholesky's decomposition.
 */
export function ridge(
  inputs: readonly ArrayLike<number>[],
  outputs: readonly ArrayLike<number>[],
  share: number,
): Float64Array[] {
  const size = inputs[0]!.length;
  const matrix = (columns: number) => Array.from({ length: size }, () => new Float64Array(columns));
  const square = matrix(size);
  const right = matrix(outputs[0]!.length);
  inputs.forEach((x, row) => {
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++) square[i]![j]! += x[i]! * x[j]!;
      for (let j = 0; j < right[i]!.length; j++) right[i]![j]! += x[i]! * outputs[row]![j]!;
    }
  });
  const trace = square.reduce((sum, row, i) => sum + row[i]!, 0);
  for (let i = 0; i < size; i++) square[i]![i]! += share * trace / size;
  for (let i = 0; i < size; i++) { // the lower triangle becomes L of L L'
    const own = square[i]!;
    for (let j = 0; j <= i; j++) {
      let sum = own[j]!;
      for (let k = 0; k < j; k++) sum -= own[k]! * square[j]![k]!;
      own[j] = i === j ? Math.sqrt(sum) : sum / square[j]![j]!;
    }
  }
  for (let column = 0; column < right[0]!.length; column++) {
    for (let i = 0; i < size; i++) {
      for (let k = 0; k < i; k++) right[i]![column]! -= square[i]![k]! * right[k]![column]!;
      right[i]![column]! /= square[i]![i]!;
    }
    for (let i = size - 1; i >= 0; i--) {
      for (let k = i + 1; k < size; k++) right[i]![column]! -= square[k]![i]! * right[k]![column]!;
      right[i]![column]! /= square[i]![i]!;
    }
  }
  return right;
}
