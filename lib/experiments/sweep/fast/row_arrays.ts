/** Memory that groups use one after the other. */

/** Arrays of activations, [rows, width] each; they grow with the largest group. */
export class RowArrays {
  /** Residual stream of the base rows and all sets. */
  x = new Float32Array();
  /** The residual stream after a block. */
  next = new Float32Array();
  /** Queries, keys, values and heads' outputs of the base rows and of one set. */
  q = new Float32Array();
  k = new Float32Array();
  v = new Float32Array();
  z = new Float32Array();

  /** Enlarges the arrays to a number of values. */
  grow({ all, baseAndSet }: { readonly all: number; readonly baseAndSet: number }): void {
    const grown = (data: Float32Array<ArrayBuffer>, size: number) =>
      data.length < size ? new Float32Array(size) : data;
    [this.x, this.next] = [grown(this.x, all), grown(this.next, all)];
    [this.q, this.k] = [grown(this.q, baseAndSet), grown(this.k, baseAndSet)];
    [this.v, this.z] = [grown(this.v, baseAndSet), grown(this.z, baseAndSet)];
  }

  /** Turns the residual stream after a block into the one before the next block. */
  swap(): void {
    [this.x, this.next] = [this.next, this.x];
  }
}
