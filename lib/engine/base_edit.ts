/** A change of activations that belongs to a tower itself: every run has it, before the changes of its own. */

import type { Tensor } from "../hooks/tensor.ts";
import type { OnnxValue } from "../onnx/runtime/session.ts";
import type { Visitor } from "./run/tower_runs.ts";
import type { Tower } from "./tower.ts";

export interface BaseEdit {
  readonly hooks: readonly string[];
  /** Changes the value of one row at a hook point in place; the value has no axis `batch`, and the ids are those of the row's tokens. */
  readonly apply: (hook: string, row: Tensor, ids: readonly number[]) => void;
}

/** A visitor that makes the base edit of a tower at every stop, and then calls another. */
export function editingVisitor(
  tower: Tower,
  { hooks, apply }: BaseEdit,
  { input: { dims: [, positions = 0], data }, visit }: {
    readonly input: OnnxValue;
    readonly visit: Visitor | undefined;
  },
): Visitor {
  const idsOf = (row: number) =>
    Array.from(data.subarray(row * positions, (row + 1) * positions), Number);
  return (stop, state) => {
    for (const hook of stop.hooks) {
      if (!hooks.includes(hook)) continue;
      const value = tower.view(stop, state);
      for (let row = 0; row < state.rows; row++) {
        apply(hook, value.row(row), idsOf(state.sources[row]!));
      }
    }
    visit?.(stop, state);
  };
}
