/**
 * What a data set's card says of masking: rows of the own log were masked when they were recorded, others are as they came.
 * Knows sources and the figures.
 */
import { measuredRecall } from '../../mask/measured-recall.ts';
import type { MaskingAbout } from '../../protocol/dataset.ts';
import type { Source } from './sources.ts';

/** Undefined: nothing was masked. */
export function maskingAbout(sources: readonly Source[]): MaskingAbout | undefined {
  if (!sources.some(({ type }) => type === 'log')) return undefined;
  const others = sources.some(({ type }) => type === 'file');
  return {
    method: `smallworks when they were recorded, unless the page that ran them masked by rules of its own${others ? ' (rows of the own log; rows of files are as they came)' : ''}`,
    ...measuredRecall,
  };
}
