/** One file of a corpus. */
export interface StoreEntry {
  /** Relative to the corpus, `/` between folders. */
  readonly path: string
  /** In bytes. */
  readonly size: number
  /** Changes whenever the content does, e.g. a modification time; what was derived from a file is kept by it. */
  readonly tag: string
}

/**
 * Where a corpus lives: bytes under relative paths. A look-up is one `read`; `list` is only asked after a miss.
 *
 * @public
 */
export interface Store {
  /** Stands in messages: a folder, a package, a bucket. */
  readonly name: string
  readonly writable: boolean
  /** Undefined where there is no such file. */
  read(path: string): Promise<Uint8Array | undefined>
  /**
   * Writes a whole file or nothing. With `ifAbsent`, an existing file stays and the answer is false.
   */
  write(
    path: string,
    bytes: Uint8Array,
    options?: { readonly ifAbsent?: boolean },
  ): Promise<boolean>
  /** Every file below a folder of the corpus, in the order of their paths. */
  list(folder?: string): AsyncIterable<StoreEntry>
  delete(path: string): Promise<void>
  /** The path as a person would open it. */
  locate(path: string): string
  /** Makes what was written durable. */
  flush(): Promise<void>
}
