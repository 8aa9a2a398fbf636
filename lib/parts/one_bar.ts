/** The progress of parts that run side by side in the one line of a terminal. */

import type { ReportingBar } from "../study/experiment/measure_rows.ts";

type MakeBar = (label: string) => ReportingBar;

/** Shows one bar at a time: of those that have not ended, the one that was made first. */
export function oneBar(make: MakeBar): MakeBar {
  const open: object[] = [];
  return (label) => {
    const own = {};
    let shown: ReportingBar | undefined;
    open.push(own);
    return {
      report: (done, total) => {
        if (open[0] !== own) return;
        shown ??= make(label);
        shown.report(done, total);
      },
      [Symbol.dispose]: () => {
        shown?.[Symbol.dispose]();
        shown = undefined;
        if (open.includes(own)) open.splice(open.indexOf(own), 1);
      },
    };
  };
}
