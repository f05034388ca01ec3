/** Gives the log browser and its parts their names. Apart from the others: a page that nobody opens it on need not carry it. */
import { AuditList } from './log/audit-list.ts';
import { KeepSettings } from './log/keep-settings.ts';
import { KeySettings } from './log/key-settings.ts';
import { LogBrowser } from './log/log-browser.ts';
import { LogList } from './log/log-list.ts';
import { LogRecordView } from './log/log-record.ts';
import { UnlockForm } from './log/unlock-form.ts';
import { addTexts } from './translate.ts';
import type { TextSource } from './translate.ts';

const texts: TextSource = {
  de: () => import('./locales/log/de.json'),
  fr: () => import('./locales/log/fr.json'),
  es: () => import('./locales/log/es.json'),
  ar: () => import('./locales/log/ar.json'),
};

/** Parts before the whole. They use the run's timeline, which `defineElements` names. */
const elements = {
  'slm-log-list': LogList,
  'slm-log-record': LogRecordView,
  'slm-log-unlock': UnlockForm,
  'slm-log-keys': KeySettings,
  'slm-log-keeping': KeepSettings,
  'slm-log-audit': AuditList,
  'slm-log-browser': LogBrowser,
} as const;

/** Registers the elements; resolves when their texts are there in the reader's language. Idempotent. */
export async function defineLogBrowser(): Promise<void> {
  for (const [name, element] of Object.entries(elements)) {
    if (customElements.get(name) === undefined) customElements.define(name, element);
  }
  await addTexts(texts);
}
