/** Two numbers that stand for many: their sum, and that with the cosine of each place as its weight, as the fixtures' recipes make them. */
export function sumsOf(numbers: Float32Array): [plain: number, byPlace: number] {
  return [
    numbers.reduce((sum, x) => sum + x, 0),
    numbers.reduce((sum, x, i) => sum + x * Math.cos(i), 0),
  ];
}
