import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Pool, type PoolOptions, UniqueQueue, type UniqueQueueOptions } from '../../src/index.ts';
import type { House } from '../support/house.ts';
import { describe } from '../support/it.ts';
import { root } from '../support/sources.ts';

// Each row of docs/coming-from.md has a case, called by the row's first cell: what the other library documents for
// that call comes out of ours, on a Redis.

/** What the rows of one table promise. */
export type Cases<Place> = Readonly<Record<string, (place: Place) => Promise<unknown>>>;

/** The first cells of a library's table, as they read: without the marks of code. */
const rowsOf = (library: string): string[] => {
  const [, section = ''] = readFileSync(join(root, 'docs/coming-from.md'), 'utf8').split(`\n## ${library}\n`);
  const [own = ''] = section.split('\n## ');
  const [, , ...rows] = own.split('\n').filter((line) => line.startsWith('|'));
  return rows.map((row) => (row.split(' | ')[0] ?? '').replace(/^\| /, '').replaceAll('`', ''));
};

export const comingFrom = <Place>(
  library: string,
  within: (body: (place: Place) => Promise<unknown>) => () => Promise<void>,
  cases: Cases<Place>,
): void =>
  describe(`docs/coming-from.md: ${library}`, (it) => {
    it('has a case for each row, and a row for each case', () => {
      assert.deepEqual(Object.keys(cases).sort(), rowsOf(library).sort());
    });
    for (const [row, body] of Object.entries(cases)) it(row, within(body));
  });

export const uniqueQueue = <T = string>(house: House, options: UniqueQueueOptions<T> = {}): UniqueQueue<T> => {
  const queue = new UniqueQueue<T>(house.name(), { connection: house.url, ...options });
  house.atEnd(() => queue.close({ timeout: 0 }));
  return queue;
};

export const pool = <T = string>(house: House, options: PoolOptions<T> = {}): Pool<T> => {
  const made = new Pool<T>(house.name(), { connection: house.url, ...options });
  house.atEnd(() => made.close({ timeout: 0 }));
  return made;
};
