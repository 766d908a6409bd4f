import assert from 'node:assert/strict';
import { job } from '../../../src/rq/decorator.ts';
import { callbacksOf, handlersOf } from '../../../src/rq/worker/handlers.ts';
import { describe } from '../../support/it.ts';

const invocation = (args: unknown[], kwargs: Record<string, unknown> = {}) =>
  ({ args, kwargs, job: {}, signal: new AbortController().signal }) as never;

describe('rq/worker/handlers', (it) => {
  it('takes functions by name, or functions that know theirs', () => {
    const handler = () => 1;
    assert.equal(handlersOf('f', { 'm.f': handler }).get('m.f'), handler);
    const named = handlersOf('f', [job('q', 'm.g')((...args: unknown[]) => args)]).get('m.g');
    assert.deepEqual(named?.(invocation([1])), [1]);
    assert.deepEqual(named?.(invocation([1], { a: 2 })), [1, { a: 2 }]);
    assert.equal(handlersOf('f', {}).size, 0);
  });

  it('refuses what is no function, naming it', () => {
    assert.throws(() => handlersOf('RqWorker', { 'm.f': 1 } as never), /RqWorker: handlers\["m.f"\] is 1/);
    assert.throws(() => handlersOf('RqWorker', [() => 1] as never), /functions made by job/);
    assert.throws(() => callbacksOf('RqWorker', { 'm.f': 1 } as never), /RqWorker: callbacks\["m.f"\] is 1/);
    assert.equal(callbacksOf('RqWorker', undefined).size, 0);
  });
});
