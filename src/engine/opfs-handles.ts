/**
 * Parts of the origin private file system that are in browsers and not in the DOM types: they belong to workers
 * alone, or are newer than the types. Types only.
 */

/** Reads and writes a file in place, one holder at a time; workers only. Positions and sizes in bytes. */
export interface SyncAccessHandle {
  getSize(): number;
  truncate(size: number): void;
  write(bytes: Uint8Array<ArrayBuffer>, options: { readonly at: number }): number;
  flush(): void;
  close(): void;
}

/** A file's handle as a worker has it. */
export interface WorkerFileHandle extends FileSystemFileHandle {
  createSyncAccessHandle(): Promise<SyncAccessHandle>;
  /** Renames within the folder. */
  move(name: string): Promise<void>;
}
