/**
 * The masking evaluation as `npm run eval -- pii` has it: our finder on rows of a file, with its speed. Knows our finder;
 * how rows are scored is `evaluate-personal-data`.
 */
import { findPersonalData } from '../../src/mask/find-personal-data.ts';
import { openGazetteer } from '../../src/mask/gazetteer/gazetteer.ts';
import { packedLists } from '../../src/mask/gazetteer/packed-lists.ts';
import { contextualTypes, personalDataTypes } from '../../src/protocol/personal-data.ts';
import { readMarkedRows, scorePersonalData } from './evaluate-personal-data.ts';
import type { PersonalDataEvaluation, TypeChoice } from './evaluate-personal-data.ts';
import { megabytesPerSecond } from './measure-speed.ts';

export { RowError } from '../../src/flywheel/read-fields.ts';

export interface EvaluateFileOptions {
  readonly lines: readonly { readonly number: number; readonly text: string }[];
  readonly types: TypeChoice;
  readonly print: (line: string) => void;
  /** Evidence for names that is left out, to see what it is worth. */
  readonly without?: readonly ('gazetteer' | 'context' | 'capitals')[];
}

/** Throws RowError for a line that is no row. */
export function evaluateFile({
  lines,
  types,
  print,
  without = [],
}: EvaluateFileOptions): PersonalDataEvaluation {
  const rows = readMarkedRows(lines);
  const gazetteer = openGazetteer(packedLists);
  const evidence = {
    gazetteer: !without.includes('gazetteer'),
    context: !without.includes('context'),
    capitals: !without.includes('capitals'),
  };
  const wanted =
    types === 'all' ? {} : { types: new Set(personalDataTypes.filter((type) => !contextualTypes.has(type))) };
  const find = (text: string) => findPersonalData(text, { gazetteer, evidence, ...wanted });
  const scored = scorePersonalData({
    rows,
    find,
    types,
    onError: ({ missed, row, span }) => {
      const { start, end, type } = span;
      const around = `${row.text.slice(Math.max(0, start - 30), start)}⟦${row.text.slice(start, end)}⟧${row.text.slice(end, end + 30)}`;
      print(`${missed ? 'missed' : 'wrong '} ${type}: ${around.replaceAll(/\s+/g, ' ')}`);
    },
  });
  return { ...scored, mb_per_s: megabytesPerSecond({ texts: rows.map(({ text }) => text), run: find }) };
}
