/** A chart laid out by Vega at one size after another, to find the one that fits. */

import { type Fit, houseStyle } from "../charts/theme.ts";
import type { Preset } from "../charts/venues.ts";
import { mapTitles, resizeViews, withoutStyle } from "./spec_edits.ts";
import { type LaidOutChart, layOut } from "./vega_view.ts";

/** A chart laid out at different sizes, each once. */
export class Layouts implements Disposable {
  readonly spec: object;
  /** The chart with a short number for each line of its titles, so that none is wider than its view. */
  readonly numbered: object;
  readonly lines: number;
  readonly #preset: Preset;
  readonly #bare: object; // the values would be wider than their cells
  readonly #laidOut = new Map<string, LaidOutChart>();
  readonly #made = new DisposableStack();

  /** Lays out nothing yet. */
  constructor(spec: object, preset: Preset) {
    let lines = 0;
    this.spec = spec;
    this.numbered = mapTitles(spec, () => [`${lines++}`]);
    this.lines = lines;
    this.#preset = preset;
    this.#bare = withoutStyle(this.numbered, "cell_value");
  }

  /** The chart at a size, without the values in its cells; it is disposed of with all others. */
  async at(fit: Fit): Promise<LaidOutChart> {
    const key = `${fit.stretch} ${fit.squeeze} ${fit.stacked}`;
    const chart = this.#laidOut.get(key) ??
      this.#made.use(await layOut(resizeViews(this.#bare, fit), houseStyle(this.#preset, fit)));
    this.#laidOut.set(key, chart);
    return chart;
  }

  /** Disposes of all layouts. */
  [Symbol.dispose](): void {
    this.#made.dispose();
  }
}
