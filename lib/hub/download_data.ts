/** Downloads the data of experiments from their authors' servers: VALSE, CANNOT and benchmarks, checked before anything is written, and the images of an archive. */

import { join } from "node:path";
import { crc32 } from "node:zlib";
import { NegscopeError } from "../errors/errors.ts";
import { parsePairs } from "../data/read.ts";
import { writeWhole } from "../files/write_whole.ts";
import { readBytes as readFileBytes } from "../files/read_file.ts";
import { findInArchive } from "./archive.ts";
import { type DownloadOptions, readBytes, shownUrl } from "./request.ts";
import { checksumOf } from "./repository.ts";

const RAW = "https://raw.githubusercontent.com";

/** The existence part of VALSE, in one commit of its authors' repository. */
export const VALSE = {
  url: new URL(
    `${RAW}/Heidelberg-NLP/VALSE/a64f89ee2973abd9d6ede6e0a914296cc4344a3f/data/existence.json`,
  ),
  gitSha1: "b3a65479f36ddc60f419c243a14da1fbfcba71db",
};

/** CANNOT, version 1.1, in one commit of its authors' repository (Anschütz et al. 2023; CC BY-SA 4.0). */
export const CANNOT = {
  url: new URL(
    `${RAW}/dmlls/cannot-dataset/3b94fb51fcf8e642ea28cdc065805d1d3da3247f/cannot-dataset/cannot_dataset_v1.1.tsv`,
  ),
  gitSha1: "a3bea352fa71ce4e727de87baebf29f26e68bff9",
};

/** The images of Visual7W: 47,300 files in one archive, of which VALSE names 534. Its authors give an http address. */
export const VISUAL7W = new URL("http://vision.stanford.edu/yukezhu/visual7w_images.zip");

/** The 5,000 images of COCO's val2017, which NegBench and SugarCrepe name, in one archive. Its https address has another host's certificate. */
export const COCO_VAL2017 = new URL("http://images.cocodataset.org/zips/val2017.zip");

/** A file of a set as it is in one commit of its authors' repository: its name, bytes and git's checksum of its content. */
type SetFile = readonly [name: string, bytes: number, gitSha1: string];

interface BenchmarkSet {
  readonly title: string;
  readonly licence: string;
  readonly folder: string; // address of the folder, with a slash at the end
  readonly files: readonly SetFile[];
  readonly images: string; // which images the rows name
}

export const BENCHMARK_SETS: Readonly<Record<string, BenchmarkSet>> = {
  negrefcocog: {
    title: "NegRefCOCOg",
    licence: "MIT, by Park et al. 2025",
    folder: `${RAW}/parkquasar/NegationCLIP/6f858ee490d5c17d54cbc1862dfd44f74f36324d/NegRefCOCOg/`,
    files: [["NegRefCOCOg.json", 232_340, "2b851551d1a48492c11d6b723333e68de91f7c0c"]],
    images: "train2014 of COCO, https://cocodataset.org/#download",
  },
  sugarcrepe: {
    title: "SugarCrepe",
    licence: "MIT, by Hsieh et al. 2023",
    folder: `${RAW}/RAIVNLab/sugar-crepe/0047054b243992f0fad63d6f64f7544862daf846/data/`,
    files: [
      ["add_att.json", 158_863, "71c463725f3f9bae0a9227a01ae5d431db235396"],
      ["add_obj.json", 484_593, "289b22a04690f6f542bb048346021d768ec9b24d"],
      ["replace_att.json", 176_843, "6393e04971c06cb62a8fed62ef2805ff6c7c5666"],
      ["replace_obj.json", 361_126, "1585a4a6998d785c043fb923d8e0248436d9da51"],
      ["replace_rel.json", 312_629, "8716359e17fa36d37e75c6eff5e94826cdb047e5"],
      ["swap_att.json", 154_665, "375fdd6d372e22e43c0dfbe898c1ec1494016b8c"],
      ["swap_obj.json", 57_569, "db5abe6b488fa38c4b67d1d3da87b6b5c2e1e626"],
    ],
    images: "val2017 of COCO, https://cocodataset.org/#download",
  },
};

const DRIVE = "its authors give it in a folder of a file service, which has no fixed addresses";
const UNLICENSED = "its authors state no licence";

const BY_HAND: Readonly<Record<string, readonly [why: string, where: string]>> = {
  negbench: [DRIVE, "https://github.com/m1k2zoo/negbench/blob/main/datasets.md"],
  ccneg: [DRIVE, "https://github.com/jaisidhsingh/CoN-CLIP/tree/main/ccneg_dataset"],
  whatsup: [DRIVE, "https://github.com/amitakamath/whatsup_vlms"],
  aro: [DRIVE, "https://github.com/mertyg/vision-language-models-are-bows"],
  crepe: [UNLICENSED, "https://github.com/RAIVNLab/CREPE"],
  simpleneg: [UNLICENSED, "https://github.com/fawazsammani/negation-steering"],
};

