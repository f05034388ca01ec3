/**
 * Where a data set's files go and are read from again: a folder that the user chose, the origin's private one, the memory.
 * Paths are relative, with `/` between their parts. Knows files; nothing of what is in them.
 */

export interface DatasetReader {
  /** The bytes of a file; undefined where there is none. */
  readonly open: (path: string) => Promise<AsyncIterable<Uint8Array> | undefined>;
}

/** A place that a data set is written to, and read from again. */
export interface DatasetFolder extends DatasetReader {
  /** Begins a file in place of what was there, and the folders above it. Several may be written side by side. */
  readonly create: (path: string) => Promise<FileWriter>;
  /** The export failed or was stopped. What is whole may stay, so that it can be gone on from. */
  readonly abort: () => Promise<void>;
}

/** One file that is being written. */
export interface FileWriter {
  /** The bytes are the writer's once this is called. Resolves when more may come. */
  readonly write: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>;
  /** The file is whole, and can be opened. */
  readonly close: () => Promise<void>;
}

/** Files in memory: for small data sets and for tests. */
export class MemoryFiles implements DatasetFolder {
  readonly files = new Map<string, Uint8Array<ArrayBuffer>[]>();

  readonly create = async (path: string): Promise<FileWriter> => {
    const parts: Uint8Array<ArrayBuffer>[] = [];
    this.files.set(path, parts);
    return { write: async (bytes) => void parts.push(bytes), close: async () => {} };
  };

  readonly open = async (path: string): Promise<AsyncIterable<Uint8Array> | undefined> => {
    const parts = this.files.get(path);
    return parts === undefined ? undefined : each(parts);
  };

  readonly abort = async (): Promise<void> => {
    this.files.clear();
  };

  async text(path: string): Promise<string> {
    return new Blob(this.files.get(path) ?? []).text();
  }
}

async function* each(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array, void> {
  yield* parts;
}
