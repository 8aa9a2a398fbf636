/** Changes to a Vega-Lite spec that make it fit: each returns a new spec and leaves the old one as it is. */

import { mapViews, type Part } from "../charts/axis_sharing.ts";
import { joinedLines } from "../charts/title_lines.ts";

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

/** Multiplies the sizes that views state themselves; a view that states both width and height keeps its proportions. */
export function resizeViews(
  spec: object,
  { stretch, squeeze }: { readonly stretch: number; readonly squeeze: number },
): object {
  return mapViews(spec as Part, (view) => {
    const { width, height } = view;
    const resized = { ...view };
    if (typeof width === "number") resized["width"] = width * stretch;
    if (typeof height === "number") {
      resized["height"] = height * (typeof width === "number" ? stretch : squeeze);
    }
    return resized;
  });
}

/** Leaves out the layers whose mark has a style. */
export function withoutStyle(spec: object, style: string): object {
  return mapViews(
    spec as Part,
    (view) =>
      Array.isArray(view["layer"])
        ? { ...view, layer: view["layer"].filter((layer) => !isStyled(layer, style)) }
        : view,
  );
}

/** A chart for print, where a caption has its title and the venue its style; views within it keep their titles. */
export function withoutScreen(spec: object): object {
  const { title: _, ...others } = spec as Part;
  return isInStyle(spec) ? withoutConfig(others) : others;
}

/** The title of a chart in one line, and its alt text; empty texts for a chart without. */
export function textsOf(spec: object): { readonly title: string; readonly description: string } {
  const { title, description = "" } = spec as Part;
  const text = typeof title === "object" && title !== null && "text" in title ? title.text : title;
  const lines = [text ?? ""].flat().map((line) => `${line}`.trim());
  return { title: lines.join(" "), description: `${description}` };
}

/** The most panels that letters can name. */
const MOST_LETTERED = 26;

/** Puts (a), (b) and so on before the titles of a chart's panels, as papers refer to them. */
export function withLetters(spec: object): object {
  const { concat } = spec as Part;
  if (!Array.isArray(concat) || concat.length < 2 || concat.length > MOST_LETTERED) return spec;
  const panels = (concat as readonly Part[]).map((panel, i) => {
    const { title } = panel;
    if (typeof title !== "object" || title === null || !("text" in title)) return panel;
    const [first, ...others] = [title.text].flat();
    const letter = String.fromCharCode("a".charCodeAt(0) + i);
    return { ...panel, title: { ...title, text: [`(${letter}) ${first}`, ...others] } };
  });
  return { ...spec, concat: panels };
}

/** Whether a chart has the kit's style for screens in it. */
export function isInStyle(spec: object): boolean {
  const { config, usermeta } = spec as Part;
  return config !== undefined && typeof usermeta === "object" && usermeta !== null &&
    "negscope" in usermeta;
}

function withoutConfig(spec: Part): Part {
  const { config: _, ...others } = spec;
  return others;
}

/** Whether a layer's mark has a style. */
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
