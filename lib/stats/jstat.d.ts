declare const jstat: {
  readonly normal: {
    /** The probability below a value. */
    cdf(value: number, mean: number, deviation: number): number;
  };
  readonly studentt: {
    /** The quantile of Student's t distribution at a probability; wrong by less than 1e-7 of its size. */
    inv(probability: number, degreesOfFreedom: number): number;
  };
};
export default jstat;
