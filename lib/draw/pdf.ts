/** Converts SVG to PDF: vectors with the shipped font embedded. */

import { Buffer } from "node:buffer";
import PDFDocument from "pdfkit";
import svgToPdfkit from "svg-to-pdfkit";
import { pictureFont } from "./font.ts";

/** The date in every file, so that equal pictures have equal bytes. */
const NO_CLOCK = new Date(0);

export async function svgToPdf(
  svg: string,
  { title, description, font }: {
    readonly title: string;
    readonly description: string;
    readonly font?: string | undefined;
  },
): Promise<Uint8Array> {
  const { regular, bold } = (await pictureFont(font)).faces;
  const [, width, height] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg)!;
  const pdf = new PDFDocument({
    size: [Number(width), Number(height)],
    margin: 0,
    font: Buffer.from(regular) as unknown as string, // also accepts a file's bytes, which its types do not mention
    info: {
      Producer: "negscope",
      Creator: "negscope",
      ...(title !== "" && { Title: title }),
      Subject: description,
      CreationDate: NO_CLOCK,
    },
    lang: "en",
    displayTitle: title !== "",
  });
  pdf.registerFont("regular", Buffer.from(regular)).registerFont("bold", Buffer.from(bold));
  const pieces: Uint8Array[] = [];
  pdf.on("data", (piece: Uint8Array) => pieces.push(piece));
  const ended = new Promise((resolve) => pdf.on("end", resolve));
  svgToPdfkit(pdf, withoutUnits(svg), 0, 0, {
    assumePt: true,
    fontCallback: (_family: string, isBold: boolean) => isBold ? "bold" : "regular",
    warningCallback: (warning: string) => {
      throw new Error(warning);
    },
  });
  pdf.end();
  await ended;
  return new Uint8Array(Buffer.concat(pieces));
}

function withoutUnits(svg: string): string {
  return svg.replace(
    / width="([\d.]+)(?:pt)?" height="([\d.]+)(?:pt)?" /,
    ' width="$1" height="$2" ',
  );
}
