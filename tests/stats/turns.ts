/** Counts where a long computation gives way to other work, such as the end of the program when a user presses Ctrl-C. */

import type { Steps } from "../../lib/stats/steps.ts";

/** Does the steps of a computation and counts them. */
export function stepsOf<Value>(
  steps: Steps<Value>,
): { readonly steps: number; readonly value: Value } {
  for (let count = 0;; count++) {
    const { done, value } = steps.next();
    if (done) return { steps: count, value };
  }
}

/** Counts the turns of the event loop during some work. */
export async function turnsDuring(work: () => unknown): Promise<number> {
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  try {
    await work();
    return turns;
  } finally {
    clearInterval(timer);
  }
}
