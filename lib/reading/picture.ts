/** What a row shows: an image, or a part of one, which its name then says as a media fragment (W3C 2012, section 4.2.2). */

/** A part of an image in pixels: its left and upper edge, its width and its height; they need not be whole numbers. */
export type Box = readonly [x: number, y: number, width: number, height: number];

const FRAGMENT = /#xywh=([^#]+)$/;

/** The name of a part of an image, such as `a.jpg#xywh=10,20,30,40`. */
export function partName(file: string, box: Box): string {
  return `${file}#xywh=${box.join(",")}`;
}

export function fileOf(image: string): string {
  return image.replace(FRAGMENT, "");
}

/** The part that a name says; undefined for a whole image. */
export function boxOf(image: string): Box | undefined {
  const numbers = FRAGMENT.exec(image)?.[1]?.split(",").map(Number);
  return numbers && isBox(numbers) ? numbers : undefined;
}

export function isBox(numbers: readonly number[]): numbers is Box {
  const [, , width = 0, height = 0] = numbers;
  return numbers.length === 4 && numbers.every(Number.isFinite) && width > 0 && height > 0;
}

const STARTS = [
  ["png", /^\x89PNG\r\n/],
  ["jpeg", /^\xff\xd8\xff/],
  ["gif", /^GIF8[79]a/],
  ["webp", /^RIFF[^]{4}WEBP/],
] as const;

/** What the bytes of a picture are, whatever its file is called; undefined for no format of the kit. */
export function pictureKind(bytes: Uint8Array): typeof STARTS[number][0] | undefined {
  const start = String.fromCharCode(...bytes.subarray(0, 12));
  return STARTS.find(([, pattern]) => pattern.test(start))?.[0];
}
