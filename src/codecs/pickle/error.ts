/** Bytes that are no pickle, are more than the limits allow, or ask for what is never made from data. */
export class PickleError extends Error {
  override readonly name = 'PickleError';
}
