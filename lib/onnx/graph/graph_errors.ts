/** Errors about graphs that cannot be used. */

import { NegscopeError } from "../../errors.ts";

/** A graph that contradicts itself, as a file that was cut off or edited does. */
export function graphDamaged(source: string, subject: string, reason: string): NegscopeError {
  return new NegscopeError("onnx-damaged", {
    problem: `Cannot use "${source}"`,
    subject,
    reason,
    fix: "export or download it again",
  });
}

/** A graph with what the towers of CLIP do not have. */
export function graphUnsupported(source: string, subject: string, reason: string): NegscopeError {
  return new NegscopeError("onnx-unsupported", {
    problem: `Cannot use "${source}"`,
    subject,
    reason,
    fix: "export the plain CLIP towers",
  });
}
