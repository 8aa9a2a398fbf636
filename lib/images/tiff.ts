/** Reads how a TIFF file stores its first image: the image library decodes some forms otherwise than Pillow, and says so of none. */

export interface TiffForm {
  /** Whether it is decoded as Pillow does. */
  readonly plain: boolean;
  /** Whether it is to be turned or mirrored, which Pillow does in TIFF files only. */
  readonly turned: boolean;
  /** Whether a further channel is opacity; some programs write one that means nothing. */
  readonly hasAlpha: boolean;
}

/** The tags of an image that say how it is stored. */
const TAG = {
  bits: 258,
  compression: 259,
  colours: 262,
  orientation: 274,
  samples: 277,
  further: 338,
  format: 339,
} as const;

/** The values of tags that a file leaves out; no file has negative ones. */
const ABSENT = {
  bits: 1,
  compression: 1,
  colours: -1,
  orientation: 1,
  samples: 1,
  further: -1,
  format: 1,
};

type Tags = Record<keyof typeof TAG, number>;

const COLOURS = { whiteIsZero: 0, rgb: 2, cmyk: 5, ycbcr: 6 } as const;
/** The kinds of colours that are decoded: white is zero, black is zero, RGB, palette, CMYK, and YCbCr in JPEG. */
const DECODED: readonly number[] = [0, 1, 2, 3, 5, 6];
const JPEG: readonly number[] = [6, 7];
/** None, CCITT, LZW, JPEG, Deflate, PackBits and WebP. */
const COMPRESSIONS: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 8, 32773, 32946, 50001];
const MEANS_NOTHING = 0;
const SIGNED = 2;
const FLOAT = 3;

/** Bytes of a number by its type in the file: byte, short, long, and long in large files. */
const SIZES: Readonly<Record<number, 1 | 2 | 4 | 8>> = { 1: 1, 3: 2, 4: 4, 16: 8 };

/** Reads the form of a TIFF file's first image. Returns undefined if it is not a TIFF file, or one that is cut or damaged. */
export function tiffForm(bytes: Uint8Array): TiffForm | undefined {
  try {
    const tags = readTags(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    return tags && {
      plain: isPlain(tags),
      turned: isTurned(tags),
      hasAlpha: tags.further !== MEANS_NOTHING,
    };
  } catch (error) {
    if (error instanceof RangeError) return undefined; // it ends too early, as the image library will say
    throw error;
  }
}

function isTurned({ orientation }: Tags): boolean {
  return orientation >= 2 && orientation <= 8;
}

function isPlain(tags: Tags): boolean {
  const { bits, compression, colours, samples, format } = tags;
  const isGrey = samples <= 2 && colours !== COLOURS.rgb && colours !== COLOURS.cmyk;
  const isColour = samples === 3 && (colours === COLOURS.rgb || colours === COLOURS.ycbcr);
  return DECODED.includes(colours) && COMPRESSIONS.includes(compression) && samples <= 4 &&
    (colours !== COLOURS.ycbcr || JPEG.includes(compression)) &&
    (colours !== COLOURS.whiteIsZero || bits <= 8) &&
    (format !== SIGNED || bits > 8) &&
    (isGrey || format !== FLOAT && bits <= 16) &&
    (isColour || !isTurned(tags)); // Pillow turns other files only if they are compressed
}

function readTags(view: DataView): Tags | undefined {
  const order = view.getUint16(0);
  const little = order === 0x4949; // "II" in place of "MM"
  if (!little && order !== 0x4d4d) return undefined;
  const version = view.getUint16(2, little);
  if (version !== 42 && version !== 43) return undefined;
  const large = version === 43; // files of more than 4 GB
  const offsetAt = (at: number) =>
    large ? Number(view.getBigUint64(at, little)) : view.getUint32(at, little);
  const read = (at: number, size: 1 | 2 | 4 | 8) => {
    if (size === 1) return view.getUint8(at);
    if (size === 2) return view.getUint16(at, little);
    return size === 4 ? view.getUint32(at, little) : Number(view.getBigUint64(at, little));
  };
  const start = offsetAt(large ? 8 : 4);
  const count = large ? offsetAt(start) : view.getUint16(start, little);
  const [first, length, room] = large ? [start + 8, 20, 8] : [start + 2, 12, 4];
  const tags: Tags = { ...ABSENT };
  for (let at = first; at < first + count * length; at += length) {
    const tag = view.getUint16(at, little);
    const name = (Object.keys(TAG) as (keyof typeof TAG)[]).find((key) => TAG[key] === tag);
    const size = SIZES[view.getUint16(at + 2, little)];
    if (name === undefined || size === undefined) continue;
    const value = at + length - room; // or where it is, if there are too many
    tags[name] = read(offsetAt(at + 4) * size <= room ? value : offsetAt(value), size);
  }
  return tags;
}
