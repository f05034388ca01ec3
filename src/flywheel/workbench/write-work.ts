/**
 * A plan into a folder of the user's or an archive, going on with what an earlier try had finished. Knows what is kept between
 * tries; what stands in the folder is known by dataset/export.
 */
import { datasetSplits } from '../../protocol/dataset.ts';
import type { DatasetProgress, WriteRequest, WrittenView } from '../../protocol/dataset.ts';
import { packArchive } from '../dataset/export/archive.ts';
import { directoryFolder } from '../dataset/export/directory.ts';
import type { DatasetFolder } from '../dataset/export/folder.ts';
import type { DatasetManifest, ExportedFile } from '../dataset/export/manifest.ts';
import { writeDataset } from '../dataset/export/write-dataset.ts';
import { plannedRecords } from '../dataset/plan.ts';
import type { DatasetPlan } from '../dataset/plan.ts';
import type { Checkpoints } from './checkpoints.ts';
import { createArchive, dropScratch, openArchive, openScratch } from './private-files.ts';
import type { SourceWalk } from './source-items.ts';

export interface WriteWorkOptions {
  readonly job: string;
  readonly plan: DatasetPlan;
  readonly request: WriteRequest;
  readonly openWalk: () => SourceWalk;
  readonly checkpoints: Checkpoints;
  readonly onProgress: (progress: DatasetProgress) => void;
  readonly signal: AbortSignal;
}

/** Throws what `writeDataset` and `packArchive` throw. */
export async function writeWork(options: WriteWorkOptions): Promise<WrittenView> {
  const { job, plan, request, openWalk, checkpoints, onProgress, signal } = options;
  const { about, formats, target } = request;
  const folder = target.type === 'folder' ? directoryFolder(target.folder) : await openScratch(job);
  const words = wordsOf(request);
  const done = await filesThere(folder, words, await checkpoints.readFiles(job));
  const files = [...done];
  const walk = openWalk();
  const startedAt = performance.now();
  const manifest = await writeDataset({
    records: () => plannedRecords({ items: walk.items(), plan, signal }),
    about,
    plan,
    formats,
    folder,
    done,
    onFiles: async (whole) => {
      files.push(...whole);
      await checkpoints.putFiles(job, { words, files });
    },
    onProgress: ({ stage, rows, ofRows }) =>
      onProgress({
        stage,
        done: rows,
        share: stage === 'records' ? walk.share : rows / Math.max(1, ofRows ?? rows),
      }),
    signal,
  });
  const tookMs = performance.now() - startedAt;
  if (target.type === 'archive') {
    await packArchive({
      reader: folder,
      manifest,
      target: await createArchive(),
      onProgress: ({ bytes, ofBytes }) =>
        onProgress({ stage: 'packing', done: bytes, share: bytes / Math.max(1, ofBytes) }),
      signal,
    });
    await dropScratch(job);
  }
  await checkpoints.putFiles(job, undefined);
  return {
    ...sizesOf(manifest),
    tookMs,
    ...(target.type === 'archive' ? { archive: await openArchive() } : {}),
  };
}

function sizesOf({ files }: DatasetManifest): Pick<WrittenView, 'rows' | 'bytes'> {
  const rows = { train: 0, validation: 0, test: 0 };
  for (const split of datasetSplits) {
    rows[split] = files.find((file) => file.format === 'records' && file.split === split)?.rows ?? 0;
  }
  return { rows, bytes: files.reduce((sum, file) => sum + file.bytes, 0) };
}

/** What was asked for; a handle is told by its name. */
function wordsOf({ plan, about, formats, target }: WriteRequest): string {
  const tasks = plan.tasks === undefined ? undefined : [[...plan.tasks.byId], [...plan.tasks.byTask]];
  const place = target.type === 'folder' ? `folder ${target.folder.name}` : target.type;
  // Vectors follow from the records, and judge the split without changing it.
  return JSON.stringify([{ ...plan, tasks, vectors: undefined }, about, formats, place]);
}

/** Files of the same export that lie in the folder still. */
async function filesThere(
  folder: DatasetFolder,
  words: string,
  stored: { readonly words: string; readonly files: readonly ExportedFile[] } | undefined,
): Promise<readonly ExportedFile[]> {
  if (stored?.words !== words) return [];
  for (const { path } of stored.files) if ((await folder.open(path)) === undefined) return [];
  return stored.files;
}
