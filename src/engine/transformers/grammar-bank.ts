/**
 * Grammars in GBNF, made ready for one vocabulary; those used last stay ready. Knows xgrammar's compiler and what it
 * must be spared; nothing of logits and requests.
 */
import { Grammar, GrammarCompiler, GrammarMatcher, TokenizerInfo } from '@mlc-ai/web-xgrammar';
import type { CompiledGrammar } from '@mlc-ai/web-xgrammar';
import { grammarFault, readFailure } from '../engine-faults.ts';
import type { ModelTokenizer } from './model-tokenizer.ts';
import { readGbnf } from './read-gbnf.ts';
import { Recogniser } from './recogniser.ts';
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

interface Held {
  readonly compiled: CompiledGrammar;
  readonly recogniser: Recogniser;
}

/** Tool lists change rarely within a task; each grammar over a large vocabulary takes a few megabytes. */
const heldGrammars = 16;

export class GrammarBank {
  readonly #options: GrammarBankOptions;
  #compiler: Promise<Compiler> | undefined;
  /** Least recently used first. */
  readonly #held = new Map<string, Held>();

  constructor(options: GrammarBankOptions) {
    this.#options = options;
  }

  /** A matcher at the beginning of a grammar. Rejects with Fault `engine-failed` where the text is none. */
  async open(gbnf: string): Promise<TokenMatcher> {
    const held = this.#held.get(gbnf) ?? (await this.#compile(gbnf));
    this.#held.delete(gbnf);
    this.#held.set(gbnf, held);
    for (const [oldest, { compiled }] of this.#held) {
      if (this.#held.size <= heldGrammars) break;
      this.#held.delete(oldest);
      compiled.dispose();
    }
    const matcher = await GrammarMatcher.createGrammarMatcher(held.compiled);
    return new TokenMatcher({ matcher, recogniser: held.recogniser, tokenizer: this.#options.tokenizer });
  }

  /** Frees the grammars and the vocabulary. Matchers that are still open stay usable. */
  async dispose(): Promise<void> {
    for (const { compiled } of this.#held.values()) compiled.dispose();
    this.#held.clear();
    const made = await this.#compiler?.catch(() => undefined);
    this.#compiler = undefined;
    made?.compiler.dispose();
    made?.info.dispose();
  }

  async #compile(gbnf: string): Promise<Held> {
    try {
      // Read here first: the library ends its own WebAssembly module over a text that is no grammar.
      const read = readGbnf(gbnf);
      this.#compiler ??= this.#makeCompiler();
      const { info, compiler } = await this.#compiler;
      const grammar = await Grammar.fromEBNF(widenGbnf(read.rules));
      const compiled = await compiler.compileGrammar(grammar);
      grammar.dispose();
      // Every matcher asks for the vocabulary; the library's own answer is a handle that nobody frees.
      compiled.tokenizerInfo = () => info;
      return { compiled, recogniser: new Recogniser(read) };
    } catch (error) {
      throw grammarFault(readFailure(error));
    }
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
