/**
 * The part of the origin's private file system where data sets lie while they are packed, and their archive until the next one
 * is made. Knows names; nothing of what is written.
 */
import { directoryFolder } from '../dataset/export/directory.ts';
import type { DatasetFolder, FileWriter } from '../dataset/export/folder.ts';

const rootName = 'smallworks-datasets';
const archiveName = 'archive.zip';

async function openRoot(): Promise<FileSystemDirectoryHandle> {
  return await (await navigator.storage.getDirectory()).getDirectoryHandle(rootName, { create: true });
}

/** A folder to write a job's files into; it is there until it is dropped. */
export async function openScratch(job: string): Promise<DatasetFolder> {
  return directoryFolder(await (await openRoot()).getDirectoryHandle(job, { create: true }));
}

export async function dropScratch(job: string): Promise<void> {
  const root = await openRoot();
  await root.removeEntry(job, { recursive: true }).catch(ignoreMissing);
}

/** Writes the archive in place of the one before. */
export async function createArchive(): Promise<FileWriter> {
  return await directoryFolder(await openRoot()).create(archiveName);
}

/** The archive, on disk. */
export async function openArchive(): Promise<File> {
  return await (await (await openRoot()).getFileHandle(archiveName)).getFile();
}

/** Drops all of it. */
export async function dropAll(): Promise<void> {
  const origin = await navigator.storage.getDirectory();
  await origin.removeEntry(rootName, { recursive: true }).catch(ignoreMissing);
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof DOMException && error.name === 'NotFoundError')) throw error;
}
