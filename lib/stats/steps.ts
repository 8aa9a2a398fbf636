/** Long computations in steps, so that a program can do something else between them, such as end when a user asks for it. */

/** A computation in steps: each `yield` is a place where it may pause, and its result is what it returns. */
export type Steps<Value> = Generator<void, Value, void>;

/** The time after which a computation pauses, in milliseconds: short for a user who presses Ctrl-C, long beside a pause. */
const MOST_MILLISECONDS = 50;

/** Does all steps of a computation at once. */
export function finish<Value>(steps: Steps<Value>): Value {
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

/** Does the steps of a computation in turn with everything else that waits in the program. The result is that of {@linkcode finish}. */
export async function inTurns<Value>(steps: Steps<Value>): Promise<Value> {
  let began = performance.now();
  for (let step = steps.next();; step = steps.next()) {
    if (step.done) return step.value;
    if (performance.now() - began < MOST_MILLISECONDS) continue;
    await new Promise((resolve) => setTimeout(resolve));
    began = performance.now();
  }
}
