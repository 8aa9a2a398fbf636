/** Counts how often a program could have done something else, such as end when a user presses Ctrl-C. */

/**
 * Counts the turns of the event loop during some work.
 *
 * @param work The work.
 * @returns The turns, the longest time without one in milliseconds, and what the work returns.
 */
export async function turnsDuring<Value>(
  work: () => Promise<Value>,
): Promise<{ readonly turns: number; readonly longest: number; readonly value: Value }> {
  let turns = 0;
  let longest = 0;
  let last = performance.now();
  const turned = () => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  };
  const timer = setInterval(() => {
    turns++;
    turned();
  }, 1);
  try {
    const value = await work();
    turned();
    return { turns, longest, value };
  } finally {
    clearInterval(timer);
  }
}
