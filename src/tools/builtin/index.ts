/**
 * The tools that come with the runtime. Their libraries are loaded when a tool first runs, not with the page.
 */
import type { Tool } from '../tool.ts';
import { calculator } from './calculator.ts';
import { calendarTools } from './calendar-tools.ts';
import { convertUnit } from './convert-unit.ts';
import { dateTools } from './date-tools.ts';
import { Desk } from './desk.ts';
import { fetchPage } from './fetch-page.ts';
import { noteTools, todoTools } from './list-tools.ts';
import { searchDocuments } from './search-documents.ts';

export interface BuiltinOptions {
  /** Where notes, to-dos, calendar and documents are kept; `smallworks-desk` where left out. */
  readonly databaseName?: string;
  /** The clock; the device's where left out. */
  readonly now?: () => Date;
  /** Pages of this URL's origin may be read; the page's own where left out. */
  readonly baseUrl?: string;
}

/** All built-in tools, in a fixed order, ready for `createRegistry`. */
export function builtinTools(options: BuiltinOptions = {}): readonly Tool[] {
  const now = options.now ?? (() => new Date());
  const desk = new Desk({
    now,
    ...(options.databaseName === undefined ? {} : { databaseName: options.databaseName }),
  });
  return [
    calculator(),
    convertUnit(),
    ...dateTools(now),
    ...noteTools(desk),
    ...todoTools(desk, now),
    ...calendarTools(desk, now),
    searchDocuments(desk),
    fetchPage(() => options.baseUrl ?? globalThis.location.href),
  ];
}
