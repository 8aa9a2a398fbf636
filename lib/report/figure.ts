/** A chart in the page: its SVG, drawn for the screen, and its description below it. */

import { Buffer } from "node:buffer";
import { clipped, Html, html, htmlBytes } from "./escape.ts";
import { withLeads } from "./marks.ts";

/** A chart of a run. */
export interface Figure {
  /** The name of its files, e.g. `trace_map`. */
  readonly name: string;
  /** The SVG document. */
  readonly svg: string;
  /** What the chart shows, for readers who cannot see it. */
  readonly description: string;
  /** The addresses of the rows behind its marks; see `marks.ts`. @default {none} */
  readonly leads?: ReadonlyMap<string, readonly (string | undefined)[]>;
}

/** Characters of a chart's description; the rest of a longer one is only in the spec. */
const MOST_DESCRIPTION = 20_000;

/**
 * The HTML of a chart. The page's script shows the labels of marks for the pointer and the arrow keys,
 * leads from a mark to its rows, and saves the picture.
 *
 * @param figure The chart.
 * @param most The most bytes that it may take; a larger one is left out, and the page says so. @default {any number}
 */
export function figureHtml(figure: Figure, most = Infinity): Html {
  const { name, svg, leads } = figure;
  const whole = contentHtml(figure, inline(name, leads ? withLeads(svg, leads) : svg));
  if (htmlBytes(whole) <= most) return whole;
  const size = (Buffer.byteLength(svg) / 1e6).toFixed(1);
  return contentHtml(
    figure,
    html`This chart is not here, since it takes ${size} MB; its spec draws it.`,
  );
}

function contentHtml({ name, description }: Figure, content: Html): Html {
  return html`
    <figure class="chart" id="figure-${name}">
      <div class="box" tabindex="0" role="group" aria-describedby="about-${name}">${content}</div>
      <figcaption><span id="about-${name}">${clipped(description, MOST_DESCRIPTION)}</span>
    <span class="files">Spec: <a href="${name}.vl.json" download>${name}.vl.json</a><span class="save" data-figure="${name}"></span></span></figcaption>
    </figure>
  `;
}

/** An SVG document as an element of a page: without namespaces, and with the chart's name before each id, since Vega's ids repeat. */
function inline(name: string, svg: string): Html {
  const ids = new Set([...svg.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id!));
  let source = svg.replace(/^<svg([^>]*)>/, (tag) => tag.replace(/\sxmlns(:\w+)?="[^"]*"/g, ""));
  for (const id of ids) {
    source = source.replaceAll(`id="${id}"`, `id="${name}-${id}"`)
      .replaceAll(`url(#${id})`, `url(#${name}-${id})`);
  }
  return new Html(source);
}
