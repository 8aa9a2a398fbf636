/** The settings of a config.json that decide the shapes of arrays. */

/** Axes by the ending of the canonical name, each by the setting that decides it; the first match counts. */
const AXES: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^text_projection\.weight$/, ["projection_dim", "text_config.hidden_size"]],
  [/^visual_projection\.weight$/, ["projection_dim", "vision_config.hidden_size"]],
  [/token_embedding\.weight$/, ["vocab_size", "hidden_size"]],
  [/^text_model\.\S+position_embedding\.weight$/, ["max_position_embeddings", "hidden_size"]],
  [/^vision_model\.\S+position_embedding\.weight$/, ["image_size or patch_size", "hidden_size"]],
  [/patch_embedding\.weight$/, ["hidden_size", "num_channels", "patch_size", "patch_size"]],
  [/mlp\.fc1\.weight$/, ["intermediate_size", "hidden_size"]],
  [/mlp\.fc1\.bias$/, ["intermediate_size"]],
  [/mlp\.fc2\.weight$/, ["hidden_size", "intermediate_size"]],
  [/_proj\.weight$/, ["hidden_size", "hidden_size"]],
  [/^(?:text|vision)_model\.encoder\.\S+$|class_embedding$|la\w+norm\.\w+$/, ["hidden_size"]],
];

/** The settings that decide an array's shape, one for each axis, as config.json names them. Returns undefined if it is not known. */
export function settingsOf(name: string): readonly string[] | undefined {
  const [, settings] = AXES.find(([pattern]) => pattern.test(name)) ?? [];
  const [, tower] = /^(text|vision)_model\./.exec(name) ?? [];
  if (tower === undefined) return settings;
  return settings?.map((setting) => `${tower}_config.${setting}`);
}
