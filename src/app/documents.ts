/**
 * The user's files as documents for the search tool: read as text, kept by the desk. Knows files and the desk;
 * finding something in them is the tool's work.
 */
import { Fault, faultCodes } from '../protocol/fault.ts';
import { Desk } from '../tools/builtin/desk.ts';
import { addDocument } from '../tools/builtin/search-documents.ts';
import type { Tool } from '../tools/tool.ts';

/** One file's size at most: the index is built in memory. Bytes. */
const largestFile = 10_000_000;

/** Number of documents kept; undefined where no tool searches them. Throws Fault `unsupported` where there is no IndexedDB. */
export async function countDocuments(tools: readonly Tool[]): Promise<number | undefined> {
  if (!tools.some(({ spec }) => spec.name === 'search_documents')) return undefined;
  const desk = new Desk();
  try {
    return (await desk.list('documents')).length;
  } finally {
    await desk.close();
  }
}

/**
 * Keeps files as documents, one after the other, titled by their names. Throws Fault `unsupported` at the first that
 * is no text or too large, and `storage-full`; those before it are kept.
 */
export async function addFiles(files: readonly File[]): Promise<void> {
  for (const file of files) {
    if (file.size > largestFile) throw refused(file, `It has more than ${largestFile / 1e6} MB.`);
    const text = await file.text();
    if (text.includes('\0')) throw refused(file, 'It is no text: it holds zero bytes.');
    await addDocument({ title: file.name, text });
  }
}

function refused(file: File, reason: string): Fault {
  return new Fault({
    code: faultCodes.unsupported,
    message: `The file "${file.name}" cannot be searched.`,
    reason,
    remedy: 'Save it as plain text, in parts where it is long, and add those.',
    details: { feature: 'document', file: file.name, bytes: file.size },
  });
}
