/** Progress bars of tasks. */

import type { ReportingBar } from "../study/experiment/measure_rows.ts";
import { type Progress, type ProgressOptions, startProgress } from "../show/progress.ts";

/**
 * Makes a progress bar that gets its total from the first report. It estimates the remaining time from then on, since rows of an
 * earlier run took no time, and begins anew when work turns out to be more or less than was thought.
 *
 * @param label The name of the work.
 * @param options Whether to hide the bar, where it is drawn, and a clock.
 */
export function progressBar(
  label: string,
  options: Pick<ProgressOptions, "quiet" | "stream" | "now">,
): ReportingBar {
  let bar: Progress | undefined;
  let [before, expected] = [0, 0];
  return {
    report: (now, total) => {
      if (bar === undefined || total !== expected) {
        bar = startProgress(label, { ...options, total, done: before = now });
        expected = total;
      }
      bar.advance(now - before);
      before = now;
    },
    [Symbol.dispose]: () => bar?.end(),
  };
}
