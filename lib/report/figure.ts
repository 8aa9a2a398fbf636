/** A chart in the page: its SVG, drawn for the screen, with its description below it. */

import { Html, html } from "./escape.ts";

/** A chart of a run. */
export interface Figure {
  /** The name of its files, e.g. `trace_map`. */
  readonly name: string;
  /** The SVG document. */
  readonly svg: string;
  /** What is seen, for those who cannot see it. */
  readonly description: string;
}

/**
 * A chart as a part of the page. Marks answer to the pointer and to the arrow keys with their own labels, which the page's script
 * shows.
 *
 * @param figure The chart.
 */
export function figureHtml({ name, svg, description }: Figure): Html {
  return html`
    <figure class="chart" id="figure-${name}">
      <div class="box" tabindex="0" role="group" aria-describedby="about-${name}">${inline(
        name,
        svg,
      )}</div>
      <figcaption><span id="about-${name}">${description}</span>
    <span class="files">Spec: <a href="${name}.vl.json">${name}.vl.json</a></span></figcaption>
    </figure>
  `;
}

/** An SVG document as an element of a page: without namespaces, its ids led by the chart's name, since Vega counts them anew in each. */
function inline(name: string, svg: string): Html {
  const ids = new Set([...svg.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id!));
  let source = svg.replace(/^<svg([^>]*)>/, (tag) => tag.replace(/\sxmlns(:\w+)?="[^"]*"/g, ""));
  for (const id of ids) {
    source = source.replaceAll(`id="${id}"`, `id="${name}-${id}"`)
      .replaceAll(`url(#${id})`, `url(#${name}-${id})`);
  }
  return new Html(source);
}
