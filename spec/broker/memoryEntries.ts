import type { Delivery, Disposal, Entry } from '../../src/broker/broker.ts';

/** A task to put, made by us unless said otherwise; its body is its id. */
export const entry = (id: string, fields: Partial<Entry> = {}): Entry => ({
  ...{ id, own: true, codec: 'json', headers: undefined, body: JSON.stringify(id), delay: 0, front: false },
  ...{ priority: 0, digest: undefined },
  ...fields,
});

export const entries = (ids: Iterable<string>, fields?: Partial<Entry>): Entry[] =>
  Array.from(ids, (id) => entry(id, fields));

/** What is to become of a delivery. */
export const verdict = (delivery: Delivery, kind: Disposal['kind'], fields: Partial<Disposal> = {}): Disposal => ({
  ...{ id: delivery.id, token: delivery.token, takenAt: delivery.takenAt },
  ...{ kind, delay: 0, at: 'front', dead: 'killed', message: '' },
  ...fields,
});

export const RULE = { limit: 20, window: 0 };
