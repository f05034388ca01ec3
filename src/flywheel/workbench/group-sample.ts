/**
 * A sample with its vectors -> tasks and a map of them. The same sample, vectors and seed give the same tasks. Knows which rooms
 * of cluster are asked in which order.
 */
import type { DatasetProgress, DiscoverRequest, TaskMap } from '../../protocol/dataset.ts';
import { discoverTasks } from '../cluster/discover-tasks.ts';
import { joinFeatures } from '../cluster/features.ts';
import { mapItems } from '../cluster/map-items.ts';

/** Throws a Fault `arguments-invalid` where vectors and items do not fit together. */
export function groupSample(
  { sample: { items }, vectors: values, dimensions, k, seed }: DiscoverRequest,
  onProgress: (progress: DatasetProgress) => void,
): TaskMap {
  const texts = items.map(({ text }) => text);
  const vectors = joinFeatures(
    { count: items.length, dimensions, values },
    items.map(({ actions }) => actions),
  );
  let steps = 0;
  const found = discoverTasks({
    vectors,
    texts,
    k,
    seed,
    onProgress: () => onProgress({ stage: 'grouping', done: (steps += 1), share: undefined }),
  });
  const places = mapItems({
    vectors,
    seed,
    onRound: (done) => {
      if (done % 10 === 0) onProgress({ stage: 'mapping', done, share: undefined });
    },
  });
  return {
    tasks: found.tasks,
    nearest: found.nearest as Int32Array<ArrayBuffer>,
    outliers: found.outliers as Uint8Array<ArrayBuffer>,
    places: places as Float32Array<ArrayBuffer>,
    quality: found.quality,
  };
}
