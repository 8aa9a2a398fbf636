/** The map that is shown, as a file. */

const STYLES = [
  ...["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linejoin", "opacity"],
  ...["font-family", "font-size", "font-weight", "visibility"],
];

export async function savePicture(
  picture: SVGSVGElement,
  as: "svg" | "png",
  name: string,
): Promise<void> {
  const { width, height } = picture.getBoundingClientRect();
  const text = new Blob([standAlone(picture)], { type: "image/svg+xml" });
  save(as === "svg" ? text : await drawn(text, { width, height }), `${name}.${as}`);
}

/** The text of a picture that needs no style sheet. */
function standAlone(picture: SVGSVGElement): string {
  const copy = picture.cloneNode(true) as SVGSVGElement;
  const [from, to] = [picture, copy].map((
    root,
  ) => [root, ...root.querySelectorAll<SVGElement>("*")]);
  from!.forEach((element, i) => {
    const style = getComputedStyle(element);
    const target = to![i]!;
    for (const name of STYLES) target.setAttribute(name, inBytes(style.getPropertyValue(name)));
    for (
      const name of ["style", "class", "tabindex", "aria-selected", "aria-pressed", "aria-disabled"]
    ) target.removeAttribute(name);
  });
  const ground = document.createElementNS(SVG, "rect");
  ground.setAttribute("width", "100%");
  ground.setAttribute("height", "100%");
  ground.setAttribute("fill", getComputedStyle(document.body).backgroundColor);
  copy.prepend(ground);
  copy.setAttribute("role", "img");
  copy.setAttribute("xmlns", SVG);
  return new XMLSerializer().serializeToString(copy);
}

/** A mixed colour in the notation that every program reads. */
function inBytes(value: string): string {
  const [, ...parts] = /^color\(srgb ([\d.e-]+) ([\d.e-]+) ([\d.e-]+)\)$/.exec(value) ?? [];
  return parts.length === 0 ? value : `rgb(${parts.map((part) => Math.round(255 * Number(part)))})`;
}

const SVG = "http://www.w3.org/2000/svg";

const DENSITY = 3;

async function drawn(
  svg: Blob,
  { width, height }: { readonly width: number; readonly height: number },
): Promise<Blob> {
  const address = URL.createObjectURL(svg);
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = new OffscreenCanvas(Math.ceil(DENSITY * width), Math.ceil(DENSITY * height));
    canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await canvas.convertToBlob();
  } finally {
    URL.revokeObjectURL(address);
  }
}

function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
