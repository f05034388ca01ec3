/**
 * Where a data set's files go: a folder that the user chose, the origin's private one, an archive, the memory. Six methods in
 * two interfaces; paths are relative, with `/` between their parts. And where they are read from again.
 */

export interface DatasetSink {
  /** Begins a file, and the folders above it. Several may be open at once; the same path is not opened twice. */
  readonly open: (path: string) => Promise<FileWriter>;
  /** All files are whole: what has to be said at the end is said. */
  readonly close: () => Promise<void>;
  /** The export failed or was stopped. What was written may stay, where it can be gone on from. */
  readonly abort: () => Promise<void>;
}

export interface FileWriter {
  /** The bytes are the writer's once this is called. Resolves when more may come. */
  readonly write: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface DatasetReader {
  /** The bytes of a file; undefined where there is none. */
  readonly open: (path: string) => Promise<AsyncIterable<Uint8Array> | undefined>;
}

/** Files in memory: for small data sets and for tests. */
export class MemoryFiles implements DatasetSink, DatasetReader {
  readonly files = new Map<string, Uint8Array<ArrayBuffer>[]>();

  readonly open = async (path: string): Promise<FileWriter & AsyncIterable<Uint8Array>> => {
    const parts = this.files.get(path) ?? [];
    this.files.set(path, parts);
    return {
      write: async (bytes) => {
        parts.push(bytes);
      },
      close: async () => {},
      async *[Symbol.asyncIterator]() {
        yield* parts;
      },
    };
  };

  readonly close = async (): Promise<void> => {};

  readonly abort = async (): Promise<void> => {
    this.files.clear();
  };

  async text(path: string): Promise<string> {
    return new Blob(this.files.get(path) ?? []).text();
  }
}
