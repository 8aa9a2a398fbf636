/** A text tower's input. */

import type { OnnxValue } from "../../onnx/runtime/session.ts";

/** Token ids as the tower reads them. Returns [rows, positions]. */
export function idsInput(ids: readonly (readonly number[])[]): OnnxValue {
  const dims = [ids.length, ids[0]?.length ?? 0];
  return { type: "int64", dims, data: BigInt64Array.from(ids.flat(), BigInt) };
}
