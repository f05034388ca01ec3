/**
 * Masks the events of runs, one after the other, and judges whether anything personal is left. The words that a tool's
 * schema spells out (`enum`, `const`) are the developer's: they stay, so that a call still fits its schema.
 */
import type { Json } from '../protocol/json.ts';
import type { Masking, MaskingApi } from '../protocol/masking.ts';
import type { JsonPointerReplacement } from '../protocol/personal-data.ts';
import type { ShadowTrial } from '../protocol/promotion.ts';
import type { Feedback, StoredEvent } from '../protocol/record.ts';
import type { ToolSpec } from '../protocol/tool.ts';
import { checkResidue } from './check-residue.ts';
import { loadGazetteer } from './gazetteer/gazetteer.ts';
import { mapEvent, mapFeedback, mapTrial } from './map-content.ts';
import type { ContentMap } from './map-content.ts';
import { createMasker } from './masker.ts';
import type { Masker } from './masker.ts';

export class EventMasker implements MaskingApi {
  #masker: Masker | undefined;
  readonly #exempt = new Set<string>();

  /** Throws RangeError for a key that is too short. */
  async open(key: Uint8Array): Promise<void> {
    const gazetteer = await loadGazetteer();
    this.#masker = createMasker({ key, gazetteer, exempt: this.#exempt });
  }

  /** All of them throw Error before `open`. */
  async maskEvent(event: StoredEvent): Promise<Masking<StoredEvent>> {
    if (event.type === 'run-started') this.#learnVocabulary(event.tools);
    // The schema of a typed step is the developer's, too.
    if (event.type === 'span-started') collectWords(event.input, this.#exempt);
    return this.#mask(event, mapEvent);
  }

  async maskFeedback(feedback: Feedback): Promise<Masking<Feedback>> {
    return this.#mask(feedback, mapFeedback);
  }

  async maskTrial(trial: ShadowTrial): Promise<Masking<ShadowTrial>> {
    return this.#mask(trial, mapTrial);
  }

  #mask<Item>(item: Item, map: (item: Item, content: ContentMap) => Item): Masking<Item> {
    const masker = this.#masker;
    if (masker === undefined) throw new Error('Open the masker with a key first.');
    let replacements: readonly JsonPointerReplacement[] = [];
    let content: readonly Json[] = [];
    const masked = map(item, (values) => {
      const made = masker.maskJson([...values]);
      ({ replacements } = made);
      content = made.value as readonly Json[];
      return content;
    });
    const check = checkResidue({ value: [...content], replacements, find: masker.find });
    if (check.passed) return { type: 'masked', item: masked, replacements };
    return {
      type: 'quarantined',
      reasons: [...new Set(check.residues.map(({ type, path, why }) => `${type} at ${path}: ${why}`))],
    };
  }

  #learnVocabulary(tools: readonly ToolSpec[]): void {
    for (const { parameters } of tools) collectWords(parameters, this.#exempt);
  }
}

/** Texts under `enum` and `const`, at any depth. */
function collectWords(schema: Json, words: Set<string>): void {
  if (Array.isArray(schema)) {
    for (const item of schema) collectWords(item as Json, words);
    return;
  }
  if (typeof schema !== 'object' || schema === null) return;
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === 'enum' || keyword === 'const') {
      for (const word of Array.isArray(value) ? value : [value])
        if (typeof word === 'string') words.add(word);
    } else {
      collectWords(value, words);
    }
  }
}
