/**
 * How a text is cut into words before byte pairs are merged, by the name that a GGUF file gives it
 * (`tokenizer.ggml.pre`). Knows the patterns of the model families that run here; knows no vocabulary.
 */

/** Cuts of a text, one after the other: each cuts the pieces of the one before. */
export interface PreTokenizer {
  /** Regular expressions whose matches, and what lies between them, become pieces. */
  readonly patterns: readonly string[];
  /** A word that stands in the vocabulary is taken whole, whatever the merges say. */
  readonly wholeWords: boolean;
  /** A prompt begins with the model's first token, unless the file says otherwise. */
  readonly addsFirstToken: boolean;
}

const words = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`;

/** The pattern of Llama 3 and Qwen 2, which differ in how many digits make a word. */
function modernWords(digits: string): string {
  return (
    String.raw`(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])|[^\r\n\p{L}\p{N}]?\p{L}+|` +
    digits +
    String.raw`| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
  );
}

const plain = { wholeWords: false, addsFirstToken: false };

const preTokenizers: ReadonlyMap<string, PreTokenizer> = new Map([
  ['gpt-2', { ...plain, patterns: [words] }],
  ['smollm', { ...plain, patterns: [String.raw`\p{N}`, words] }],
  ['qwen2', { ...plain, patterns: [modernWords(String.raw`\p{N}`)] }],
  ['llama-bpe', { patterns: [modernWords(String.raw`\p{N}{1,3}`)], wholeWords: true, addsFirstToken: true }],
]);

/** The rules of that name, or undefined where they are not known. */
export function preTokenizerOf(name: string): PreTokenizer | undefined {
  return preTokenizers.get(name);
}

/** Every name that is known. */
export const preTokenizerNames: readonly string[] = [...preTokenizers.keys()];
