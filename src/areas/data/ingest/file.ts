/** A file on the local disk with the name its sender gave it. */
export interface FileToConvert {
  readonly path: string
  readonly filename: string
}
