/**
 * Personal data in a text, with where, what and why. One scan, then every detector over its tokens; what overlaps is
 * resolved by score. Linear in the text. Pure: the lists are handed in.
 */
import type { Finding, PersonalDataType } from '../protocol/personal-data.ts';
import type { Gazetteer } from './gazetteer/gazetteer.ts';
import { emptyGazetteer } from './gazetteer/gazetteer.ts';
import { findPostalAddresses } from './names/find-postal-addresses.ts';
import { findGroups } from './names/find-groups.ts';
import { judgeRun } from './names/judge-run.ts';
import type { Evidence } from './names/judge-run.ts';
import { nameRuns } from './names/name-runs.ts';
import { WordReader } from './names/word-reader.ts';
import { findAccounts } from './patterns/find-accounts.ts';
import { findBareUrls, findColonAddresses, findEmails, findUrls } from './patterns/find-addresses-online.ts';
import { findDates } from './patterns/find-dates.ts';
import { findHardwareAddresses, findNumbers } from './patterns/find-numbers.ts';
import { findPhones } from './patterns/find-phones.ts';
import { findSecrets } from './patterns/find-secrets.ts';
import { resolveOverlaps } from './resolve-overlaps.ts';
import { scanText } from './scan.ts';

export interface FindOptions {
  /** Lists of names and places; without them capitals and context decide alone. */
  readonly gazetteer?: Gazetteer;
  /** Only these kinds (default: all). */
  readonly types?: ReadonlySet<PersonalDataType>;
  /** What is less sure is left out (default: 0.4). */
  readonly threshold?: number;
  /** Which evidence for names counts (default: all of it). */
  readonly evidence?: Evidence;
}

const allEvidence: Evidence = { gazetteer: true, context: true, capitals: true };
const nameTypes: readonly PersonalDataType[] = ['PERSON', 'LOCATION', 'ORGANIZATION', 'TITLE'];

/** Findings in the order of the text; no two overlap. */
export function findPersonalData(text: string, options: FindOptions = {}): Finding[] {
  const { gazetteer = emptyGazetteer, types, threshold = 0.4, evidence = allEvidence } = options;
  const scan = scanText(text);
  const found: Finding[] = [];
  const add = (finding: Finding): void => {
    if (finding.score >= threshold) found.push(finding);
  };
  const wants = (...wanted: readonly PersonalDataType[]): boolean =>
    types === undefined || wanted.some((type) => types.has(type));

  findEmails(scan, add);
  findUrls(scan, add);
  findBareUrls(scan, add);
  findColonAddresses(scan, add);
  findHardwareAddresses(scan, add);
  findNumbers(scan, add);
  findPhones(scan, add);
  findAccounts(scan, add);
  findSecrets(scan, add);
  findDates(scan, add);
  const words = new WordReader(scan, evidence.gazetteer ? gazetteer : emptyGazetteer);
  if (wants('ADDRESS')) findPostalAddresses(words, add);
  if (wants('NRP', 'TITLE')) findGroups(words, add);
  if (wants(...nameTypes))
    for (const run of nameRuns(words)) for (const finding of judgeRun(words, run, evidence)) add(finding);

  const kept = resolveOverlaps(found, text.length);
  return types === undefined ? kept : kept.filter(({ type }) => types.has(type));
}
