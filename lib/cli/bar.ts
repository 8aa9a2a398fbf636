/** Progress bars of tasks. */

import type { ReportingBar } from "../runs/run_settings.ts";
import { type Progress, startProgress } from "../show/progress.ts";

/**
 * A progress bar that learns its total at the first report, and from then on how long the rest takes: what an earlier run finished took
 * no time.
 *
 * @param label What is being done.
 * @param options Whether to draw nothing.
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
