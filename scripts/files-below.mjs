/** Lists what a folder holds, in an order that is the same everywhere: what a result depends on is hashed in it. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Paths of all files below a folder, sorted; none where it does not exist.
 * @param {string} folder
 * @returns {string[]}
 */
export function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}
