/** The memory that groups use in turn. */

/** Arrays of activations, [rows, width] each; they grow with the largest group. */
export class RowArrays {
  /** Residual stream of the base rows and all sets. */
  x = new Float32Array();
  /** The same after a block. */
  next = new Float32Array();
  /** Queries, keys, values and heads' outputs of the base rows and one set. */
  q = new Float32Array();
  k = new Float32Array();
  v = new Float32Array();
  z = new Float32Array();

  /** Makes room for so many values. */
  grow({ all, baseAndSet }: { readonly all: number; readonly baseAndSet: number }): void {
    const grown = (data: Float32Array<ArrayBuffer>, size: number) =>
      data.length < size ? new Float32Array(size) : data;
    [this.x, this.next] = [grown(this.x, all), grown(this.next, all)];
    [this.q, this.k] = [grown(this.q, baseAndSet), grown(this.k, baseAndSet)];
    [this.v, this.z] = [grown(this.v, baseAndSet), grown(this.z, baseAndSet)];
  }

  /** Makes the residual stream after a block the one before the next. */
  swap(): void {
    [this.x, this.next] = [this.next, this.x];
  }
}