export function isBenchmark(name: string): boolean {
  return Object.hasOwn(BENCHMARK_SETS, name) || Object.hasOwn(BY_HAND, name);
}

export function benchmarkSet(name: string): BenchmarkSet {
  const set = Object.hasOwn(BENCHMARK_SETS, name) ? BENCHMARK_SETS[name] : undefined;
  if (set !== undefined) return set;
  const known = Object.keys(BENCHMARK_SETS);
  const byHand = Object.hasOwn(BY_HAND, name) ? BY_HAND[name] : undefined;
  if (byHand === undefined) {
    throw new NegscopeError("usage-value-wrong", {
      problem: `Cannot download the data of "${name}"`,
      expected: `${known.join(" or ")}, or for where to find them ${
        Object.keys(BY_HAND).join(", ")
      }`,
    });
  }
  const [reason, where] = byHand;
  throw new NegscopeError("usage-value-wrong", {
    problem: `Cannot download "${name}"`,
    reason,
    expected: known.join(" or "),
    fix: `fetch it by hand, see ${where}, and give benchmark its file with --data`,
  });
}

const LIMIT = 1 << 26; // bytes of a file; CANNOT has 10 million

export async function fetchValse(
  file: KnownFile,
  options: DownloadOptions = {},
): Promise<{ readonly bytes: Uint8Array; readonly rows: number }> {
  const bytes = await fetchKnown(file, options);
  const how = { source: shownUrl(file.url), protocol: "standard" } as const;
  const { rows } = parsePairs(new TextDecoder().decode(bytes), how);
  return { bytes, rows };
}

/** The file of CANNOT, its rows, and how many of them have the word "no" before a noun and so a twin. */
export async function fetchCannot(
  file: KnownFile,
  options: DownloadOptions = {},
): Promise<{ readonly bytes: Uint8Array; readonly rows: number; readonly usable: number }> {
  const bytes = await fetchKnown(file, options);
  const how = { source: shownUrl(file.url), protocol: "all", skipBad: true } as const;
  const { rows, pairs } = parsePairs(new TextDecoder().decode(bytes), how);
  return { bytes, rows, usable: pairs.length };
}

interface KnownFile {
  readonly url: URL;
  readonly gitSha1: string; // git's checksum of its content
}

/** A file whose content must be the one that this kit knows. */
export async function fetchKnown(
  { url, gitSha1 }: KnownFile,
  options: DownloadOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await readBytes(url, { ...options, limit: LIMIT });
  const found = checksumOf(bytes, "git");
  if (found === gitSha1) return bytes;
  throw new NegscopeError("download-differs", {
    problem: `Cannot use "${shownUrl(url)}"`,
    reason: `git's SHA-1 of it is ${found}`,
    expected: gitSha1,
    fix: "try again, or fetch the file by hand",
  });
}

interface ImageDownload extends DownloadOptions {
  readonly from: URL;
  readonly folder: string; // folder, which must exist
  /** Called for each image that is in the folder, with whether it was just downloaded. */
  readonly onImage?: (isNew: boolean) => void;
}

const AT_ONCE = 4; // requests

/** Downloads images by name, except those that are there already. If the archive lacks an image, the others are written before the error. */
export async function downloadImages(
  names: ReadonlySet<string>,
  options: ImageDownload,
): Promise<number> {
  const { from, folder, onImage, patience } = options;
  const { files, missing } = await findInArchive(from, names, { patience });
  const waiting = files.values();
  let fresh = 0;

  async function takeTurns(): Promise<void> {
    for (const file of waiting) {
      const path = join(folder, file.name);
      const there = await readFileBytes(path, file.size).catch(() => undefined); // writing it reports what is in the way
      const isNew = there?.length !== file.size || crc32(there) !== file.crc;
      if (isNew) {
        await writeWhole(path, await file.read());
        fresh++;
      }
      onImage?.(isNew);
    }
  }

  await Promise.all(Array.from({ length: AT_ONCE }, takeTurns));
  if (missing.length > 0) {
    const names = missing.slice(0, 3).map((name) => `"${name}"`).join(", ");
    const others = missing.length > 3 ? ` and ${missing.length - 3} others` : "";
    const address = shownUrl(from);
    throw new NegscopeError("archive-unreadable", {
      problem: `Cannot find ${names}${others} in "${address}"`,
      subject: address,
      reason: "the archive lacks images that --data names",
      fix: "check that both belong together; the other images are written",
    });
  }
  return fresh;
}
