/** The libraries whose settings a model folder may have. */

/** Hugging Face's transformers, or open_clip. */
export type Library = "transformers" | "open_clip";
