/** A chart in the page: its SVG, drawn for the screen, with its caption below it. */

import { Buffer } from "node:buffer";
import { captionOf, type ChartSpec } from "../charts/spec.ts";
import { renderSvg } from "../draw/render.ts";
import { clipped, Html, html } from "./escape.ts";
import { fitting, type Forms } from "./fitting.ts";

export interface Figure {
  readonly name: string;
  readonly svg: string;
  /** What the chart shows, for readers who cannot see it. */
  readonly description: string;
  /** What stands below the chart. @default {the description} */
  readonly caption?: string | undefined;
  /** The folder of its spec, from the page's on, with a slash at its end. @default {the page's own} */
  readonly folder?: string;
  /** The file's name of its spec, without its ending. @default {its name} */
  readonly file?: string;
}

/** A chart in a page, drawn for the screen unless it is already. */
export async function figureOf(name: string, spec: ChartSpec, svg?: string): Promise<Figure> {
  const { description } = spec as { readonly description: string };
  return { name, description, caption: captionOf(spec), svg: svg ?? await renderSvg(spec) };
}

const MOST_DESCRIPTION = 20_000;

const SHORT_DESCRIPTION = 300;

/** The HTML of charts. A chart for which there is no room is left out. */
export function figuresHtml(figures: readonly Figure[], most: number): Html {
  const { parts, rest } = fitting(
    figures.map(formsOf),
    most,
    (others) => html`<p>More charts beside this page, in the run's folder: ${others}.</p>`,
  );
  return html`${parts}${rest}`;
}

function formsOf(figure: Figure): Forms {
  const { name, svg } = figure;
  const size = (Buffer.byteLength(svg) / 1e6).toFixed(1);
  const absent = html`This chart is not here, since it takes ${size} MB; its spec draws it.`;
  return [
    () => contentHtml(figure, inline(name, svg)),
    () => contentHtml(figure, absent),
    () => contentHtml(figure, absent, SHORT_DESCRIPTION),
  ];
}

function contentHtml(
  { name, folder = "", file = name, description, caption = description }: Figure,
  content: Html,
  most = MOST_DESCRIPTION,
): Html {
  const about = caption === description ? undefined : html`
    <span class="unseen" id="about-${name}">${clipped(description, most)}</span>
  `;
  const place = about === undefined ? `about-${name}` : `caption-${name}`;
  return html`
    <figure class="chart" id="figure-${name}">
      <div class="box" tabindex="0" role="group" aria-describedby="about-${name}">${content}</div>
      <figcaption><span id="${place}">${clipped(caption, most)}</span>${about}
    <span class="files">Spec: <a href="${folder}${file}.vl.json" download>${folder}${file}.vl.json</a></span></figcaption>
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
