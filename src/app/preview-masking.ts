/**
 * What masking makes of some texts, for people to look at: the same code that masks what the log keeps, with a key made up for
 * the occasion. Fetches it when it is asked. Keeps nothing.
 */
import type { PersonalDataType } from '../protocol/personal-data.ts';

/** One text before masking and after it. */
export interface MaskedPreview {
  readonly before: string;
  readonly after: string;
  /** What was found, in the order of the text. */
  readonly found: readonly PersonalDataType[];
}

/** One masker for all of them: who is met twice becomes the same person twice. */
export async function previewMasking(texts: readonly string[]): Promise<readonly MaskedPreview[]> {
  const [{ createMasker }, { loadGazetteer }] = await Promise.all([
    import('../mask/masker.ts'),
    import('../mask/gazetteer/gazetteer.ts'),
  ]);
  const key = crypto.getRandomValues(new Uint8Array(32));
  const masker = createMasker({ key, gazetteer: await loadGazetteer() });
  return texts.map((before) => {
    const { text, replacements } = masker.maskText(before);
    return { before, after: text, found: replacements.map(({ type }) => type) };
  });
}
