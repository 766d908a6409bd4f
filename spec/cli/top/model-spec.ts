import assert from 'node:assert/strict';
import {
  EMPTY,
  HISTORY,
  inspectedNext,
  inspecting,
  looked,
  type Model,
  moved,
  reversed,
  sortedBy,
  visible,
} from '../../../src/cli/top/model.ts';
import type { Look } from '../../../src/cli/watch.ts';
import { describe } from '../../support/it.ts';

const look = (queue: string, ready: number, puts = 0): Look => ({
  queue,
  stats: {
    ready,
    leased: 0,
    delayed: 0,
    dead: 0,
    paused: false,
    put: 0,
    acked: 0,
    failed: 0,
    returned: 0,
    died: 0,
  },
  oldest: ready > 0 ? ready : undefined,
  puts,
  acks: 0,
  fails: 0,
});

const names = ({ rows }: Pick<Model, 'rows'>): string => rows.map(({ queue }) => queue).join('');
const LOOKS = [look('b', 2), look('a', 3), look('c', 3)];

describe('cli/top/model', (it) => {
  it('begins sorted by name, the first selected', () => {
    const model = looked(EMPTY, LOOKS);
    assert.deepEqual([names(model), model.selected], ['abc', 'a']);
  });

  it('sorts by the next column, the largest first, equals by name; and back', () => {
    const byReady = sortedBy(looked(EMPTY, LOOKS), 1);
    assert.deepEqual([byReady.sort, names(byReady)], ['ready', 'acb']);
    assert.equal(names(reversed(byReady)), 'bac');
    assert.deepEqual([sortedBy(byReady, -1).sort, names(sortedBy(byReady, -1))], ['queue', 'abc']);
    assert.equal(sortedBy(EMPTY, -1).sort, 'oldest');
  });

  it('keeps the queue selected when others overtake it, and lets go of one that is gone', () => {
    const model = sortedBy(moved(looked(EMPTY, LOOKS), 1), 1);
    const later = looked(model, [look('b', 9), look('a', 1)]);
    assert.deepEqual([later.selected, names(later)], ['b', 'ba']);
    assert.equal(looked(inspecting(later), [look('a', 1)]).inspected, undefined);
    assert.equal(looked(later, []).selected, undefined);
  });

  it('moves the selection no further than the ends', () => {
    const model = looked(EMPTY, LOOKS);
    assert.equal(moved(model, -1).selected, 'a');
    assert.equal(moved(moved(moved(model, 1), 1), 1).selected, 'c');
  });

  it('remembers the rates of the last looks', () => {
    let model = EMPTY;
    for (let i = 0; i <= HISTORY; i++) model = looked(model, [look('a', 1, i)]);
    const [first] = model.rows;
    assert.deepEqual([first?.putHistory.length, first?.putHistory[0], first?.putHistory.at(-1)], [HISTORY, 1, HISTORY]);
  });

  it('inspects one state after the other of the selected queue', () => {
    assert.equal(inspecting(EMPTY).inspected, undefined);
    const model = inspecting(looked(EMPTY, LOOKS));
    assert.deepEqual(
      [model.inspected, inspectedNext(model, 1).inspected, inspectedNext(model, -1).inspected],
      ['ready', 'leased', 'dead'],
    );
  });

  it('shows as many rows as fit, the selected one among them', () => {
    let model = looked(
      EMPTY,
      [...'abcdefgh'].map((name) => look(name, 1)),
    );
    assert.equal(names({ rows: visible(model, 3) }), 'abc');
    for (let i = 0; i < 7; i++) model = moved(model, 1);
    assert.equal(names({ rows: visible(model, 3) }), 'fgh');
    assert.equal(names({ rows: visible(model, 20) }), 'abcdefgh');
  });
});
