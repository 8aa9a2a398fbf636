/** A smaller SVG of a chart with many equal marks, such as the points of a scatter plot: their form is there once. */

const MARK =
  /<path (aria-label="[^"]*"(?: data-rows="[^"]*")?) role="graphics-symbol" aria-roledescription="[^"]*" transform="translate\(([-\d.e]+),([-\d.e]+)\)" ([^>]*?)\/>/g;

const LEAST = 20;

/** Writes the form of marks that differ only in places and labels once, and the marks as uses of it, at places to a tenth of a pixel. */
export function shareMarks(svg: string, name: string): string {
  const counts = new Map<string, number>();
  for (const [, , , , form] of svg.matchAll(MARK)) counts.set(form!, (counts.get(form!) ?? 0) + 1);
  const shared = [...counts].flatMap(([form, n]) => n < LEAST ? [] : [form]);
  if (shared.length === 0) return svg;
  const ids = new Map(shared.map((form, i) => [form, `${name}.${i}`]));
  const forms = [...ids].map(([form, id]) => `<path id="${id}" ${form}/>`).join("");
  const marks = svg.replace(MARK, (mark, label: string, x: string, y: string, form: string) => {
    const id = ids.get(form);
    return id === undefined
      ? mark
      : `<use ${label} href="#${id}" x="${place(x)}" y="${place(y)}"/>`;
  });
  return marks.replace(/^<svg[^>]*>/, (tag) => `${tag}<defs>${forms}</defs>`);
}

function place(text: string): number {
  return Number(Number(text).toFixed(1));
}
