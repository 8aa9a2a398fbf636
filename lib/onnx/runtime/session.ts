/** A loaded ONNX model, and the values that go into it and come out of it. */

/** A value of one element type. */
export interface TypedValue<Type extends string, Data> {
  /** The element type as the runtime names it. */
  readonly type: Type;
  /** The size of each axis. */
  readonly dims: readonly number[];
  /** The values, last axis fastest. */
  readonly data: Data;
}

/** A value that goes into or comes out of a session. */
export type OnnxValue =
  | TypedValue<"float32", Float32Array>
  | TypedValue<"int64", BigInt64Array>
  | TypedValue<"int32", Int32Array>
  | TypedValue<"bool", Uint8Array>;

const STORAGE = {
  float32: Float32Array,
  int64: BigInt64Array,
  int32: Int32Array,
  bool: Uint8Array,
} as const;

/** Whether values of an element type can be read. */
export function isReadable(type: string): type is OnnxValue["type"] {
  return Object.hasOwn(STORAGE, type);
}

export function zeros(type: OnnxValue["type"], dims: readonly number[]): OnnxValue {
  const size = dims.reduce((product, length) => product * length, 1);
  return { type, dims, data: new STORAGE[type](size) } as OnnxValue;
}

/** A loaded model. */
export interface Session {
  /**
   * Runs the model once.
   *
   * @param feeds A value for each input.
   * @param into Outputs to write in place; if there are none, all outputs are computed.
   * @returns A value for each output, or for each of `into`.
   * @throws {NegscopeError} If the runtime fails on the values, or an output has a type that CLIP does not use.
   */
  run(
    feeds: ReadonlyMap<string, OnnxValue>,
    into?: ReadonlyMap<string, OnnxValue>,
  ): Promise<Map<string, OnnxValue>>;
  /** Frees the model's memory. A released session cannot run. */
  release(): Promise<void>;
}
