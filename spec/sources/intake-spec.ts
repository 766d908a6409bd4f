import assert from 'node:assert/strict';
import { throwError } from 'rxjs';
import { QueueError } from '../../src/errors.ts';
import { type Answers, Clock, delivery, FakeBroker, intakeOn, taken } from '../support/broker.ts';
import { describe } from '../support/it.ts';

const setUp = (answers: Answers = {}) => {
  const clock = new Clock();
  const broker = new FakeBroker(answers, clock);
  return { clock, broker, ...intakeOn(broker) };
};

describe('Intake', (it) => {
  it('makes a task of a delivery, which the ledger holds until it is settled', async () => {
    const { clock, broker, intake, ledger } = setUp();
    const task = intake.open(delivery('a', { headers: { by: 'me' }, deliveries: 2 }));
    assert.deepEqual(
      [task?.id, task?.payload, task?.headers, task?.deliveries, task?.queue],
      ['a', 'a', { by: 'me' }, 2, 'q'],
    );

    const drained = ledger.drain(1e9);
    const answer = task?.ack();
    clock.advance(0);
    assert.ok((await answer)?.ok);
    await drained;
    assert.deepEqual(broker.calls, ['settle ack a']);
  });

  it('makes a dead letter of what cannot be decoded, and tells why', () => {
    const { clock, broker, intake, seen } = setUp();
    assert.equal(intake.open(delivery('a', { body: Buffer.from('{') })), undefined);
    assert.equal(intake.open(delivery('b', { codec: 'unheard-of' })), undefined);
    assert.equal(intake.open(delivery('c', { codec: undefined })), undefined);
    clock.advance(0);
    assert.deepEqual(broker.calls, ['settle kill a, kill b, kill c']);
    assert.deepEqual(
      seen.map((event) => event.type === 'undecodable' && `${event.id} ${event.error.code}`).filter(Boolean),
      ['a CODEC', 'b CODEC', 'c CODEC'],
    );
    assert.deepEqual(seen.map(({ type }) => type).slice(0, 3), ['undecodable', 'undecodable', 'undecodable']);
  });

  it('tells of ids that stood in line without a task', () => {
    const { intake, seen } = setUp();
    intake.report({ ...taken('a'), missing: ['gone'] });
    assert.deepEqual(seen, [{ type: 'missing', id: 'gone' }]);
  });

  it('hands back what it is given back, and asks nothing for nothing', () => {
    const { broker, intake } = setUp();
    intake.giveBack([]);
    intake.giveBack(taken('ab').deliveries);
    assert.deepEqual(broker.calls, ['settle unseen a, unseen b']);
  });

  it('hands back what nobody has seen in batches, the last first: each goes in front of the one before', () => {
    const { broker, intake } = setUp();
    const many = Array.from({ length: 1_500 }, (_, i) => delivery(`${i}`));
    intake.giveBack(many);
    const [first, second] = broker.calls.map((call) => call.split(', '));
    assert.deepEqual([first?.[0], first?.at(-1), first?.length], ['settle unseen 500', 'unseen 1499', 1_000]);
    assert.deepEqual([second?.[0], second?.at(-1), second?.length], ['settle unseen 0', 'unseen 499', 500]);
  });

  it('tells when that fails: the leases will run out', () => {
    const away = new QueueError('CONNECTION', 'away');
    const { seen, intake } = setUp({ settle: () => throwError(() => away) });
    intake.giveBack([delivery('a')]);
    assert.deepEqual(seen, [{ type: 'error', during: 'hand back', error: away }]);
  });
});
