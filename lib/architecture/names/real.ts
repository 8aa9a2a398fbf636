/** The types of floating-point numbers that a weight may have. */

import type { NumberType } from "../../checkpoint/stored_array.ts";

/** The types by the names of safetensors. */
export const REAL: readonly NumberType[] = ["F64", "F32", "F16", "BF16"];
