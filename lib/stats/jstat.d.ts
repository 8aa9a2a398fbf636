declare const jstat: {
  readonly normal: {
    cdf(value: number, mean: number, deviation: number): number; // probability below a value
    inv(probability: number, mean: number, deviation: number): number;
  };
  readonly studentt: {
    /** The quantile of Student's t distribution at a probability; its relative error is below 1e-7. */
    inv(probability: number, degreesOfFreedom: number): number;
  };
};
export default jstat;
