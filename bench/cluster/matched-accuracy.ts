/**
 * The share of items that stand in the right cluster, where every cluster stands for one label at most and the matching
 * is the best there is. Knows counts only.
 */
import munkres from 'munkres';
import { countPairs } from '../../src/flywheel/cluster/agreement.ts';
import type { Partition } from '../../src/flywheel/cluster/agreement.ts';

/** From 0 to 1; 0 for no items. The matching is H. W. Kuhn's (1955), in the form of J. Munkres (1957). */
export function matchedAccuracy(labels: Partition, clusters: Partition): number {
  const { items, cells, rows, columns } = countPairs(labels, clusters);
  if (items === 0) return 0;
  const costs = rows.map(() => columns.map(() => 0));
  for (const { row, column, count } of cells) {
    const line = costs[row];
    if (line !== undefined) line[column] = -count;
  }
  const right = munkres(costs).reduce((sum, [row, column]) => sum - (costs[row]?.[column] ?? 0), 0);
  return right / items;
}
