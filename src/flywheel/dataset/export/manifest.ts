/**
 * What stands in an exported folder, and everything that was decided on the way to it: enough to make the same folder again,
 * byte for byte. Knows the form; what people read of it is made in card.
 */
import { exportFormats } from '../../../protocol/dataset.ts';
import type { DatasetSplit, DatasetAbout, ExportFormat } from '../../../protocol/dataset.ts';
import { isObject } from '../../../protocol/json.ts';
import type { Json } from '../../../protocol/json.ts';
import { Fault, faultCodes } from '../../../protocol/fault.ts';
import { shown } from '../../read-fields.ts';
import type { DatasetPlan } from '../plan.ts';
import type { FileFormat } from './formats.ts';
import type { PromptForm } from './lesson.ts';

/** The part of a plan that is told. */
export type PlanSummary = Pick<
  DatasetPlan,
  'seed' | 'shares' | 'cap' | 'tasks' | 'families' | 'funnel' | 'overlap' | 'guidance'
>;

/** One file of an exported data set, with its checksum. */
export interface ExportedFile {
  readonly path: string;
  readonly format: FileFormat;
  readonly split: DatasetSplit;
  readonly rows: number;
  readonly bytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/** What stands in `manifest.json` of an exported data set. */
export interface DatasetManifest {
  readonly v: 1;
  readonly about: DatasetAbout;
  readonly plan: PlanSummary;
  readonly formats: readonly ExportFormat[];
  readonly prompts: PromptForm;
  readonly files: readonly ExportedFile[];
}

export const manifestPath = 'manifest.json';

export function manifestText(manifest: DatasetManifest): string {
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}

/** Reads a manifest. Throws `dataset-invalid` where it is none, or one of a later version. */
export function parseManifest(value: Json | undefined): DatasetManifest {
  if (!isObject(value)) throw invalidManifest('It is no JSON object.');
  if (value['v'] !== 1) throw invalidManifest(`It has version ${shown(value['v'])}; version 1 is read.`);
  const { about, plan, formats, files, prompts } = value;
  const listed = Array.isArray(formats) ? (formats as readonly Json[]) : undefined;
  if (!isObject(about) || !isObject(plan) || !Array.isArray(files) || listed === undefined) {
    throw invalidManifest('about, plan, formats or files are missing.');
  }
  const unknown = listed.find((format) => !(exportFormats as readonly Json[]).includes(format));
  if (unknown !== undefined) throw invalidManifest(`It names the format ${shown(unknown)}.`);
  if (prompts !== 'as-sent' && prompts !== 'plain') throw invalidManifest('prompts is as-sent or plain.');
  for (const file of files as readonly Json[]) {
    const whole = isObject(file) && typeof file['path'] === 'string' && typeof file['sha256'] === 'string';
    if (!whole) throw invalidManifest('A file has no path or no checksum.');
  }
  return value as unknown as DatasetManifest;
}

function invalidManifest(reason: string): Fault {
  return new Fault({
    code: faultCodes.datasetInvalid,
    message: `${manifestPath} cannot be used.`,
    reason,
    remedy: 'Choose a folder that was exported here.',
    details: { path: manifestPath },
  });
}
