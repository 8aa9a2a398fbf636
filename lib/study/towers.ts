/** The towers of a study's model. */

import { towerReleased } from "../engine/run/tower.ts";
import type { ClipModel } from "../model/clip_model.ts";
import type { ImageTower } from "../model/image/image_tower.ts";
import { Once } from "./once.ts";

/** The text tower, and the image tower while it is needed. */
export class StudyTowers implements AsyncDisposable {
  readonly clip: ClipModel;
  readonly #load: () => Promise<ClipModel>;
  readonly #image = new Once<ClipModel>();
  #released = false;

  constructor(clip: ClipModel, load: () => Promise<ClipModel>) {
    this.clip = clip;
    this.#load = load;
  }

  async image(): Promise<ImageTower> {
    return (await this.imageClip()).image;
  }

  async imageClip(): Promise<ClipModel> {
    this.checkHeld("image");
    return await this.#image.get(this.#load);
  }

  /** Frees the image tower's memory; it is loaded again when needed. */
  async releaseImage(): Promise<void> {
    await this.#image.take()?.then((clip) => clip.release(), () => undefined); // image() reports a failure to load
  }

  checkHeld(tower: "text" | "image"): void {
    if (this.#released) throw towerReleased(tower);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#released = true;
    await this.clip.release();
    await this.releaseImage();
  }
}
