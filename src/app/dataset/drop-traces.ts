/**
 * Drops what this browser keeps of data sets: keys and signatures of rows, vectors, files that were not handed over. What was made
 * of runs goes with them, and of a part nobody could say which runs it is of. Knows the three places.
 */
import { Checkpoints } from '../../flywheel/workbench/checkpoints.ts';
import { dropAll } from '../../flywheel/workbench/private-files.ts';
import { dropVectors } from './vector-cache.ts';

/** Does not fail where the browser keeps no files: then there are none. */
export async function dropDatasetTraces(): Promise<void> {
  await new Checkpoints().clear();
  await dropVectors();
  try {
    await dropAll();
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}
