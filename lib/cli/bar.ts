/** Progress bars of tasks. */

import type { ReportingBar } from "../runs/run_settings.ts";
import { type Progress, startProgress } from "../show/progress.ts";

/**
 * Makes a progress bar that gets its total from the first report. It estimates the remaining time from then on, since rows of an
 * earlier run took no time.
 *
 * @param label The name of the work.
 * @param options Whether to hide the bar.
 */
export function progressBar(label: string, { quiet }: { readonly quiet: boolean }): ReportingBar {
  let bar: Progress | undefined;
  let before = 0;
  return {
    report: (now, total) => {
      bar ??= startProgress(label, { total, quiet, done: before = now });
      bar.advance(now - before);
      before = now;
    },
    [Symbol.dispose]: () => bar?.end(),
  };
}
