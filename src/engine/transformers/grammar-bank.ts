/**
 * Grammars in GBNF, made ready for one vocabulary; those used last stay ready. Knows xgrammar's compiler and what it
 * must be spared; nothing of logits and requests.
 */
import { Grammar, GrammarCompiler, GrammarMatcher, TokenizerInfo } from '@mlc-ai/web-xgrammar';
import type { CompiledGrammar } from '@mlc-ai/web-xgrammar';
import type { OutputConstraint } from '../../protocol/engine.ts';
import { grammarFault, readFailure } from '../engine-faults.ts';
import type { ModelTokenizer } from './model-tokenizer.ts';
import { readGbnf } from './read-gbnf.ts';
import { Recogniser } from './recogniser.ts';
import { SortedTokens } from './sorted-tokens.ts';
import { TokenMatcher } from './token-matcher.ts';
import { widenGbnf } from './widen-gbnf.ts';

export interface GrammarBankOptions {
  readonly tokenizer: ModelTokenizer;
  /** Rows of the model's logits; may be more than the vocabulary has. */
  readonly vocabularySize: number;
}

interface Compiler {
  readonly info: TokenizerInfo;
  readonly compiler: GrammarCompiler;
}

/** Tool lists change rarely within a task; each grammar over a large vocabulary takes a few megabytes. */
const heldGrammars = 16;

export class GrammarBank {
  readonly #options: GrammarBankOptions;
  #compiler: Promise<Compiler> | undefined;
  /** Made when it is first needed: sorting a large vocabulary takes longer than a load should wait for. */
  #sorted: SortedTokens | undefined;
  /** By the grammar's wider text. Least recently used first, here and below. */
  readonly #compiled = new Map<string, CompiledGrammar>();
  /** By the exact grammar. */
  readonly #recognisers = new Map<string, Recogniser>();

  constructor(options: GrammarBankOptions) {
    this.#options = options;
  }

  /** A matcher at the beginning of a grammar. Rejects with Fault `engine-failed` where the text is none. */
  async open(constraint: Pick<OutputConstraint, 'gbnf' | 'wider'>): Promise<TokenMatcher> {
    const { gbnf, wider = gbnf } = constraint;
    try {
      // Read here first: the library ends its own WebAssembly module over a text that is no grammar.
      const recogniser = this.#recognisers.get(gbnf) ?? new Recogniser(readGbnf(gbnf));
      keep(this.#recognisers, gbnf, recogniser);
      const compiled = this.#compiled.get(wider) ?? (await this.#compile(wider));
      for (const dropped of keep(this.#compiled, wider, compiled)) dropped.dispose();
      const matcher = await GrammarMatcher.createGrammarMatcher(compiled);
      const { tokenizer } = this.#options;
      this.#sorted ??= new SortedTokens(tokenizer);
      return new TokenMatcher({
        matcher,
        recogniser,
        tokenizer,
        sorted: this.#sorted,
        reopen: () => this.open(constraint),
      });
    } catch (error) {
      throw grammarFault(readFailure(error));
    }
  }

  /** Frees the grammars and the vocabulary. Matchers that are still open stay usable. */
  async dispose(): Promise<void> {
    for (const compiled of this.#compiled.values()) compiled.dispose();
    this.#compiled.clear();
    this.#recognisers.clear();
    const made = await this.#compiler?.catch(() => undefined);
    this.#compiler = undefined;
    made?.compiler.dispose();
    made?.info.dispose();
  }

  async #compile(gbnf: string): Promise<CompiledGrammar> {
    const { rules } = readGbnf(gbnf);
    this.#compiler ??= this.#makeCompiler();
    const { info, compiler } = await this.#compiler;
    const grammar = await Grammar.fromEBNF(widenGbnf(rules));
    const compiled = await compiler.compileGrammar(grammar);
    grammar.dispose();
    // Every matcher asks for the vocabulary; the library's own answer is a handle that nobody frees.
    compiled.tokenizerInfo = () => info;
    return compiled;
  }

  async #makeCompiler(): Promise<Compiler> {
    const { tokenizer, vocabularySize } = this.#options;
    const info = await TokenizerInfo.createTokenizerInfo(
      [...tokenizer.vocabulary],
      'byte_level',
      false,
      vocabularySize,
      [...tokenizer.endTokens],
    );
    return { info, compiler: await GrammarCompiler.createGrammarCompiler(info, false) };
  }
}

/** Puts an entry last, as the one used most recently; gives back those that there is no more room for. */
function keep<Value>(held: Map<string, Value>, key: string, value: Value): readonly Value[] {
  held.delete(key);
  held.set(key, value);
  const dropped = [...held].slice(0, Math.max(0, held.size - heldGrammars));
  for (const [oldest] of dropped) held.delete(oldest);
  return dropped.map(([, old]) => old);
}
