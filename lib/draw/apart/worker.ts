/** The thread that draws charts from files. */

import { answerRequests } from "../../threads/answer.ts";
import { type DrawnPictures, drawPictures, type Pictures } from "../pictures.ts";

/** What the thread is asked to draw. */
export interface DrawingRequest {
  /** A Vega-Lite chart with its data in it. */
  readonly spec: object;
  /** The kinds of pictures, and what they are drawn for. */
  readonly pictures: Pictures;
}

answerRequests<DrawingRequest, DrawnPictures>(async ({ spec, pictures }) => ({
  reply: await drawPictures(spec, pictures),
}));
