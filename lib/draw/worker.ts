import { answerRequests } from "../threads/thread.ts";
import { type DrawnPictures, drawPictures, type Pictures } from "./pictures.ts";

export interface DrawingRequest {
  readonly spec: object;
  readonly pictures: Pictures;
}

answerRequests<DrawingRequest, DrawnPictures>(async ({ spec, pictures }) => ({
  reply: await drawPictures(spec, pictures),
}));
