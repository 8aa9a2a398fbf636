/** Changes to a Vega-Lite spec for a screen or a page: each returns a new spec and leaves the old one as it is. */

import { joinedLines, mapViews, type Part } from "../charts/panels.ts";
import { TO_SCALE } from "../charts/spec.ts";

/** Replaces the lines of every view's title and subtitle, in order; lines that were broken to fit are joined before. */
export function mapTitles(spec: object, lines: (text: string) => readonly string[]): object {
  const mapped = (text: unknown) =>
    joinedLines([text].flat().map((line) => `${line}`)).flatMap((line) => [...lines(line)]);
  return mapViews(spec as Part, (view) => {
    const { title } = view;
    if (typeof title === "string" || Array.isArray(title)) return { ...view, title: mapped(title) };
    if (typeof title !== "object" || title === null) return view;
    const { text, subtitle } = title as Part;
    return {
      ...view,
      title: {
        ...title,
        text: mapped(text),
        ...(subtitle !== undefined && { subtitle: mapped(subtitle) }),
      },
    };
  });
}

/**
 * Multiplies the sizes that views state themselves: widths by `stretch`, heights by `squeeze`; a view that states both keeps its
 * proportions. Marks that are drawn to scale follow the widths.
 */
export function resizeViews(
  spec: object,
  { stretch, squeeze }: { readonly stretch: number; readonly squeeze: number },
): object {
  return mapViews(spec as Part, (view) => {
    const { width, height } = view;
    const resized = { ...scaled(view, stretch) };
    if (typeof width === "number") resized["width"] = width * stretch;
    if (typeof height === "number") {
      resized["height"] = height * (typeof width === "number" ? stretch : squeeze);
    }
    return resized;
  });
}

export function withoutStyle(spec: object, style: string): object {
  return mapViews(
    spec as Part,
    (view) =>
      Array.isArray(view["layer"])
        ? { ...view, layer: view["layer"].filter((layer) => !isStyled(layer, style)) }
        : view,
  );
}

export function hasStyle(spec: object, style: string): boolean {
  let found = false;
  mapViews(spec as Part, (view) => {
    found ||= isStyled(view, style);
    return view;
  });
  return found;
}

function isStyled({ mark }: Part, style: string): boolean {
  return typeof mark === "object" && mark !== null && "style" in mark && mark.style === style;
}

const LENGTHS = ["fontSize", "lineHeight", "strokeWidth", "cornerRadius"];

/** Multiplies the sizes of a view's mark by that by which the view is wider, if it has the style for it. */
function scaled(view: Part, factor: number): Part {
  const { mark, encoding } = view as { readonly mark?: Part; readonly encoding?: Part };
  if (mark?.["style"] !== TO_SCALE) return view;
  const sizes = Object.entries(mark).map(([name, value]) => [
    name,
    typeof value !== "number"
      ? value
      : LENGTHS.includes(name)
      ? value * factor
      : name === "size"
      ? value * factor ** 2
      : value,
  ]);
  const channels = Object.entries(encoding ?? {}).map(([channel, encoded]) => [
    channel,
    scaledChannel(channel, encoded as Channel, factor),
  ]);
  return { ...view, mark: Object.fromEntries(sizes), encoding: Object.fromEntries(channels) };
}

interface Channel {
  readonly scale?: { readonly range?: readonly number[] };
  readonly legend?: { readonly symbolStrokeWidth?: number } | null;
}

/** The powers of a length by which the ranges of channels grow. */
const POWERS: Readonly<Record<string, number>> = { strokeWidth: 1, size: 2 };

function scaledChannel(channel: string, encoded: Channel, factor: number): Channel {
  const [power, range] = [POWERS[channel], encoded.scale?.range];
  const width = encoded.legend?.symbolStrokeWidth;
  return {
    ...encoded,
    ...(power !== undefined && range !== undefined && {
      scale: { ...encoded.scale, range: range.map((end) => end * factor ** power) },
    }),
    ...(width !== undefined && {
      legend: { ...encoded.legend, symbolStrokeWidth: width * factor },
    }),
  };
}

/** Leaves out what only a screen needs: the chart's title, which a paper has in the caption, and the kit's style, which is that of a venue there. */
export function withoutScreen(spec: object): object {
  const { title: _title, ...untitled } = spec as Part;
  if (!isInStyle(spec)) return untitled;
  const { config: _config, ...unstyled } = untitled;
  return unstyled;
}

/** Whether a chart has the kit's style for screens in it. */
export function isInStyle(spec: object): boolean {
  const { config, usermeta } = spec as Part;
  return config !== undefined && typeof usermeta === "object" && usermeta !== null &&
    "negscope" in usermeta;
}

/** The title of a chart in one line, and its alt text (`description`); each is empty if the chart has none. */
export function textsOf(spec: object): { readonly title: string; readonly description: string } {
  const { title, description = "" } = spec as Part;
  const text = typeof title === "object" && title !== null && "text" in title ? title.text : title;
  const lines = [text ?? ""].flat().map((line) => `${line}`.trim());
  return { title: lines.join(" "), description: `${description}` };
}

const MOST_LETTERED = 26;

/** Puts (a), (b) and so on before the titles of a chart's panels, as papers refer to them. */
export function withLetters(spec: object): object {
  const { concat } = spec as Part;
  if (!Array.isArray(concat) || concat.length < 2 || concat.length > MOST_LETTERED) return spec;
  const panels = (concat as readonly Part[]).map((panel, i) => {
    const { title } = panel;
    if (typeof title !== "object" || title === null || !("text" in title)) return panel;
    const [first, ...rest] = [title.text].flat();
    const letter = String.fromCharCode("a".charCodeAt(0) + i);
    return { ...panel, title: { ...title, text: [`(${letter}) ${first}`, ...rest] } };
  });
  return { ...spec, concat: panels };
}
