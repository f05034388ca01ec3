import { expectTypeOf, test } from 'vitest';
import type {
  GenerateEvent,
  GenerateRequest,
  GenerateResult,
  LoadedModel,
  LoadProgress,
  LoadRequest,
} from '../../src/protocol/engine.ts';
import type { Cloneable } from '../../src/protocol/wire.ts';

test('everything that crosses threads can be cloned', () => {
  type Request = Omit<GenerateRequest, 'constraint' | 'tools'>;
  expectTypeOf<Cloneable<Request>>().toEqualTypeOf<Request>();
  expectTypeOf<Cloneable<LoadRequest>>().toEqualTypeOf<LoadRequest>();
  expectTypeOf<Cloneable<GenerateEvent | LoadProgress>>().toEqualTypeOf<GenerateEvent | LoadProgress>();
  expectTypeOf<Cloneable<GenerateResult>>().toEqualTypeOf<GenerateResult>();
  expectTypeOf<Cloneable<LoadedModel>>().toEqualTypeOf<LoadedModel>();
});

test('a function or a signal in a message is a type error', () => {
  expectTypeOf<Cloneable<{ readonly stop: () => void }>>().toEqualTypeOf<{ readonly stop: never }>();
  expectTypeOf<Cloneable<{ readonly signal: AbortSignal }>>().toEqualTypeOf<{ readonly signal: never }>();
});
