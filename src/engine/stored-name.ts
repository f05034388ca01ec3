/**
 * What a model file is called in the private file system and in URLs. A catalogue name may hold folders; stored files
 * lie side by side, so that one rename commits one. Knows nothing of what is in a file.
 */
import { Fault, faultCodes } from '../protocol/fault.ts';

/** Endings beside a file's own name: still growing, the list of its spans, what is known of an imported model or adapter. */
export const partEnding = '.part';
export const spansEnding = '.part.spans';
export const entryEnding = '.entry.json';
export const adapterEnding = '.adapter.json';

/** Longest name that every file system behind a browser takes. Bytes. */
const longestName = 240;

/** The parts of a name. Throws Fault `model-rejected` where it could leave its folder or be taken for a part. */
function splitName(name: string): readonly string[] {
  const segments = name.split('/');
  const wrong =
    segments.some((segment) => segment === '' || segment === '.' || segment === '..') ||
    encodeURIComponent(name.toWellFormed()).length > longestName ||
    [partEnding, spansEnding, entryEnding, adapterEnding].some((ending) => name.endsWith(ending));
  if (!wrong) return segments;
  throw new Fault({
    code: faultCodes.modelRejected,
    message: `"${name}" cannot be the name of a model file.`,
    remedy: 'Use folders and a file name of ordinary length, without "." and "..".',
    details: { file: name },
  });
}

/** The one name of a file in the private file system. Throws Fault `model-rejected` for a name that is none. */
export function storedName(name: string): string {
  return encodeURIComponent(splitName(name).join('/').toWellFormed());
}

/** The URL of a file below the folder `modelsUrl`. Throws Fault `model-rejected` for a name that is none. */
export function fileUrl(name: string, modelsUrl: string): string {
  const path = splitName(name).map((segment) => encodeURIComponent(segment.toWellFormed()));
  return new URL(path.join('/'), modelsUrl).href;
}
