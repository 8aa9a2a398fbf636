/** Whether the data and the images of a choice go together. */

import { NegscopeError } from "../../errors.ts";
import type { OpeningOptions } from "./open_inputs.ts";
import { STUDY_OPTIONS, type StudyChoice } from "../../study/choice/study_options.ts";

type Rules = Required<Pick<OpeningOptions, "imagesAre" | "called">>;

/** Checks a choice of data without images: no experiment that needs images, and no images where they would be read. */
export function refuseImages(
  { images, imageEmbeddings }: StudyChoice,
  { source, imagesAre, called }: Rules & { readonly source: string },
): void {
  if (imagesAre === "needed") {
    throw new NegscopeError("usage-data-text-only", {
      problem: `Cannot run on "${source}"`,
      reason: "its rows are sentences without images",
      fix: "give data with images, or run what needs none: attend, or circuit with --circuit",
    });
  }
  const given = { images, imageEmbeddings };
  for (const option of ["images", "imageEmbeddings"] as const) {
    if (imagesAre === "ignored" || given[option] === undefined) continue;
    throw new NegscopeError("usage-data-text-only", {
      problem: `Cannot use ${called(option)} with "${source}"`,
      reason: "the rows of the data are sentences without images",
      fix: "leave it out",
    });
  }
}

/**
 * Checks that data and images are given together. Data need images, or image embeddings, if the experiment needs images. Images need data,
 * except with a model that has data of its own: they then take their images from that folder.
 */
export function checkImages(
  { images, imageEmbeddings }: StudyChoice,
  { source, imagesAre, called, embedded }: Rules & {
    readonly source: string | undefined;
    readonly embedded: boolean;
  },
): void {
  const lacks = source === undefined
    ? images !== undefined && !embedded && imagesAre !== "ignored" ? "data" : undefined
    : images === undefined && imageEmbeddings === undefined && imagesAre === "needed"
    ? "images"
    : undefined;
  if (lacks === undefined) return;
  const [option, value] = lacks === "data"
    ? ["images", images] as const
    : ["data", source] as const;
  throw new NegscopeError("usage-input-missing", {
    problem: `Cannot run with ${called(option)} "${value}" alone`,
    expected: `${called(lacks)} ${STUDY_OPTIONS[lacks].placeholder} beside it`,
  });
}
