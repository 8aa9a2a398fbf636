/** Folders of runs, made by hand for the tests of functions that read them. */

/** A manifest of a run on the published model and data. */
export const MANIFEST = {
  command: "trace",
  options: { protocol: "rephrased" },
  model: {
    text: { layers: 12, heads: 8, width: 512, projection: 512 },
    image: { layers: 12, heads: 12, width: 768, projection: 512 },
  },
  sources: {
    model: [{ file: "config.json", sha256: "a1" }],
    data: [{ file: "existence.json", sha256: "b2" }],
  },
  rows: { read: 534, kept: 490, dropped: [] },
  finished: true,
};

/** A trace.csv of two cells: one with a value, one without. */
export const TRACE = `negation,segment,site,layer,head,role,n,weight,cte
foil,correct,resid,4,,full_stop,81,81,0.5
caption,correct,resid,4,,subject_further,72,0,
`;

/** A heads.csv without images. */
export const HEADS = `negation,layer,head,n,selectivity,correlation_with_d
foil,4,2,240,0.25,
caption,4,2,250,0.5,
`;

/** A head_roles.csv. */
export const HEAD_ROLES = `negation,layer,head,role,n,attention_difference
foil,4,2,full_stop,240,0.125
`;

/** A summary.csv with the published counts. */
export const SUMMARY = `negation,n,accuracy,correct,ambiguous,incorrect
caption,250,0.668,72,150,28
foil,240,0.704,81,145,14
all,490,0.686,153,295,42
`;

/** Makes a folder of files, uses it and removes it; values that are not text are written as JSON. */
export async function withRun(
  files: Readonly<Record<string, unknown>>,
  use: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, content] of Object.entries(files)) {
      const text = typeof content === "string" ? content : JSON.stringify(content);
      await Deno.writeTextFile(`${folder}/${name}`, text);
    }
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
