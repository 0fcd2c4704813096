/** A type of data that nobody may change, down to its last part. */
export type DeepReadonly<Data> = Data extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : Data extends object
    ? { readonly [Key in keyof Data]: DeepReadonly<Data[Key]> }
    : Data;
