/** What every page of this site does first: trusts its own scripts, speaks its reader's language, and is kept for offline use. */
import { registerOffline } from './offline.ts';
import { startPageLanguage } from './page-language.ts';
import { trustOwnScripts } from './trusted-scripts.ts';
import { addTexts } from '../ui/translate.ts';
import type { TextSource } from '../ui/translate.ts';

/** What a page of this site has of its own. */
export interface StartPageOptions {
  /** Whether a reload would lose nothing: needed once, where the host sends no isolation headers. Absent: it never may. */
  readonly mayReload?: () => boolean;
  /** Where the texts are that only this page has. Absent: it has none. */
  readonly texts?: TextSource;
}

/** Starts a page of this site: trusted scripts, the reader's language, offline use. Call it first, once. */
export function startPage({ mayReload = () => false, texts }: StartPageOptions = {}): void {
  trustOwnScripts();
  if (texts !== undefined) void addTexts(texts);
  void startPageLanguage();
  void registerOffline({ mayReload });
}
