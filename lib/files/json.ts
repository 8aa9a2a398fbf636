/** Values that JSON holds. */

/** A value that JSON holds as it is. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json };
