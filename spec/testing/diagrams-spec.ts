import assert from 'node:assert/strict';
import { TestScheduler } from 'rxjs/testing';
import {
  frameOf,
  lastFrameOf,
  lettersOf,
  meaningOf,
  momentsAmong,
  momentsOf,
  onlyFor,
} from '../../src/testing/diagrams.ts';
import { describe } from '../support/it.ts';

/** In run mode, where one character is one frame. */
const inRun = (body: () => void) => () => new TestScheduler(() => {}).run(body);

describe('diagrams', (it) => {
  it(
    'says what happens when, as RxJS reads it',
    inRun(() => {
      assert.deepEqual(
        momentsOf(' -a 10ms (b|)').map(({ frame, mark }) => `${frame}${mark}`),
        ['1a', '12b', '12|'],
      );
      assert.deepEqual([...lettersOf(momentsOf('a-b-a-#'))], ['a', 'b']);
    }),
  );

  it(
    'ends in the last frame that is shown, however little happens there',
    inRun(() => {
      const ends = ['', 'a', '--a--', '(ab|)', '  -a  -', '1s -', '^--!', '--^--a'].map(lastFrameOf);
      assert.deepEqual(ends, [-1, 0, 4, 4, 2, 1_000, 3, 5]);
    }),
  );

  it(
    'finds the frame of the one !',
    inRun(() => {
      assert.equal(frameOf('expectQueue', ' 10ms -!'), 11);
      assert.throws(() => frameOf('expectQueue', '---'), /expectQueue: '---' has no '!'/);
    }),
  );

  it(
    'takes no other marks than those that mean something',
    inRun(() => {
      assert.equal(momentsAmong('connection', '-x-o', 'xo', 'x and o').length, 2);
      assert.throws(() => momentsAmong('connection', '-y', 'xo', 'x and o'), /'-y' says y, expected x and o/);
    }),
  );

  it(
    'gives letters their values, all of them or none',
    inRun(() => {
      assert.equal(meaningOf('tasks', 'a-b', undefined)('a'), 'a');
      assert.equal(meaningOf('tasks', 'a-b', {})('b'), 'b');
      assert.equal(meaningOf<number>('tasks', 'a-b', { a: 1, b: 2 })('b'), 2);
      assert.throws(() => meaningOf('tasks', 'a-b-c', { a: 1 }), /names b and c, which the payloads do not/);
      assert.throws(() => meaningOf('tasks', 'a', { a: 1, z: 2 }), /no task z in 'a', which has a/);
      assert.throws(() => onlyFor('tasks', 'a', new Set('a'), { y: 1, z: 2 }), /no task y and z/);
    }),
  );
});
