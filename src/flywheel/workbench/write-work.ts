/**
 * A plan into a folder of the user's or an archive, going on with what an earlier try had finished. Knows what is kept between
 * tries; what stands in the folder is known by dataset/export.
 */
import { datasetSplits } from '../../protocol/dataset.ts';
import type { DatasetProgress, FunnelStep, WriteRequest, WrittenView } from '../../protocol/dataset.ts';
import { packArchive } from '../dataset/export/archive.ts';
import { directoryFolder } from '../dataset/export/directory.ts';
import type { DatasetFolder } from '../dataset/export/folder.ts';
import type { DatasetManifest } from '../dataset/export/manifest.ts';
import { writeDataset } from '../dataset/export/write-dataset.ts';
import { describeVariants, variantStep, variedRecords } from '../dataset/paraphrase/varied-records.ts';
import { plannedRecords } from '../dataset/plan.ts';
import type { DatasetPlan } from '../dataset/plan.ts';
import type { DatasetRecord } from '../dataset/record.ts';
import type { Checkpoints, StoredFiles } from './checkpoints.ts';
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
  const { formats, target, variants } = request;
  const about =
    variants === undefined ? request.about : { ...request.about, paraphrase: describeVariants(variants) };
  const folder = target.type === 'folder' ? directoryFolder(target.folder) : await openScratch(job);
  const words = wordsOf(request);
  const before = await filesThere(folder, words, await checkpoints.readFiles(job));
  const done = before?.files ?? [];
  const files = [...done];
  let tried: FunnelStep | undefined = before?.variants;
  const walk = openWalk();
  function records(): AsyncIterable<DatasetRecord> {
    const planned = plannedRecords({ items: walk.items(), plan, signal });
    if (variants === undefined) return planned;
    return variedRecords({
      records: planned,
      plan,
      paraphrase: { variants: variants.count, mode: variants.mode, surface: 'en' },
      onTally: (tally) => (tried = variantStep(tally)),
    });
  }
  const startedAt = performance.now();
  const manifest = await writeDataset({
    records,
    about,
    plan,
    formats,
    folder,
    done,
    onFiles: async (whole) => {
      files.push(...whole);
      await checkpoints.putFiles(job, { words, files, ...(tried === undefined ? {} : { variants: tried }) });
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
    ...(tried === undefined ? {} : { variants: tried }),
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
function wordsOf({ plan, about, formats, variants, target }: WriteRequest): string {
  const tasks = plan.tasks === undefined ? undefined : [[...plan.tasks.byId], [...plan.tasks.byTask]];
  const place = target.type === 'folder' ? `folder ${target.folder.name}` : target.type;
  // Vectors follow from the records, and judge the split without changing it.
  return JSON.stringify([{ ...plan, tasks, vectors: undefined }, about, formats, variants, place]);
}

/** What an earlier try of the same export had finished, where its files lie in the folder still. */
async function filesThere(
  folder: DatasetFolder,
  words: string,
  stored: StoredFiles | undefined,
): Promise<StoredFiles | undefined> {
  if (stored?.words !== words) return undefined;
  for (const { path } of stored.files) if ((await folder.open(path)) === undefined) return undefined;
  return stored;
}
